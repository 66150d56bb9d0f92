"""Training the span head alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qa.techniques.anatomy import set_trainable
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class HeadOnly(Technique):
    """Freezes the encoder: a linear probe, the floor that any other technique must beat.

    It says how much of the task the encoder already knows (Alain and Bengio, 2017). It has no knobs.

    Changes: which parameters are trained.
    """

    name: Literal["head_only"] = "head_only"

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Freezes the encoder."""
        set_trainable(model.base_model.parameters(), trainable=False)
        return model
