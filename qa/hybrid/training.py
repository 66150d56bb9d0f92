"""Fits the heads and the scale on TAT-QA's questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from qa.data.tatqa import TatQuestion
from qa.heads.fitting import fit_heads
from qa.heads.model import Floats
from qa.hybrid.derivation import OPERATORS, Derivation
from qa.hybrid.model import HybridCase, HybridModel
from qa.hybrid.scale import ScaleModel, fit_scale, scale_clues
from qa.metrics.tatqa import tatqa_scores

_ANSWERS: dict[str, frozenset[str]] = {
    "span": frozenset({"cell", "heading", "span"}),
    "multi-span": frozenset({"cells", "headings", "spans"}),
    "count": frozenset({"count"}),
    "arithmetic": frozenset(OPERATORS) - {"cell", "cells", "heading", "headings", "count", "span", "spans"},
}
_CLOSE = 0.6  # F1 from which a span is as good as there is


def rights(question: TatQuestion, found: Sequence[Derivation]) -> Floats:
    """How right each answer is, [n] of 0 to 1: those that match exactly, or else the spans that come closest."""
    if question.gold is None:
        return np.zeros(len(found))
    kinds = _ANSWERS[question.answer_type]
    memo: dict[tuple[str, ...], tuple[float, float]] = {}
    for derivation in found:
        if derivation.operator in kinds and derivation.parts not in memo:
            memo[derivation.parts] = tatqa_scores(derivation.parts, question.gold.scale, question.gold)
    scores = [memo[d.parts] if d.operator in kinds else (0.0, 0.0) for d in found]
    exact = np.array([score[0] for score in scores])
    if exact.any():
        return exact * _annotated(question, found, exact)
    close = np.array([score[1] for score in scores])
    best = close.max(initial=0.0)
    return np.where((close >= _CLOSE) & (close >= best - 0.05), close, 0.0)


def _annotated(question: TatQuestion, found: Sequence[Derivation], exact: Floats) -> Floats:
    """Among right results, those of the numbers that the annotators used, where there are any."""
    if question.answer_type != "arithmetic":
        return np.ones(len(found))
    used = _numbers(question.derivation)
    same = np.array([{abs(figure.value) for figure in derivation.figures} <= used for derivation in found])
    return same.astype(float) if (same & (exact > 0)).any() else np.ones(len(found))


def _numbers(text: str) -> set[Decimal]:
    return {Decimal(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\.?\d*|\.\d+", text)}


def fit_scales(questions: Sequence[TatQuestion], cases: Sequence[HybridCase], wanted: Sequence[Floats]) -> ScaleModel:
    """The scale of right answers, from the first right derivation of each question."""
    clues, scales = [], []
    for question, case, right in zip(questions, cases, wanted, strict=True):
        if question.gold is not None and right.any():
            clues.append(scale_clues(case.derivations[int(right.argmax())], question.context, question.question))
            scales.append(question.gold.scale)
    return fit_scale(clues, scales)


def fit(questions: Sequence[TatQuestion], cases: Sequence[HybridCase], wanted: Sequence[Floats]) -> HybridModel:
    """All heads."""
    heads = fit_heads(cases, wanted, operators=len(OPERATORS))
    return HybridModel(heads, fit_scales(questions, cases, wanted))
