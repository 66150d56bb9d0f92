"""Labels that are a little unsure of where a span begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from qa.techniques.technique import SpanLoss, Technique

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

    from qa.techniques.technique import Batch, Loss


class BoundarySmoothing(Technique):
    """Label smoothing on span boundaries: a share of each label lies on the tokens around it (Zhu and Li, 2022).

    Knobs:
        share: of the label that is moved.
        reach: how many tokens to either side receive it, evenly.

    Changes: the loss. "No answer" stays certain, and nothing is moved onto the question or padding by more than the
    reach.
    """

    name: Literal["boundary_smoothing"] = "boundary_smoothing"
    share: float = Field(default=0.1, gt=0, lt=1)
    reach: int = Field(default=2, ge=1)

    def loss(self, inner: Loss) -> Loss:
        """Puts smoothed labels in the place of the sharp ones; what other techniques added stays."""
        from torch.nn.functional import cross_entropy

        def smoothed(model: Module, batch: Batch) -> SpanLoss:
            found = inner(model, batch)
            ends = (
                (found.start_logits, batch["start_positions"]),
                (found.end_logits, batch["end_positions"]),
            )
            change = sum(self.cross_entropy(*end) - cross_entropy(*end) for end in ends) / 2
            return SpanLoss(found.value + change, found.start_logits, found.end_logits)

        return smoothed

    def cross_entropy(self, logits: Tensor, positions: Tensor) -> Tensor:
        """The mean cross-entropy of logits [windows, tokens] with smoothed labels around positions [windows]."""
        import torch
        from torch.nn.functional import cross_entropy

        places = torch.arange(logits.shape[1], device=logits.device)
        distance = (places[None] - positions[:, None]).abs()
        near = ((distance > 0) & (distance <= self.reach) & (places[None] > 0)).float()
        moved = self.share * (positions > 0).float()[:, None]
        labels = (distance == 0).float() * (1 - moved) + moved * near / near.sum(dim=1, keepdim=True).clamp_min(1)
        return cross_entropy(logits, labels)
