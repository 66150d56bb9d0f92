"""A slice of questions against all others, where questions of one document hang together.

The two means are over different questions, of the same documents or not, so that nothing is paired. Documents are
resampled with all their questions, and the difference is studentised in each resample by its own standard error
(Davison and Hinkley, 1997, "Bootstrap Methods and their Application", section 5.2), which keeps its level with few
documents of unequal sizes, as percentiles do not; `tests/experiments/test_gaps.py` simulates it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.statistics.documents import Floats

RESAMPLES = 9_999


@dataclass(frozen=True, slots=True)
class Contrast:
    """What a slice has over the rest.

    Attributes:
        difference: of the means, 0 to 1.
        low: lower end of its 95% interval.
        high: upper end.
        p: one-sided, of a slice that is worse by no more than the smallest effect.
    """

    difference: float
    low: float
    high: float
    p: float


def contrast(
    scores: Floats,
    inside: NDArray[np.bool_],
    documents: Sequence[str],
    *,
    smallest: float,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Contrast:
    """Compares the mean over a slice with the mean over the rest.

    Args:
        scores: of the questions, 0 to 1, [questions].
        inside: which are in the slice, [questions].
        documents: the document of each.
        smallest: by how much less than the rest the slice may be without it mattering, 0 to 1.
        resamples: how many.
        seed: of the draws.

    Raises:
        ValueError: the slice or the rest has questions of fewer than two documents, or does not vary at all.
    """
    _, place = np.unique(np.asarray(documents), return_inverse=True)
    totals = np.stack(
        [np.bincount(place, weights=weights) for weights in (scores * inside, inside, scores * ~inside, ~inside)]
    )  # [4, documents]: of slice and rest the sum and the number
    if min((totals[1] > 0).sum(), (totals[3] > 0).sum()) < 2:
        raise ValueError("a slice and the rest need questions of two documents each")
    count = totals.shape[1]
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), resamples)
    means, errors = _studentised(totals.astype(np.float64), np.vstack([np.ones(count), drawn]))
    if not errors[0] > 0:
        raise ValueError("the scores do not vary, so that no interval can be given")
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (means[1:] - means[0]) / errors[1:]
    t = t[np.isfinite(t)]  # a resample may lack the slice
    reach = float(np.quantile(np.abs(t), 0.95)) * errors[0]
    below = int((t <= (means[0] + smallest) / errors[0]).sum())
    return Contrast(float(means[0]), float(means[0] - reach), float(means[0] + reach), (below + 1) / (len(t) + 1))


def _studentised(totals: Floats, drawn: Floats) -> tuple[Floats, Floats]:
    """The difference of the two means in each resample and its standard error by linearisation.

    Args:
        totals: of each document, [4, documents].
        drawn: how often each resample has each document, [resamples, documents].
    """
    documents = totals.shape[1]
    own, n, others, m = (drawn @ totals.T).T
    with np.errstate(divide="ignore", invalid="ignore"):
        mean, rest = own / n, others / m
        moves = np.stack([1 / n, -mean / n, -1 / m, rest / m])  # by what a document's totals move the difference
        products = (totals[:, None] * totals[None]).reshape(16, documents)
        summed = (drawn @ products.T).reshape(-1, 4, 4)
        variance = np.einsum("ir,rij,jr->r", moves, summed, moves) * documents / (documents - 1)
        return mean - rest, np.sqrt(np.maximum(variance, 0.0))
