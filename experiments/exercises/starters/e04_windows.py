"""Exercise 4: windows over a long filing, in which no answer is lost."""

from __future__ import annotations

HYPOTHESIS = ""  # With windows of 32 that share 8, the longest answer that is never lost has ___ tokens, because ___.
PREDICTION: int | None = None  # tokens


def windows(tokens: int, size: int, stride: int) -> list[tuple[int, int]]:
    """First and one past the last token of each window."""
    ...  # yours


if __name__ == "__main__":
    print(windows(100, size=32, stride=8))
