"""Freezing what is to stay as it was: the embeddings, or the words' alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qa.techniques.anatomy import set_trainable
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class Freeze(Technique):
    """Leaves the embeddings as they are: half the weights of a small encoder (Lee et al., 2019, freeze more).

    Knobs:
        part: `words` are the word embeddings alone; `embeddings` also positions, kinds and their normalisation.

    Changes: which parameters are trained. What was changed fits a smaller file.
    """

    name: Literal["freeze"] = "freeze"
    part: Literal["embeddings", "words"] = "embeddings"

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Freezes the part."""
        module = model.base_model.embeddings if self.part == "embeddings" else model.get_input_embeddings()
        set_trainable(module.parameters(), trainable=False)
        return model
