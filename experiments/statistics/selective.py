"""Risk against coverage: what a system errs on the questions of which it is surest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from experiments.statistics.documents import Floats


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The curve and its areas, for n questions.

    Attributes:
        coverage: share of questions answered, 1/n to 1, [n].
        risk: mean loss of these, [n].
        area: below the curve, the mean of `risk` (AURC); 0 is best.
        excess: what `area` has over that of confidences that order the same losses perfectly (E-AURC).
    """

    coverage: Floats
    risk: Floats
    area: float
    excess: float


def risk_coverage(confidences: ArrayLike, losses: ArrayLike) -> RiskCoverage:
    """The risk-coverage curve of Geifman and El-Yaniv (2017), "Selective Classification for Deep Neural Networks".

    The areas are those of Geifman, Uziel and El-Yaniv (2019), "Bias-Reduced Uncertainty Estimation for Deep Neural
    Classifiers". Questions of one confidence count with their mean loss, which is what any order of them gives on
    average.

    Args:
        confidences: that an answer is right, [n].
        losses: of the answers, such as 1 - exact match, [n].

    Raises:
        ValueError: the shapes differ or are not [n], there are no questions, or a number is missing.
    """
    confidence, loss = np.asarray(confidences, dtype=np.float64), np.asarray(losses, dtype=np.float64)
    if confidence.shape != loss.shape or loss.ndim != 1 or not loss.size:
        raise ValueError(f"confidences {confidence.shape} and losses {loss.shape} must have one shape, [questions]")
    if not (np.isfinite(confidence).all() and np.isfinite(loss).all()):
        raise ValueError("a confidence or loss is missing or infinite; give one for each question")
    _, place, counts = np.unique(-confidence, return_inverse=True, return_counts=True)
    expected = np.bincount(place, weights=loss) / counts
    answered = np.arange(1, loss.size + 1)
    risk = np.cumsum(np.repeat(expected, counts)) / answered
    best = np.cumsum(np.sort(loss)) / answered
    area = float(risk.mean())
    return RiskCoverage(answered / loss.size, risk, area, area - float(best.mean()))
