"""Two passes with different dropout must agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from qa.techniques.divergence import divergence
from qa.techniques.technique import SpanLoss, Technique

if TYPE_CHECKING:
    from torch.nn import Module

    from qa.techniques.technique import Batch, Loss


class RDrop(Technique):
    """R-Drop: every batch passes twice, and what the two dropouts make of it is pulled together (Liang et al., 2021).

    Knobs:
        strength: of the pull; the paper has 5 for classification, 1 is milder.

    Changes: the loss; each step costs two passes.
    """

    name: Literal["r_drop"] = "r_drop"
    strength: float = Field(default=1.0, gt=0)

    def loss(self, inner: Loss) -> Loss:
        """Adds the divergence of both passes, in both directions."""

        def agreeing(model: Module, batch: Batch) -> SpanLoss:
            one, other = inner(model, batch), inner(model, batch)
            apart = (divergence(one, other) + divergence(other, one)) / 2
            value = (one.value + other.value) / 2 + self.strength * apart
            return SpanLoss(value, one.start_logits, one.end_logits)

        return agreeing
