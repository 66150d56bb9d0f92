"""Exercise 7: batches of like length."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.exercises.e07_batches import SIZE, computed, lengths

HYPOTHESIS = ""  # Batches of like length save ___ % of all tokens that shuffled ones compute, because ___.
PREDICTION: float | None = None  # per cent


def batches(lengths: Sequence[int], batch_size: int, seed: int) -> list[list[int]]:
    """The places of the windows in batches of like length, in an order that the seed decides."""
    ...  # yours


if __name__ == "__main__":
    made = batches(lengths(), SIZE, seed=1)
    print(f"{sum(lengths())} tokens of text, {computed(made, lengths())} computed")
