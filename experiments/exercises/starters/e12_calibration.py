"""Exercise 12: probabilities that can be believed."""

from __future__ import annotations

import numpy as np

from experiments.exercises.e12_calibration import Floats, simulated

HYPOTHESIS = ""  # Probabilities that are exactly true have a calibration error of ___ over 200 questions, because ___.
PREDICTION: float | None = None  # 0 to 1


def temperature(margins: Floats, right: Floats) -> float:
    """By what margins are divided to make what was right likeliest."""
    ...  # yours


def calibration_error(probabilities: Floats, right: Floats, bins: int) -> float:
    """Mean distance between probability and share of right answers over bins of equal count."""
    ...  # yours


if __name__ == "__main__":
    margins, right = simulated(3.0, 1000, seed=0)
    found = temperature(margins, right)
    for divisor in (1.0, found):
        print(f"{divisor:.2f}: {calibration_error(1 / (1 + np.exp(-margins / divisor)), right, 10):.3f}")
