"""Answers to questions of contexts that neither the heads nor the readers under them were trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.calibration import Calibration, fit_logistic
from qa.data.tatqa import TatQuestion
from qa.hybrid.answering import HybridAnswer, answer_of
from qa.hybrid.model import HybridCase, HybridModel, joined, prose_case, table_case
from qa.hybrid.reading import FOLDS, fold_of, point_without
from qa.hybrid.training import fit, rights
from qa.lookup.model import log_odds
from qa.metrics.tatqa import tatqa_scores

Answered = tuple[TatQuestion, HybridAnswer | None]


class CrossValidation:
    """The questions by fold, with what the table admits for each."""

    def __init__(self, questions: Sequence[TatQuestion]) -> None:
        """Reads the tables."""
        self.folds = [[q for q in questions if fold_of(q.context.name) == fold] for fold in range(FOLDS)]
        self._tables = [[table_case(q.question, q.context) for q in questions] for questions in self.folds]

    def cases(self, fold: int, without: Sequence[int]) -> list[HybridCase]:
        """The cases of a fold, its text read by the reader without some folds."""
        questions = self.folds[fold]
        pointed = point_without(without, [q.question for q in questions], [q.context.text for q in questions])
        return [
            joined(table, prose_case(q.question, q.context, spans))
            for q, table, spans in zip(questions, self._tables[fold], pointed, strict=True)
        ]

    def fitted(self, left_out: int | None) -> HybridModel:
        """The heads of all folds but one, each fold read by a reader that saw neither it nor the one left out."""
        questions, cases = list[TatQuestion](), list[HybridCase]()
        for fold in range(FOLDS):
            if fold != left_out:
                questions += self.folds[fold]
                cases += self.cases(fold, [fold] if left_out is None else sorted((fold, left_out)))
        wanted = [rights(q, case.derivations) for q, case in zip(questions, cases, strict=True)]
        return fit(questions, cases, wanted)

    def left_out(self, *, calibrated: bool = True) -> list[list[Answered]]:
        """Of each fold the answers of the model without it, probabilities calibrated on the other folds' answers."""
        raw: list[list[Answered]] = []
        for fold, questions in enumerate(self.folds):
            model = self.fitted(fold)
            cases = self.cases(fold, [fold])
            raw.append([(q, answer_of(model, c, q.context, q.question)) for q, c in zip(questions, cases, strict=True)])
        if not calibrated:
            return raw
        curves = [curve_of([pair for i, fold in enumerate(raw) if i != left for pair in fold]) for left in range(FOLDS)]
        return [
            [(q, a and replace(a, probability=curve.probability(log_odds(a.probability)))) for q, a in fold]
            for fold, curve in zip(raw, curves, strict=True)
        ]


def curve_of(answered: Sequence[Answered]) -> Calibration:
    """From an answer's log-odds to how often such answers are right."""
    found = [(q, a) for q, a in answered if a is not None and q.gold is not None]
    right = [tatqa_scores(a.derivation.parts, a.scale, q.gold)[0] for q, a in found if q.gold is not None]
    slope, intercept = fit_logistic([log_odds(a.probability) for _, a in found], right)
    return Calibration(slope=slope, intercept=intercept)
