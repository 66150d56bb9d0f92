"""A model's weights on the way through its training."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import PrivateAttr

from qa.techniques.technique import Technique
from qa.training.fit import Fit, FitFunction

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel


class Snapshots(Technique):
    """Keeps the weights at some shares of the steps.

    Knobs:
        after: the shares, ascending.

    Changes: nothing.
    """

    name: Literal["snapshots"] = "snapshots"
    after: tuple[float, ...]

    _kept: list[dict[str, Tensor]] = PrivateAttr(default_factory=list)

    @property
    def kept(self) -> list[dict[str, Tensor]]:
        """The weights by name, one dictionary a share that was reached."""
        return self._kept

    def after_step(self, model: PreTrainedModel, done: float) -> None:
        """Keeps the weights after the first step that reaches the next share."""
        if len(self._kept) < len(self.after) and done >= self.after[len(self._kept)]:
            self._kept.append({name: each.detach().cpu().clone() for name, each in model.state_dict().items()})

    def watching(self, fit: FitFunction) -> FitFunction:
        """The fit, with its weights kept."""

        def watched(each: Fit) -> list[float]:
            return fit(replace(each, techniques=(*each.techniques, self)))

        return watched
