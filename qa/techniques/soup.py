"""The average with another model that was fine-tuned from the same start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from qa.finished_model import load_finished
from qa.techniques.anchor import move_towards
from qa.techniques.technique import Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class Soup(Technique):
    """A model soup: the mean of two fine-tuned models is often better than either (Wortsman et al., 2022).

    Knobs:
        folder: of the other finished model.
        share: how much of the mean is the other.

    Changes: the finished model.
    """

    name: Literal["soup"] = "soup"
    folder: Path
    share: float = Field(default=0.5, gt=0, lt=1)

    def finish(self, model: PreTrainedModel) -> PreTrainedModel:
        """Averages the two.

        Raises:
            retrieval.bundled.ModelError: there is no finished model in the folder.
        """
        move_towards(model, dict(load_finished(self.folder).named_parameters()), self.share)
        return model
