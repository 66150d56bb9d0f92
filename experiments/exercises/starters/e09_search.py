"""Exercise 9: words and vectors in one score."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.exercises.e09_search import words

HYPOTHESIS = ""  # The fusion with half of a cosine changes recall at 1 by ___ points, because ___.
PREDICTION: float | None = None  # points, below zero where it falls


def bm25(question: Sequence[str], passages: Sequence[Sequence[str]]) -> list[float]:
    """The score of each passage, both question and passages as words."""
    ...  # yours


def fuse(cosines: Sequence[float], scores: Sequence[float], semantic: float) -> list[int]:
    """The places of the passages, best first, ties by place."""
    ...  # yours


if __name__ == "__main__":
    said = [words("Corvane reported revenue of $1.2 million."), words("Dunmere reported debt.")]
    found = bm25(words("What was Corvane's revenue?"), said)
    print(found, fuse([0.1, 0.3], found, 0.5))
