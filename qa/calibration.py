"""From a reader's score to "found or not" and to the probability of being right.

The margin of a question is its best span's score less its null score, both sums of two logits.
A threshold on the margin decides "not found"; a logistic curve over it (Platt, 1999) says how
likely the answer is right. Both are fitted on articles that the reader never saw.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from retrieval.bundled import ModelError
from retrieval.files import write_atomically

FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """How margins are read.

    Attributes:
        threshold: margins below it mean "not found".
        slope: of the logistic curve, per unit of margin; positive for a reader that knows anything.
        intercept: log-odds of being right at margin 0.
    """

    threshold: float = 0.0
    slope: float = 1.0
    intercept: float = 0.0

    def found(self, margin: float) -> bool:
        """Whether a best span with this margin is an answer."""
        return margin >= self.threshold

    def probability(self, margin: float) -> float:
        """The probability, 0 to 1, that a best span with this margin is right."""
        logit = self.slope * margin + self.intercept
        return 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))


def load_calibration(folder: Path) -> Calibration:
    """The calibration beside a model; a folder without one has the neutral one.

    Raises:
        ModelError: its file is damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return Calibration()
    try:
        return Calibration(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ModelError(f"{path} is damaged ({error}); make the model again") from error


def save_calibration(calibration: Calibration, folder: Path) -> None:
    """Writes a calibration beside a model."""
    write_atomically(folder / FILE, json.dumps(asdict(calibration), indent=1) + "\n")


def best_threshold(margins: Sequence[float], gains: Sequence[float], losses: Sequence[float]) -> float:
    """The threshold with the highest mean score.

    Args:
        margins: one a question.
        gains: the question's score (F1, 0 to 1) if its best span is given.
        losses: its score if "not found" is said: 0 where it is answerable.

    Returns:
        Half way between the two margins where the best cut lies.
    """
    order = np.argsort(margins, kind="stable")
    ordered = np.asarray(margins, dtype=np.float64)[order]
    gained = np.asarray(gains, dtype=np.float64)[order]
    lost = np.asarray(losses, dtype=np.float64)[order]
    # totals[i]: the first i questions are "not found", the rest are answered
    totals = np.concatenate([[0.0], np.cumsum(lost)]) + gained.sum() - np.concatenate([[0.0], np.cumsum(gained)])
    cut = int(np.argmax(totals))
    if cut == 0:
        return float(ordered[0] - 1.0)
    if cut == len(ordered):
        return float(ordered[-1] + 1.0)
    return float((ordered[cut - 1] + ordered[cut]) / 2)


def steady_threshold(
    margins: Sequence[float], gains: Sequence[float], losses: Sequence[float], *, rounds: int = 500
) -> float:
    """The mean of `best_threshold` over bootstrap samples of the questions: of few questions the best cut is
    a matter of luck, and bagging (Breiman, 1996) takes most of it out.
    """
    rng = np.random.default_rng(0)
    columns = np.array([margins, gains, losses], dtype=np.float64)
    samples = (columns[:, rng.integers(columns.shape[1], size=columns.shape[1])] for _ in range(rounds))
    return float(np.mean([best_threshold(*sample) for sample in samples]))


def fit_logistic(margins: Sequence[float], right: Sequence[float], *, steps: int = 100) -> tuple[float, float]:
    """Slope and intercept of the logistic curve that makes `right` most likely, by Newton's method.

    Platt's targets ((n+ + 1)/(n+ + 2) and 1/(n- + 2) in place of 1 and 0) keep the curve finite
    where the margins separate right from wrong.

    Args:
        margins: one a question.
        right: 1 where the best span is right, else 0.
        steps: Newton steps at most.

    Raises:
        ValueError: fewer than two questions, or all are right, or all wrong.
    """
    x, y = np.asarray(margins, dtype=np.float64), np.asarray(right, dtype=np.float64)
    positives, negatives = float(y.sum()), float(len(y) - y.sum())
    if len(y) < 2 or positives == 0 or negatives == 0:
        raise ValueError(f"a calibration needs right and wrong answers, got {positives:.0f} and {negatives:.0f}")
    target = np.where(y > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    design = np.stack([x, np.ones_like(x)], axis=1)
    weights = np.zeros(2)
    for _ in range(steps):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        hessian = design.T @ (design * (p * (1 - p))[:, None]) + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, design.T @ (p - target))
        weights = weights - step
        if np.abs(step).max() < 1e-10:
            break
    return float(weights[0]), float(weights[1])


def expected_calibration_error(probabilities: Sequence[float], right: Sequence[float], *, bins: int = 10) -> float:
    """Mean distance between probability and accuracy over bins of equal count (Nguyen and O'Connor, 2015), 0 to 1."""
    order = np.argsort(probabilities, kind="stable")
    p, y = np.asarray(probabilities, dtype=np.float64)[order], np.asarray(right, dtype=np.float64)[order]
    groups = [g for g in np.array_split(np.arange(len(p)), bins) if len(g)]
    return float(sum(len(g) * abs(p[g].mean() - y[g].mean()) for g in groups) / len(p)) if len(p) else math.nan
