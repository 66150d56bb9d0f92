"""What gaps are looked for in: scores of questions by arm and seed, with the slices that the questions are in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.gaps.slices import Slices
from experiments.statistics import Comparison, compare_runs
from experiments.statistics.documents import Floats

MIN_QUESTIONS = 20  # in a slice and outside of it, to be compared
MIN_DOCUMENTS = 8
COMPANY = "company"  # the dimension whose slices may be whole documents


@dataclass(frozen=True)
class Slice:
    """Some of the questions.

    Attributes:
        dimension: by what they are cut.
        value: which of the pieces.
        inside: whether each question is in it, [questions].
        among: whether a question is of any slice of the dimension, [questions]: with whom it is compared.
        units: what is resampled: the documents of the questions; of a company that is one document, the questions.
        by_question: whether it is the questions.
    """

    dimension: str
    value: str
    inside: NDArray[np.bool_]
    among: NDArray[np.bool_]
    units: NDArray[np.str_]
    by_question: bool


@dataclass(frozen=True)
class Source:
    """A study at one size, or a saved evaluation, on one metric.

    Attributes:
        name: of the study, or of the evaluation with what it was given.
        metric: which scores these are.
        scores: by arm and seed, 0 to 1, [questions].
        baseline: the arm that slices are compared in.
        rivals: the arms that are compared with it.
        documents: of each question.
        slices: of each question.
        runs: in words, for the record.
        command: finds the gaps.
    """

    name: str
    metric: str
    scores: Mapping[str, Mapping[int, Floats]]
    baseline: str
    rivals: Sequence[str]
    documents: Sequence[str]
    slices: Sequence[Slices]
    runs: Sequence[str]
    command: str

    def mean(self, arm: str) -> Floats:
        """The scores of an arm, over its seeds, [questions]."""
        return np.asarray(np.mean(list(self.scores[arm].values()), axis=0))

    def cut(self) -> list[Slice]:
        """The slices that are large enough to be compared with the rest."""
        dimensions = sorted({dimension for slices in self.slices for dimension in slices})
        found = []
        for dimension in dimensions:
            values = np.array([slices.get(dimension, "") for slices in self.slices])
            for value in sorted(set(values) - {""}):
                each = self._slice(dimension, value, values == value, values != "")
                if each is not None:
                    found.append(each)
        return found

    def gain(self, arm: str, where: Slice) -> Comparison | None:
        """What an arm has over the baseline on a slice, on the seeds of both."""
        shared = sorted(self.scores[arm].keys() & self.scores[self.baseline].keys())
        if not shared:
            return None
        own, base = ([self.scores[name][seed][where.inside] for seed in shared] for name in (arm, self.baseline))
        return compare_runs(own, base, where.units[where.inside].tolist())

    def _slice(self, dimension: str, value: str, inside: NDArray[np.bool_], among: NDArray[np.bool_]) -> Slice | None:
        """The slice, unless it or the rest is too small to be compared."""
        documents, rest = np.asarray(self.documents), among & ~inside
        if min(inside.sum(), rest.sum()) < MIN_QUESTIONS or len(set(documents[rest])) < MIN_DOCUMENTS:
            return None
        few = len(set(documents[inside])) < MIN_DOCUMENTS
        if few and dimension != COMPANY:
            return None
        units = np.arange(len(inside)).astype(str) if few else documents
        return Slice(dimension, value, inside, among, units, few)
