"""Scores of questions by the document that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Grouped(NamedTuple):
    """Differences summed over the questions of each document.

    Attributes:
        sums: [runs, documents].
        counts: questions of each, [documents].
    """

    sums: Floats
    counts: NDArray[np.int64]


def grouped(differences: ArrayLike, documents: Sequence[str] | None) -> Grouped:
    """Sums by document; without documents each question is its own.

    Args:
        differences: of the paired scores, [questions] or [runs, questions].
        documents: a label for each question.

    Raises:
        ValueError: the labels are more or fewer than the questions, or there are no questions.
    """
    values = np.atleast_2d(np.asarray(differences, dtype=np.float64))
    questions = values.shape[1]
    if not questions:
        raise ValueError("there are no questions to compare")
    if documents is None:
        return Grouped(values, np.ones(questions, dtype=np.int64))
    if len(documents) != questions:
        raise ValueError(f"{len(documents)} documents are named for {questions} questions; name one for each")
    _, place = np.unique(np.asarray(documents), return_inverse=True)
    counts = np.bincount(place)
    return Grouped(np.stack([np.bincount(place, weights=row) for row in values]), counts)
