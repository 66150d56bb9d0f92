"""The average of the weights along the way, in place of the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, PrivateAttr

from qa.techniques.anchor import move_towards, trained_weights
from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel


class WeightAveraging(Technique):
    """Averages the weights after each step: exponentially (EMA; Tarvainen and Valpola, 2017) or, with a decay of 0, evenly
    over the last part of the run (Polyak and Juditsky, 1992; SWA; Izmailov et al., 2018).

    Knobs:
        decay: how much of the average is kept at each step; 0 for the even average.
        after: the share of the steps before the average begins.

    Changes: the finished model.
    """

    name: Literal["weight_averaging"] = "weight_averaging"
    decay: float = Field(default=0.98, ge=0, lt=1)
    after: float = Field(default=0.25, ge=0, lt=1)

    _average: dict[str, Tensor] = PrivateAttr(default_factory=dict)
    _count: int = PrivateAttr(default=0)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Forgets earlier runs."""
        self._average, self._count = {}, 0
        return model

    def after_step(self, model: PreTrainedModel, done: float) -> None:
        """Takes the step's weights into the average."""
        if done <= self.after:
            return
        self._count += 1
        weights = trained_weights(model)
        share = 1 - self.decay if self.decay else 1 / self._count
        for name, weight in weights.items():
            if name in self._average:
                self._average[name].lerp_(weight, share)
            else:
                self._average[name] = weight

    def finish(self, model: PreTrainedModel) -> PreTrainedModel:
        """Puts the average in the weights' place."""
        move_towards(model, self._average, 1.0)
        return model

    def state(self) -> dict[str, Tensor]:
        """The average so far and over how many steps it runs."""
        import torch

        return {**self._average, "steps": torch.tensor(self._count)}

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Takes over an average."""
        self._average = {name: weight.clone() for name, weight in state.items() if name != "steps"}
        self._count = int(state["steps"])
