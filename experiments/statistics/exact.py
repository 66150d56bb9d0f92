"""Exact tests on what was won and lost."""

from __future__ import annotations

from collections.abc import Sequence

from scipy.stats import binomtest


def sign_test(won: int, lost: int) -> float:
    """How probable a split at least as uneven is if either side of it is equally likely, two-sided."""
    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0


def mcnemar(first: Sequence[float], second: Sequence[float]) -> float:
    """P value of McNemar's exact test (1947) on scores of 0 and 1 for the same questions, in the same order.

    It takes the questions for independent of each other; `sign_flip_test` need not.

    Raises:
        ValueError: the lengths differ, or a score is neither 0 nor 1.
    """
    if len(first) != len(second):
        raise ValueError(f"scores of {len(first)} and {len(second)} questions cannot be paired")
    if other := {*first, *second} - {0, 1}:
        raise ValueError(f"McNemar's test is of scores 0 and 1, not {min(other)}; use sign_flip_test")
    won = sum(a > b for a, b in zip(first, second, strict=True))
    return sign_test(won, sum(a < b for a, b in zip(first, second, strict=True)))
