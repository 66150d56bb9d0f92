"""Thawing the encoder from the top downwards, each layer at a lower rate than the one above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from qa.techniques.anatomy import below_head, layers
from qa.techniques.technique import Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class GradualUnfreezing(Technique):
    """ULMFiT's gradual unfreezing with discriminative rates (Howard and Ruder, 2018).

    The head is trained first; one layer more is thawed in each of as many equal parts of the run's beginning. With a decay
    of 1 it is the unfreezing alone; with ULMFiT's the embeddings of six layers learn at a thousandth of the rate.

    Knobs:
        over: the share of the steps by which everything is trained.
        decay: the learning rate of a layer over that of the layer above it; ULMFiT has 1 / 2.6.

    Changes: which parameters are trained, step by step; the learning rate of each.
    """

    name: Literal["gradual_unfreezing"] = "gradual_unfreezing"
    over: float = Field(default=0.5, gt=0, le=1)
    decay: float = Field(default=1 / 2.6, gt=0, le=1)

    def rate(self, parameter: str, model: PreTrainedModel) -> float:
        """Falls with the distance from the head."""
        return float(self.decay ** below_head(parameter, model))

    def before_step(self, model: PreTrainedModel, done: float) -> None:
        """Freezes what has not had its turn."""
        thawed = int(done / self.over * (len(layers(model)) + 2))
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(below_head(name, model) <= thawed)
