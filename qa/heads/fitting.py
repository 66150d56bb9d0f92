"""Fits heads: the weights that make right answers most likely, by maximum likelihood with an L2 penalty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags

from qa.heads.model import Case, Floats, Heads, Indices

L2_SHARED = 1e-5  # on what all operators share of a feature's weight
L2_OWN = 1e-3  # on an operator's own part of it
L2_WORDING = 2e-5
PENALTIES = (L2_SHARED, L2_OWN, L2_WORDING)
SEEN = 2  # questions that an n-gram must be in
OTHERS = 250  # wrong answers of a question that the fit looks at
STEPS = 150


def fit_heads(cases: Sequence[Case], wanted: Sequence[Floats], *, operators: int, seed: int = 13) -> Heads:
    """The heads that make right answers most likely.

    Args:
        cases: the questions.
        wanted: how right each answer of each question is, [answers] of 0 to 1; questions without a right one are
            left out.
        operators: how many there are.
        seed: of the sample of wrong answers.
    """
    rng, count = np.random.default_rng(seed), operators
    kept = [(case, right) for case, right in zip(cases, wanted, strict=True) if right.any()]
    known = known_grams([case for case, _ in kept], SEEN)
    column = {gram: i for i, gram in enumerate(known)}
    grams = _gram_matrix([case for case, _ in kept], column)
    picks = [sample(right, rng, OTHERS) for _, right in kept]
    features = np.vstack([case.features[pick] for (case, _), (pick, _) in zip(kept, picks, strict=True)])
    operator = np.concatenate([case.operators[pick] for (case, _), (pick, _) in zip(kept, picks, strict=True)])
    right = np.concatenate([right[pick] for (_, right), (pick, _) in zip(kept, picks, strict=True)])
    offset = np.concatenate([weight for _, weight in picks])
    sizes = [len(pick) for pick, _ in picks]
    starts, question = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(kept)), sizes)
    rows = [np.flatnonzero(operator == each) for each in range(count)]
    blocks = [features[row] for row in rows]
    width = features.shape[1]

    shapes = [(width,), (count, width), (len(known), count)]
    ends = np.cumsum([np.prod(shape) for shape in shapes])

    def unpacked(flat: Floats) -> list[Floats]:
        """Of features what all operators share, and what each has of its own; of n-grams what each operator has."""
        return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes, strict=True)]

    def loss(flat: Floats) -> tuple[float, Floats]:
        parts = unpacked(flat)
        shared, own, wording = parts
        scores = offset + (grams @ wording)[question, operator]
        for row, block, weights in zip(rows, blocks, (shared + own).astype(np.float32), strict=True):
            scores[row] += block @ weights
        each = np.exp(scores - np.maximum.reduceat(scores, starts)[question])
        whole, good = np.add.reduceat(each, starts), np.add.reduceat(each * right, starts)
        slope = (each / whole[question] - each * right / good[question]) / len(kept)
        by_feature = np.stack(
            [block.T @ slope[row].astype(np.float32) for row, block in zip(rows, blocks, strict=True)]
        )
        by_gram = grams.T @ np.bincount(question * count + operator, slope, len(kept) * count).reshape(-1, count)
        gradients = [by_feature.sum(axis=0), by_feature, by_gram]
        value = -float(np.log(good / whole).mean())
        value += sum(penalty * float((part**2).sum()) for penalty, part in zip(PENALTIES, parts, strict=True))
        slopes = [g + 2 * penalty * part for g, penalty, part in zip(gradients, PENALTIES, parts, strict=True)]
        return value, np.concatenate([part.ravel() for part in slopes])

    found = minimize(loss, np.zeros(ends[-1]), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    shared, own, wording = unpacked(found.x)
    return Heads(shared + own, {gram: wording[i] for i, gram in enumerate(known)})


def known_grams(cases: Sequence[Case], least: int) -> list[str]:
    """The n-grams that at least so many questions have, in order."""
    counts = Counter(gram for case in cases for gram in case.wordings)
    return sorted(gram for gram, count in counts.items() if count >= least)


def _gram_matrix(cases: Sequence[Case], column: dict[str, int]) -> csr_matrix:
    """One row a question, its n-grams divided by the square root of their number."""
    places = [(row, column[gram]) for row, case in enumerate(cases) for gram in case.wordings if gram in column]
    rows, columns = np.array(places).T
    matrix = csr_matrix((np.ones(len(places)), (rows, columns)), shape=(len(cases), len(column)))
    return diags(1 / np.sqrt(np.maximum(1, np.asarray(matrix.sum(axis=1)).ravel()))) @ matrix


def sample(right: Floats, rng: np.random.Generator, most: int) -> tuple[Indices, Floats]:
    """Which answers a fit looks at: all right ones and at most so many others, which stand for all of them.

    Returns:
        Their places, and what is to be added to the score of each so that the sample stands for all.
    """
    good, others = np.flatnonzero(right), np.flatnonzero(right == 0)
    drawn = others if len(others) <= most else rng.choice(others, most, replace=False)
    weight = np.log(len(others) / len(drawn)) if len(drawn) else 0.0
    return np.concatenate([good, drawn]), np.concatenate([np.zeros(len(good)), np.full(len(drawn), weight)])
