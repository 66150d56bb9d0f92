"""Exercise 8: numbers as filings write them."""

from __future__ import annotations

from decimal import Decimal

HYPOTHESIS = ""  # The sum of ten amounts in floating point is not the total in ___ % of columns, because ___.
PREDICTION: float | None = None  # per cent


def parse(text: str) -> tuple[Decimal, str | None, int] | None:
    """Value with its sign, unit, and power of ten of the one number in a text."""
    ...  # yours


if __name__ == "__main__":
    for text in ("$ (1,234)", "12.5 bps", "US$ 5 million"):
        print(f"{text:14} {parse(text)}")
