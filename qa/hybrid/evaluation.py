"""TAT-QA with its official metric: on its development split by cross-validation, on any other by the shipped model."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from qa.calibration import expected_calibration_error
from qa.data.tatqa import tatqa_questions
from qa.hybrid.answering import HybridReader
from qa.hybrid.cross_validation import Answered, CrossValidation
from qa.metrics.tatqa import tatqa_scores
from retrieval.document import Cell
from retrieval.evaluation.record import EvaluationRecord
from retrieval.files import write_atomically

TRAINED_ON = "dev"


@dataclass(frozen=True, slots=True)
class TatOperand:
    """A number that an answer was worked out from: as the table shows it, and its row and column there, from 0."""

    text: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class TatOutcome:
    """One question and its answer.

    Attributes:
        id: of the question.
        answer: its parts; empty for none.
        scale: in what it is written.
        operator: how it was worked out.
        operands: the numbers that it was worked out from.
        probability: of being right.
        em: official exact match, 0 or 1; `None` where the file holds no answer.
        f1: official F1.
    """

    id: str
    answer: tuple[str, ...]
    scale: str
    operator: str
    operands: tuple[TatOperand, ...]
    probability: float
    em: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class TatEvaluation(EvaluationRecord):
    """Scores are percentages; `by` gives those of each type and source of answers, with their number."""

    only_in_file: ClassVar[tuple[str, ...]] = ("outcomes",)

    dataset: str
    split: str
    protocol: str
    n: int
    metrics: dict[str, float]
    by: dict[str, dict[str, float]]
    seconds: float
    outcomes: tuple[TatOutcome, ...]

    def lines(self) -> list[str]:
        """The figures for people, one a line."""
        whole = [f"{name:28} {value:.4g}" for name, value in self.metrics.items()]
        parts = [
            f"{name:28} EM {scores['exact_match']:5.1f}  F1 {scores['f1']:5.1f}  n {scores['n']:.0f}"
            for name, scores in self.by.items()
            if "exact_match" in scores
        ]
        return [f"{self.dataset}/{self.split}: {self.protocol}", *whole, *parts]

    def write_official(self, path: Path) -> None:
        """Writes the benchmark's submission form: `{uid: [answer, scale]}`, an answer being a string or a list."""
        form = {o.id: [list(o.answer) if len(o.answer) > 1 else "".join(o.answer), o.scale] for o in self.outcomes}
        write_atomically(path, json.dumps(form, ensure_ascii=False, indent=1) + "\n")


def evaluate_tatqa(split: str) -> TatEvaluation:
    """Answers a split and scores it.

    Raises:
        retrieval.data_folder.MissingDataError: it is not on this machine.
    """
    started = time.perf_counter()
    questions = tatqa_questions(split)
    if split == TRAINED_ON:
        answered = [pair for fold in CrossValidation(questions).left_out() for pair in fold]
        protocol = "5 folds over contexts, answered by models that saw none of the fold's"
    else:
        found = HybridReader().answers([q.question for q in questions], [q.context for q in questions])
        answered = list(zip(questions, found, strict=True))
        protocol = "the shipped model"
    outcomes = [_outcome(pair) for pair in answered]
    return TatEvaluation(
        dataset="tatqa",
        split=split,
        protocol=protocol,
        n=len(outcomes),
        metrics=_metrics(outcomes),
        by=_by(answered, outcomes),
        seconds=time.perf_counter() - started,
        outcomes=tuple(outcomes),
    )


def _outcome(answered: Answered) -> TatOutcome:
    question, answer = answered
    parts = answer.derivation.parts if answer else ()
    scale = answer.scale if answer else ""
    em, f1 = tatqa_scores(parts, scale, question.gold) if question.gold is not None else (None, None)
    return TatOutcome(
        id=question.id,
        answer=parts,
        scale=scale,
        operator=answer.derivation.operator if answer else "",
        operands=tuple(_operand(figure.cell) for figure in answer.derivation.figures) if answer else (),
        probability=answer.probability if answer else 0.0,
        em=em,
        f1=f1,
    )


def _operand(cell: Cell) -> TatOperand:
    return TatOperand(cell.text, cell.row, cell.column)


def _metrics(outcomes: Sequence[TatOutcome]) -> dict[str, float]:
    scored = [(o.em, o.f1, o.probability) for o in outcomes if o.em is not None and o.f1 is not None]
    if not scored:
        return {}
    n = len(scored)
    return {
        "exact_match": 100 * sum(em for em, _, _ in scored) / n,
        "f1": 100 * sum(f1 for _, f1, _ in scored) / n,
        "ece": expected_calibration_error([p for _, _, p in scored], [em for em, _, _ in scored]),
    }


def _by(answered: Sequence[Answered], outcomes: Sequence[TatOutcome]) -> dict[str, dict[str, float]]:
    groups: dict[str, list[TatOutcome]] = defaultdict(list)
    for (question, _), outcome in zip(answered, outcomes, strict=True):
        groups[f"{question.answer_type}, {question.answer_from}"].append(outcome)
        groups[question.answer_type].append(outcome)
        groups[question.answer_from].append(outcome)
    return {name: {"n": float(len(group)), **_metrics(group)} for name, group in sorted(groups.items())}
