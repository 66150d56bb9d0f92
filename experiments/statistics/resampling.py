"""Bootstrap and permutation by document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import permutation_test

from experiments.statistics.documents import Floats, grouped

RESAMPLES = 10_000
_AT_ONCE = 2_000_000  # numbers drawn at once, which bounds the memory


class Bootstrap(NamedTuple):
    """A 95% interval of the mean difference, and the two-sided p value of no difference."""

    low: float
    high: float
    p: float


def document_bootstrap(
    differences: ArrayLike, documents: Sequence[str] | None = None, *, resamples: int = RESAMPLES, seed: int = 0
) -> Bootstrap:
    """Percentile bootstrap that draws documents with all their questions.

    Percentile intervals are too short for few documents (`experiments/reports/statistics.md`); below about fifty take
    `compare` with documents, which uses Student's t.

    Args:
        differences: of the paired scores, [questions].
        documents: a label for each question; without, each question is drawn by itself.
        resamples: how many.
        seed: of the draws.

    Returns:
        The interval, and twice the smaller share of means on one side of zero, counting the one observed (Davison and
        Hinkley, 1997, "Bootstrap Methods and their Application", section 4.2).

    Raises:
        ValueError: as `grouped`.
    """
    sums, counts = grouped(differences, documents)
    means = np.concatenate(list(_resampled(sums[0], counts, resamples, np.random.default_rng(seed))))
    low, high = np.quantile(means, [0.025, 0.975])
    side = min(int((means <= 0).sum()), int((means >= 0).sum()))
    return Bootstrap(float(low), float(high), min(1.0, 2 * (side + 1) / (resamples + 1)))


def sign_flip_test(
    differences: ArrayLike, documents: Sequence[str] | None = None, *, resamples: int = RESAMPLES, seed: int = 0
) -> float:
    """P value of the paired permutation test that exchanges the two systems on whole documents, two-sided.

    Under the null hypothesis the two systems' scores on a document can be exchanged, which flips the sign of its summed
    difference (Fisher, 1935). All flips are tried where there are no more than `resamples` of them; else the smallest
    p value is 2 / (resamples + 1). For scores of 0 and 1 without documents it is McNemar's exact test.

    Args:
        differences: of the paired scores, [questions].
        documents: a label for each question; without, each question is flipped by itself.
        resamples: how many flips.
        seed: of the flips.

    Raises:
        ValueError: as `grouped`.
    """
    sums = grouped(differences, documents).sums[0]
    moved = sums[sums != 0]  # the others stay what they are when flipped
    if not len(moved):
        return 1.0
    found = permutation_test(
        (moved,),
        np.sum,
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        batch=max(1, _AT_ONCE // len(moved)),
        random_state=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def _resampled(sums: Floats, counts: NDArray[np.int64], resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Means over questions of resampled documents, some at a time, [resamples] in all."""
    step = max(1, _AT_ONCE // len(sums))
    for start in range(0, resamples, step):
        drawn = rng.integers(len(sums), size=(min(step, resamples - start), len(sums)))
        yield sums[drawn].sum(1) / counts[drawn].sum(1)
