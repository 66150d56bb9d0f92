"""Scores drawn from arms whose true difference is known, and how the tests do on them.

Each question has a difficulty, the same for all arms and seeds, and is answered where an arm's ability exceeds it. The
ability varies with arm and seed, arm and document, all three, and every question anew, so that two arms mostly answer
the same questions, as fine-tuned models do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from experiments.statistics.crossed import Variances, crossed_mean, variances
from experiments.statistics.documents import Floats
from experiments.statistics.multiplicity import holm

Floats32 = NDArray[np.float32]
Scores = Literal["0 or 1", "F1", "normal"]

LEVEL = 0.05
QUESTIONS = (40,) * 16
UNEQUAL = (8, 9, 11, 13, 16, 19, 22, 27, 32, 38, 45, 54, 64, 76, 91, 115)  # as many in all
_BOOTSTRAPS = 1000
_SLOPE = 0.8  # of the mean F1 with ability, as what is not right has 0.2 of it on average
_AT_ONCE = 100  # rounds, which bounds the memory to some 20 MB


@dataclass(frozen=True, slots=True)
class Cell:
    """What is drawn.

    Attributes:
        scores: of a question: 0 or 1; 1 or now and then something between, as F1 is; or normally distributed.
        seeds: of each arm.
        questions: of each document.
        ratio: variance of the paired difference between seeds against that between documents.
        document_sd: standard deviation of the paired difference between documents; 0 leaves the noise of questions.
        effect: true difference of ability between the arms.
        arms: how many, the baseline among them.
    """

    scores: Scores
    seeds: int = 5
    questions: tuple[int, ...] = QUESTIONS
    ratio: float = 1.0
    document_sd: float = 0.04
    effect: float = 0.0
    arms: int = 2


class Coverage(NamedTuple):
    """Shares of rounds in which the 95% interval held the truth.

    Attributes:
        crossed: that of `compare_runs`.
        satterthwaite: of the same variance with Satterthwaite's degrees of freedom.
        bootstrap: percentiles of the bootstrap over seeds and documents.
        width: mean half width of the first against the second's.
    """

    crossed: float
    satterthwaite: float
    bootstrap: float
    width: float


def coverage(cell: Cell, rounds: int, seed: int) -> Coverage:
    """How often the intervals of two arms hold the true difference, that of all seeds and documents."""
    rng = np.random.default_rng(seed)
    means = np.concatenate([each[:, 1] - each[:, 0] for each in draws(cell, rounds, rng)])
    truth = cell.effect * (_SLOPE if cell.scores == "F1" else 1)
    found = crossed_mean(means, cell.questions)
    half, other = found.half_width(LEVEL), satterthwaite(variances(means, cell.questions), cell.seeds)
    low, high = bootstrap(means, cell.questions, rng)
    missed = np.abs(found.mean - truth)
    return Coverage(
        float((missed <= half).mean()),
        float((missed <= other).mean()),
        float(((low <= truth) & (truth <= high)).mean()),
        float(half.mean() / other.mean()),
    )


def familywise_errors(cell: Cell, rounds: int, seed: int) -> float:
    """Share of rounds in which any arm, all equal in truth, differs from the baseline after Holm's correction."""
    wrong = 0
    for means in draws(cell, rounds, np.random.default_rng(seed)):
        p = crossed_mean(means[:, 1:] - means[:, :1], cell.questions).p()
        wrong += sum(min(holm(values)) <= LEVEL for values in p.tolist())
    return wrong / rounds


def satterthwaite(found: Variances, seeds: int) -> Floats:
    """Half widths with the degrees of freedom of Satterthwaite (1946), not below the smaller of the two, [...]."""
    if seeds == 1:
        return np.asarray(stdtrit(found.document_df, 1 - LEVEL / 2) * np.sqrt(found.total))
    parts = (found.seed, found.seed_df), (found.document, found.document_df)
    interaction = found.interaction**2 / (found.seed_df * found.document_df)
    df = found.total**2 / (sum(part**2 / df for part, df in parts) + interaction)
    df = np.maximum(df, min(found.seed_df, found.document_df))
    return np.asarray(stdtrit(df, 1 - LEVEL / 2) * np.sqrt(found.total))


def bootstrap(means: Floats, questions: tuple[int, ...], rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Percentile intervals that draw seeds and documents (Owen, 2007, "The pigeonhole bootstrap"), [rounds] each.

    All rounds share their resamples, which saves time and changes no round's interval in distribution.
    """
    seeds, documents = means.shape[-2:]
    of_seeds = rng.multinomial(seeds, np.full(seeds, 1 / seeds), _BOOTSTRAPS) / seeds
    of_documents = rng.multinomial(documents, np.full(documents, 1 / documents), _BOOTSTRAPS) * np.asarray(questions)
    of_documents = of_documents / of_documents.sum(1, keepdims=True)
    resampled = [((of_seeds @ each) * of_documents).sum(1) for each in means]
    low, high = np.quantile(resampled, [LEVEL / 2, 1 - LEVEL / 2], axis=1)
    return low, high


def draws(cell: Cell, rounds: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Mean scores of documents, some rounds at once, [rounds, arms, seeds, documents]; the baseline is the first arm."""
    starts = np.cumsum((0, *cell.questions[:-1]))
    for start in range(0, rounds, _AT_ONCE):
        ability = _ability(cell, min(_AT_ONCE, rounds - start), rng)
        scores = _scores(cell, ability.astype(np.float32), rng)
        yield np.add.reduceat(scores, starts, axis=-1, dtype=np.float64) / np.asarray(cell.questions)


def _ability(cell: Cell, rounds: int, rng: np.random.Generator) -> Floats:
    """Probability of a right answer, [rounds, arms, seeds, documents]."""
    arms, seeds, documents = cell.arms, cell.seeds, len(cell.questions)
    sd = cell.document_sd / np.sqrt(2)  # of one arm, so that the difference of two has all of it
    of_seeds = rng.normal(size=(rounds, arms, seeds, 1)) * sd * np.sqrt(cell.ratio)
    of_documents = rng.normal(size=(rounds, arms, 1, documents)) * sd
    of_both = rng.normal(size=(rounds, arms, seeds, documents)) * sd / 2
    effect = np.where(np.arange(arms) > 0, cell.effect, 0.0)[:, None, None]
    return np.asarray(0.5 + effect + of_seeds + of_documents + of_both)


def _scores(cell: Cell, ability: Floats32, rng: np.random.Generator) -> Floats32:
    """Scores [rounds, arms, seeds, questions] for abilities [rounds, arms, seeds, documents]."""
    rounds, arms, seeds, _ = ability.shape
    questions = sum(cell.questions)
    lasting = rng.standard_normal((rounds, arms, 1, questions), dtype=np.float32)
    passing = rng.standard_normal((rounds, arms, seeds, questions), dtype=np.float32)
    by_question = np.repeat(ability, cell.questions, axis=-1)
    if cell.scores == "normal":
        return np.asarray(by_question + np.float32(0.15) * (lasting + passing))
    difficulty = rng.random((rounds, 1, 1, questions), dtype=np.float32)  # uniform, so that ability is the mean score
    right = by_question + np.float32(0.035) * (lasting + passing) > difficulty
    if cell.scores == "0 or 1":
        return right.astype(np.float32)
    partial = np.maximum(0, rng.random(right.shape, dtype=np.float32) * np.float32(2.5) - np.float32(1.5))
    return np.where(right, np.float32(1), partial)
