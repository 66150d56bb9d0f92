"""How far two passes are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.techniques.technique import SpanLoss

if TYPE_CHECKING:
    from torch import Tensor


def divergence(found: SpanLoss, reference: SpanLoss, *, temperature: float = 1.0) -> Tensor:
    """Kullback-Leibler divergence of the softmaxes over tokens, reference from found: the mean over windows and of
    start and end. Both logits are divided by the temperature first.
    """
    from torch.nn.functional import kl_div, log_softmax

    pairs = ((found.start_logits, reference.start_logits), (found.end_logits, reference.end_logits))
    start, end = (
        kl_div(
            log_softmax(own / temperature, dim=-1),
            log_softmax(other / temperature, dim=-1),
            reduction="batchmean",
            log_target=True,
        )
        for own, other in pairs
    )
    return (start + end) / 2
