"""Probabilities that can be believed.

Task: a reader's margin says how sure it is, but in a unit of its own. Write `temperature(margins, right)`: the T
above zero for which the probabilities 1 / (1 + exp(-margin / T)) make what was right (1) and wrong (0) likeliest.
Then write `calibration_error(probabilities, right, bins)`: the questions sorted by probability into bins of equal
count, as `numpy.array_split` cuts them, and over the bins, weighted by their questions, the mean distance between
mean probability and share of right answers.

Hypothesis: a reader whose probabilities are exactly true has a calibration error of ___ over 200 questions in 10
bins, because ___.

Reading: `qa/calibration.py`; `financeqa literature show guo-2017-calibration` and `desai-2020-calibration`.

Size: fifteen lines; the check takes some seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean
from types import ModuleType

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from experiments.exercises.finding import Finding, Measured, Said, near
from experiments.exercises.prediction import Number
from qa.calibration import expected_calibration_error

ASKED = Number("the calibration error, 0 to 1", within=0.01)
Floats = npt.NDArray[np.float64]


def simulated(temperature: float, questions: int, seed: int) -> tuple[Floats, Floats]:
    """Margins of a reader, which are the true log-odds times a temperature, and what was right, [questions] each."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(0.5, 1.5, questions)
    return temperature * odds, (rng.random(questions) < _logistic(odds)).astype(np.float64)


def check(yours: ModuleType) -> Iterator[Said]:
    """Fits readers that are too sure and not sure enough, and measures errors that are known."""
    for true in (2.5, 1.0, 0.4, 40.0):
        margins, right = simulated(true, 3000, seed=12)
        best = _likeliest(margins, right)
        yield near(
            f"temperature of a reader that is {true:g} times as sure",
            yours.temperature(margins, right),
            best,
            within=0.01 * best,
        )
    for case, probabilities, outcomes, bins in _cases():
        expected = expected_calibration_error(probabilities, outcomes, bins=bins)
        found = yours.calibration_error(np.array(probabilities), np.array(outcomes), bins)
        yield near(f"calibration error, {case}", found, expected, within=1e-9)
    margins, right = simulated(2.5, 3000, seed=13)
    fitted = float(yours.temperature(*simulated(2.5, 3000, seed=12)))
    before, after = (_error(_logistic(margins / t), right) for t in (1.0, fitted))
    yield Finding(after < before / 2, f"calibration error of other questions: {before:.3f} before, {after:.3f} after")
    yield Measured(_of_the_truth(), "calibration error of probabilities that are true, over 200 questions")


def _error(probabilities: Floats, right: Floats) -> float:
    return expected_calibration_error(probabilities.tolist(), right.tolist())


def _of_the_truth(rounds: int = 200) -> float:
    """Mean calibration error of a reader whose probabilities are true."""
    draws = (simulated(1.0, 200, seed) for seed in range(rounds))
    return mean(_error(_logistic(odds), right) for odds, right in draws)


def _likeliest(margins: Floats, right: Floats) -> float:
    """The temperature, by Brent's method over its logarithm."""
    signs = np.where(right > 0, 1.0, -1.0)
    loss = lambda log_t: float(np.logaddexp(0.0, -signs * margins / np.exp(log_t)).mean())  # noqa: E731
    return float(np.exp(minimize_scalar(loss, bounds=(-5, 8), method="bounded", options={"xatol": 1e-6}).x))


def _cases() -> Iterator[tuple[str, list[float], list[float], int]]:
    """Name, probabilities, right or wrong, and bins."""
    yield "all of one probability", [0.7] * 10, [1.0] * 7 + [0.0] * 3, 1
    yield "half of them wrong and sure", [0.9, 0.1, 0.9, 0.1], [0.0, 1.0, 1.0, 0.0], 2
    yield "crowded near one", [0.99, 0.98, 0.97, 0.96, 0.95, 0.2], [1.0, 1.0, 0.0, 1.0, 0.0, 0.0], 3
    yield "bins that cannot be equal", [0.1, 0.4, 0.35, 0.8, 0.9, 0.6, 0.7], [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0], 3
    yield "fewer questions than bins", [0.3, 0.8], [0.0, 1.0], 10


def _logistic(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)))
