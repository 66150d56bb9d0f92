"""Exercise 2: when an answer counts as right."""

from __future__ import annotations

HYPOTHESIS = ""  # By exact match, $1.2 million is ___ where $12 million is the answer, because ___.
PREDICTION: str | None = None  # "right" or "wrong"


def normalise(text: str) -> str:
    """Lower case, without punctuation, articles and extra white space."""
    ...  # yours


def exact_match(prediction: str, gold: str) -> float:
    """1 where both are the same after normalisation, else 0."""
    ...  # yours


def token_f1(prediction: str, gold: str) -> float:
    """F1 of the tokens that both share, 0 to 1."""
    ...  # yours


if __name__ == "__main__":
    for one, other in (("The freight, and wages", "freight and wages"), ("freight", "freight and wages")):
        print(f"{one!r} for {other!r}: {exact_match(one, other):.2f}, {token_f1(one, other):.2f}")
