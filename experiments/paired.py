"""Two systems on the same questions: is one better than by chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ROUNDS = 10_000  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the first system has over the second.

    Attributes:
        difference: of the means of their scores.
        low: lower end of its 95% interval, by the bootstrap over questions.
        high: upper end.
        won: questions on which the first scores higher.
        lost: questions on which it scores lower.
        p: of the exact two-sided sign test on these (McNemar's exact test where scores are 0 and 1).
    """

    difference: float
    low: float
    high: float
    won: int
    lost: int
    p: float

    @property
    def points(self) -> str:
        """The difference in points of a hundred with its interval: `+1.4 [+0.5, +2.3]`."""
        return f"{100 * self.difference:+.1f} [{100 * self.low:+.1f}, {100 * self.high:+.1f}]"


def compare(first: Sequence[float], second: Sequence[float], *, seed: int = 0) -> Comparison:
    """Compares two systems by their scores on the same questions, in the same order.

    Raises:
        ValueError: the lengths differ, or there are no questions.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"scores of {len(first)} and {len(second)} questions cannot be paired")
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    rng = np.random.default_rng(seed)
    means = [differences[rng.integers(len(differences), size=len(differences))].mean() for _ in range(ROUNDS)]
    low, high = np.quantile(means, [0.025, 0.975])
    won, lost = int((differences > 0).sum()), int((differences < 0).sum())
    return Comparison(float(differences.mean()), float(low), float(high), won, lost, sign_test(won, lost))


def sign_test(won: int, lost: int) -> float:
    """How probable a split at least as uneven is if either side of it is equally likely."""
    from scipy.stats import binomtest

    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0


def holm(values: Sequence[float]) -> list[float]:
    """P values adjusted for as many comparisons (Holm, 1979), in the order given."""
    adjusted = [0.0] * len(values)
    largest = 0.0
    for rank, i in enumerate(sorted(range(len(values)), key=lambda i: values[i])):
        largest = max(largest, min(1.0, (len(values) - rank) * values[i]))
        adjusted[i] = largest
    return adjusted
