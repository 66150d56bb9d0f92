"""Exercise 15: an invention, kept or lost."""

from __future__ import annotations

from experiments.exercises.e15_invention import gain
from experiments.statistics import Comparison
from qa.data.generated import generated_examples

HYPOTHESIS = ""  # My idea gains ___ points of exact match over first_found, because ___.
PREDICTION: float | None = None  # points

SMALLEST = 5.0  # points below which the gain is not worth having; yours to choose

PAGE = """
Gap: ___

Hypothesis: ___

Prediction: ___

Refuted if: ___

Measure: exact match on the generated questions of dev, over companies.
"""


def answer(question: str, context: str) -> str:
    """An answer that stands in the passage, or an empty one."""
    ...  # yours


def verdict(gain: Comparison) -> str:
    """`kept` or `lost`, by the rule that was stated."""
    ...  # yours


if __name__ == "__main__":
    seen = gain(answer, list(generated_examples("train")))
    print(f"{seen.points} points on questions that may be looked at: {verdict(seen)}")
