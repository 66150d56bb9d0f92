"""Training the head and the topmost layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from qa.techniques.anatomy import layers, set_trainable
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class TopLayers(Technique):
    """Freezes all but the head and the top layers: the lower ones serve any task (Lee et al., 2019).

    Knobs:
        count: how many layers are trained.

    Changes: which parameters are trained; the backward pass ends at the lowest of them.
    """

    name: Literal["top_layers"] = "top_layers"
    count: int = Field(default=2, ge=1)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Freezes the encoder, then thaws its top.

        Raises:
            ValueError: the encoder has no more layers than that.
        """
        all_layers = layers(model)
        if self.count >= len(all_layers):
            raise ValueError(f"top_layers: count is {self.count}, and the encoder has {len(all_layers)} layers")
        set_trainable(model.base_model.parameters(), trainable=False)
        set_trainable(all_layers[-self.count :].parameters(), trainable=True)
        return model
