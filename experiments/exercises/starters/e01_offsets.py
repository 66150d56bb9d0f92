"""Exercise 1: where the pieces of a text stand in it."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.exercises.e01_offsets import tokenizer

HYPOTHESIS = ""  # An amount is cut into ___ pieces on average, because ___.
PREDICTION: float | None = None  # the number of it


def offsets(text: str, pieces: Sequence[str]) -> list[tuple[int, int]]:
    """The first character of each piece in the text, and one past its last."""
    ...  # yours


if __name__ == "__main__":
    said = "Gross margin fell to 31%."
    pieces = tokenizer().encode(said, add_special_tokens=False).tokens
    for piece, (start, end) in zip(pieces, offsets(said, pieces), strict=True):
        print(f"{piece:8} {start:3} {end:3} {said[start:end]}")
