"""A way back towards the start, after training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, PrivateAttr

from qa.techniques.anchor import move_towards, trained_weights
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel


class Interpolation(Technique):
    """WiSE-FT: the finished weights are a mean of those at the start and at the end (Wortsman et al., 2022), so that
    less is forgotten of what the start knew.

    Knobs:
        keep: how much of the mean is the start.

    Changes: the finished model.
    """

    name: Literal["interpolation"] = "interpolation"
    keep: float = Field(default=0.3, gt=0, lt=1)

    _start: dict[str, Tensor] = PrivateAttr(default_factory=dict)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Remembers the start."""
        self._start = trained_weights(model)
        return model

    def finish(self, model: PreTrainedModel) -> PreTrainedModel:
        """Goes back a part of the way."""
        move_towards(model, self._start, self.keep)
        return model
