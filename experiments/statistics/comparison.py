"""Two systems on the same questions: is one better than by chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from experiments.statistics.crossed import crossed_mean
from experiments.statistics.documents import Floats, grouped
from experiments.statistics.exact import sign_test
from experiments.statistics.resampling import document_bootstrap, sign_flip_test


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the first system has over the second.

    Attributes:
        difference: of the means of their scores over seeds and questions.
        low: lower end of its 95% interval.
        high: upper end.
        p: of no difference, two-sided, for this comparison alone; adjust several by `holm`.
        method: how interval and p value were made, and what they leave out.
        seeds: runs of each system.
        questions: that both answered.
        documents: that these are about; as many as questions where none were named.
        won: questions on which the first scores higher, by the mean over seeds.
        lost: questions on which it scores lower.
    """

    difference: float
    low: float
    high: float
    p: float
    method: str
    seeds: int
    questions: int
    documents: int
    won: int
    lost: int

    @property
    def points(self) -> str:
        """The difference in points of a hundred with its interval: `+1.4 [+0.5, +2.3]`."""
        return f"{100 * self.difference:+.1f} [{100 * self.low:+.1f}, {100 * self.high:+.1f}]"


def compare_runs(first: ArrayLike, second: ArrayLike, documents: Sequence[str]) -> Comparison:
    """Compares two arms of fine-tuning over the same seeds and questions: the main comparison.

    Seeds and documents are both taken for draws from many, so the interval is for other seeds and other documents; see
    `crossed_mean`. With one seed it is for other documents but these very runs, which `method` says.

    Args:
        first: scores of an arm, [seeds, questions].
        second: those of the other, in the same order of seeds and questions.
        documents: the document (company) of each question.

    Raises:
        ValueError: the shapes differ, a score is missing, or there are not two documents at least.
    """
    differences = _paired(first, second, axes=2)
    sums, counts = grouped(differences, documents)
    found = crossed_mean(sums / counts, counts)
    mean, half = float(found.mean), float(found.half_width())
    seeds = len(differences)
    method = f"t over {seeds} seeds and {len(counts)} documents"
    if seeds == 1:
        method = f"t over {len(counts)} documents, of one seed: how seeds vary is left out"
    return Comparison(
        mean, mean - half, mean + half, float(found.p()), method, **_counts(differences, documents=len(counts))
    )


def compare(
    first: Sequence[float], second: Sequence[float], documents: Sequence[str] | None = None, *, seed: int = 0
) -> Comparison:
    """Compares one run each of two systems by their scores on the same questions, in the same order.

    With documents it is `compare_runs` of one seed. Without, questions are taken for independent: the interval is the
    bootstrap's over questions, the p value that of flipping signs, exact where differences are -1, 0 and 1 (McNemar).

    Args:
        first: scores of one system.
        second: scores of the other.
        documents: the document (company) of each question.
        seed: of bootstrap and flips.

    Raises:
        ValueError: the lengths differ, there are no questions, a score is missing, or there is one document only.
    """
    differences = _paired(first, second, axes=1)
    if documents is not None:
        return compare_runs([first], [second], documents)
    low, high, _ = document_bootstrap(differences, seed=seed)
    counts = _counts(differences[None], documents=len(differences))
    exact = bool(np.isin(differences, (-1, 0, 1)).all())
    p = sign_test(counts["won"], counts["lost"]) if exact else sign_flip_test(differences, seed=seed)
    method = f"bootstrap over questions; p by {'the exact sign test' if exact else 'sign flips'}; one seed"
    return Comparison(float(differences.mean()), low, high, p, method, **counts)


def _paired(first: ArrayLike, second: ArrayLike, axes: int) -> Floats:
    one, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.shape != other.shape or not one.size:
        raise ValueError(f"scores of {_size(one)} and {_size(other)} questions cannot be paired")
    if one.ndim != axes:
        raise ValueError(f"scores have shape {one.shape}; give {['questions', 'seeds, questions'][axes - 1]}")
    differences = one - other
    if not np.isfinite(differences).all():
        raise ValueError("a score is missing or infinite; give one for each question")
    return differences


def _size(scores: Floats) -> str:
    return " x ".join(map(str, scores.shape))


def _counts(differences: Floats, documents: int) -> dict[str, int]:
    """How many runs, questions and documents, and on how many questions either side is better."""
    over_seeds = differences.mean(0)
    seeds, questions = differences.shape
    return {
        "seeds": seeds,
        "questions": questions,
        "documents": documents,
        "won": int((over_seeds > 0).sum()),
        "lost": int((over_seeds < 0).sum()),
    }
