"""Exercise 3: from logits to a span, or to no answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from experiments.exercises.e03_best_span import LONGEST, Floats, Place, simulated_window

HYPOTHESIS = ""  # Each best logit alone gives something else in ___ % of windows, because ___.
PREDICTION: float | None = None  # per cent


def best_span(
    start_logits: Floats, end_logits: Floats, offsets: Sequence[Place | None], null_index: int, max_tokens: int
) -> Place | None:
    """The characters of the best span, or `None` where no answer has a better score than any."""
    ...  # yours


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    for _ in range(5):
        start, end, offsets = simulated_window(rng)
        print(best_span(start, end, offsets, 0, LONGEST))
