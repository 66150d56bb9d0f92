"""How likely each possible answer is, given the wording of the question and how the answer fits it.

An answer's score is that of its operator for the wording plus that of its features, with weights of its operator; one
softmax runs over all answers (McFadden's conditional logit, 1974). Each weight belongs to one named feature or n-gram,
so the model can be read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Features = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
_SAYS_NOTHING = 0.05  # a weight of an n-gram that is not worth its place in the file


@dataclass(frozen=True)
class Case:
    """A question's possible answers, as the heads see them.

    Attributes:
        features: [answers, features].
        operators: [answers], each by its number.
        wordings: n-grams of the question.
    """

    features: Features
    operators: Indices
    wordings: frozenset[str]


@dataclass(frozen=True)
class Heads:
    """Fitted heads.

    Attributes:
        weights: [operators, features].
        wording: by n-gram, [operators]; a question's are divided by the square root of how many the heads know.
    """

    weights: Floats
    wording: Mapping[str, Floats]

    def probabilities(self, case: Case) -> Floats:
        """Of each answer, [answers]."""
        if not len(case.operators):
            return np.zeros(0)
        scores = self.scores(case)
        each = np.exp(scores - scores.max())
        chances: Floats = each / each.sum()
        return chances

    def scores(self, case: Case) -> Floats:
        """What the probabilities of answers are a softmax of, [answers]; the case has some."""
        known = [self.wording[gram] for gram in sorted(case.wordings) if gram in self.wording]
        prior = np.sum(known, axis=0) / math.sqrt(len(known)) if known else np.zeros(len(self.weights))
        found: Floats = np.einsum("nf,nf->n", case.features, self.weights[case.operators]) + prior[case.operators]
        return found

    def likeliest(self, case: Case, chances: Floats) -> int:
        """The likeliest answer of the operator that is likeliest over all its answers; the case has some."""
        operator = int(np.bincount(case.operators, chances).argmax())
        return int(np.where(case.operators == operator, chances, -1).argmax())

    def record(self, features: Sequence[str]) -> dict[str, Any]:
        """The weights by name for a file, rounded to three places."""
        told = {gram: each for gram, each in sorted(self.wording.items()) if np.abs(each).max() > _SAYS_NOTHING}
        return {
            "weights": {name: _rounded(self.weights[:, i]) for i, name in enumerate(features)},
            "wording": {gram: _rounded(each) for gram, each in told.items()},
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any], features: Sequence[str]) -> Heads:
        """The heads that gave this record.

        Raises:
            KeyError: it lacks a feature.
        """
        weights = np.array([record["weights"][name] for name in features]).T
        return cls(weights, {gram: np.array(each) for gram, each in record["wording"].items()})


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 3) for value in values]
