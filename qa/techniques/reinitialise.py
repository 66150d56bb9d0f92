"""Starting the topmost layers anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from qa.techniques.anatomy import layers
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class Reinitialise(Technique):
    """Gives the top layers fresh weights: they hold most of what pretraining's own task needed (Zhang et al., 2021).

    Knobs:
        count: how many layers.

    Changes: the weights at the start.
    """

    name: Literal["reinitialise"] = "reinitialise"
    count: int = Field(default=1, ge=1)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Draws the weights of the top layers as the architecture's own configuration says.

        Raises:
            ValueError: the encoder has fewer layers.
        """
        from torch.nn import Embedding, LayerNorm, Linear, init

        all_layers = layers(model)
        if self.count > len(all_layers):
            raise ValueError(f"reinitialise: count is {self.count}, and the encoder has {len(all_layers)} layers")
        spread = model.config.initializer_range
        for module in all_layers[-self.count :].modules():
            if isinstance(module, Linear | Embedding):
                init.normal_(module.weight, std=spread)
            elif isinstance(module, LayerNorm):
                init.ones_(module.weight)
            if isinstance(module, Linear | LayerNorm) and module.bias is not None:
                init.zeros_(module.bias)
        return model
