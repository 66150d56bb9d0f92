"""P values of several comparisons, adjusted for their number."""

from __future__ import annotations

from collections.abc import Sequence

from scipy.stats import false_discovery_control


def holm(values: Sequence[float]) -> list[float]:
    """P values adjusted so that the chance of any false finding stays below the level, in the order given.

    Holm (1979), "A simple sequentially rejective multiple test procedure". It holds however the tests depend on each
    other, so also for several arms against one baseline.
    """
    adjusted = [0.0] * len(values)
    largest = 0.0
    for rank, i in enumerate(sorted(range(len(values)), key=lambda i: values[i])):
        largest = max(largest, min(1.0, (len(values) - rank) * values[i]))
        adjusted[i] = largest
    return adjusted


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """P values adjusted so that the expected share of false findings stays below the level, in the order given.

    Benjamini and Hochberg (1995), for tests that are independent or positively dependent.
    """
    return [float(value) for value in false_discovery_control(values)] if len(values) else []
