"""Confidences: how likely a reader's best span is right, by what is known of other companies' questions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression, minimize, minimize_scalar
from scipy.special import expit, log_softmax

Floats = npt.NDArray[np.float64]
_RIDGE = 1e-3  # on slopes, so that features which separate right from wrong have finite ones
_LEAST = 1e-12  # probability whose logarithm is taken
_TEMPERATURES = (-3.0, 3.0)  # natural logarithms


@dataclass(frozen=True)
class Answers:
    """A reader's answers to n questions.

    Attributes:
        scores: of each question's candidates, the best span first and "no answer" last; minus infinity where there
            are fewer, [n, candidates].
        agreement: the share of earlier snapshots that answer as the reader does, [n].
        right: 1 where the best span is right, else 0, [n].
        documents: what the questions are clustered by, [n].
    """

    scores: Floats
    agreement: Floats
    right: Floats
    documents: npt.NDArray[np.str_]

    @property
    def margin(self) -> Floats:
        """The best span's score less that of "no answer", [n]."""
        return np.asarray(self.scores[:, 0] - self.scores[:, -1])

    def save(self, path: Path) -> None:
        """Writes them as an npz file."""
        np.savez(path, **asdict(self))

    @classmethod
    def load(cls, path: Path) -> Answers:
        """The answers that were saved."""
        with np.load(path) as arrays:
            return cls(**arrays)

    def digest(self) -> str:
        """A digest of all."""
        found = hashlib.sha256()
        for array in asdict(self).values():
            found.update(array.tobytes())
        return found.hexdigest()[:16]

    def __getitem__(self, chosen: npt.NDArray[np.bool_]) -> Answers:
        return Answers(self.scores[chosen], self.agreement[chosen], self.right[chosen], self.documents[chosen])


Confidence = Callable[[Answers, Answers], Floats]
"""From answers whose rightness is known and answers of others to the probability that each of the latter is right."""


def left_out(confidence: Confidence, answers: Answers) -> Floats:
    """The probability of each answer, with what is fitted fitted on the other documents, [n]."""
    found = np.empty(len(answers.right))
    for document in np.unique(answers.documents):
        asked = answers.documents == document
        found[asked] = confidence(answers[~asked], answers[asked])
    return found


def softmax(known: Answers, asked: Answers) -> Floats:
    """The best span's share in one softmax over all candidates, as the reader gives it; nothing is fitted."""
    return np.exp(_log_share(asked, 1.0))


def temperature(known: Answers, asked: Answers) -> Floats:
    """The same share of scores that are divided by a temperature (Guo et al., 2017), the likeliest."""

    def loss(log_temperature: float) -> float:
        share = np.exp(_log_share(known, float(np.exp(log_temperature))))
        return -float(np.log(np.maximum(np.where(known.right > 0, share, 1 - share), _LEAST)).mean())

    found = minimize_scalar(loss, bounds=_TEMPERATURES, method="bounded")
    return np.exp(_log_share(asked, float(np.exp(found.x))))


def platt(known: Answers, asked: Answers) -> Floats:
    """A logistic curve over the margin (Platt, 1999)."""
    return _logistic(known.margin[:, None], known.right, asked.margin[:, None])


def isotonic(known: Answers, asked: Answers) -> Floats:
    """The likeliest curve over the margin that never falls (Zadrozny and Elkan, 2002), straight between its points."""
    margins, place, counts = np.unique(known.margin, return_inverse=True, return_counts=True)
    rates = np.bincount(place, weights=known.right) / counts
    curve = isotonic_regression(rates, weights=counts).x
    return np.asarray(np.interp(asked.margin, margins, curve))


def consensus(known: Answers, asked: Answers) -> Floats:
    """A logistic curve over the margin and the agreement of snapshots (after Si et al., 2022, consistency calibration)."""
    own, others = (np.stack([each.margin, each.agreement], axis=1) for each in (known, asked))
    return _logistic(own, known.right, others)


CONFIDENCES: dict[str, Confidence] = {
    "softmax": softmax,
    "temperature": temperature,
    "platt": platt,
    "isotonic": isotonic,
    "consensus": consensus,
}


def _log_share(answers: Answers, divisor: float) -> Floats:
    return np.asarray(log_softmax(answers.scores / divisor, axis=1)[:, 0])


def _logistic(features: Floats, right: Floats, others: Floats) -> Floats:
    """Fits a logistic curve on features [n, k] and reads it at others [m, k]; returns [m].

    As `qa.calibration.fit_logistic` with its targets, for several features, and it has an answer where all are wrong.
    """
    positives = right.sum()
    target = np.where(right > 0, (positives + 1) / (positives + 2), 1 / (len(right) - positives + 2))
    design, at = (np.hstack([each, np.ones((len(each), 1))]) for each in (features, others))

    def loss(weights: Floats) -> tuple[float, Floats]:
        logits, held = design @ weights, np.append(weights[:-1], 0.0) * _RIDGE
        value = float((np.logaddexp(0, logits) - target * logits).sum() + held @ weights / 2)
        return value, design.T @ (expit(logits) - target) + held

    found = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(expit(at @ found.x))
