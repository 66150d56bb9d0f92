"""Training the biases alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qa.techniques.anatomy import is_head
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class BitFit(Technique):
    """BitFit: trains the biases and the head (Ben Zaken et al., 2022). It wants a rate some ten times higher.

    It has no knobs.

    Changes: which parameters are trained.
    """

    name: Literal["bitfit"] = "bitfit"

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Freezes every weight that is no bias.

        Raises:
            ValueError: the encoder has no biases, as ModernBERT has none.
        """
        if not any(name.endswith("bias") for name, _ in model.base_model.named_parameters()):
            raise ValueError(f"bitfit: {model.config.model_type} has no biases to train")
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(name.endswith("bias") or is_head(name, model))
        return model
