"""Exercise 14: is a difference one, and where is a gap?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments.exercises.e14_gap import Floats, false_positives, rows_with_a_gap
from experiments.gaps.finding import find
from experiments.gaps.source import Source

HYPOTHESIS = ""  # An interval that draws single questions finds a difference in ___ % of cases, because ___.
PREDICTION: float | None = None  # per cent


def interval(differences: Floats, documents: Sequence[str], resamples: int, seed: int) -> tuple[float, float]:
    """The 95% percentile bootstrap interval of the mean difference, over documents."""
    ...  # yours


def source(rows: Sequence[dict[str, Any]]) -> Source:
    """Results as gaps are looked for in them: scores by seed, all in one order of the questions."""
    ...  # yours


if __name__ == "__main__":
    print(f"{false_positives(interval):.1f}% of null comparisons find a difference")
    for found in find(source(rows_with_a_gap())):
        print(found.dimension, found.value, found.difference, found.reasons)
