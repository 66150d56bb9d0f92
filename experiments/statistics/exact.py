"""The exact test on what was won and lost."""

from __future__ import annotations

from scipy.stats import binomtest


def sign_test(won: int, lost: int) -> float:
    """How probable a split at least as uneven is if either side of it is equally likely, two-sided."""
    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0
