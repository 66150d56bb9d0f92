"""FinQA given its facts and ConvFinQA given its pages, by cross-validation over pages: execution and program accuracy."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar
from zlib import crc32

from qa.calibration import Calibration, expected_calibration_error, fit_logistic
from qa.data.convfinqa import convfinqa_conversations
from qa.data.finqa import FinQuestion, finqa_questions, is_executed_right
from qa.heads.model import Heads
from qa.lookup.model import log_odds
from qa.metrics.finqa import Result, Step, same_program
from qa.programs.model import ProgramCase, best_program, case_of, fit
from qa.programs.templates import Program
from retrieval.evaluation.record import EvaluationRecord
from retrieval.files import write_atomically

FOLDS = 5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FinOutcome:
    """One question and its program.

    Attributes:
        id: of the question.
        program: its tokens in the benchmark's submission form; only `EOF` for none.
        operator: the form of the program.
        result: what it gives.
        probability: of being right, calibrated on other folds.
        executed: whether it gives the gold result.
        same: whether it is the gold program.
    """

    id: str
    program: tuple[str, ...]
    operator: str
    result: Result | None
    probability: float
    executed: bool
    same: bool


@dataclass(frozen=True, slots=True)
class FinEvaluation(EvaluationRecord):
    """Accuracies are percentages; `by` gives those of each operator of the program found, with their number."""

    only_in_file: ClassVar[tuple[str, ...]] = ("outcomes",)

    dataset: str
    split: str
    protocol: str
    n: int
    metrics: dict[str, float]
    by: dict[str, dict[str, float]]
    seconds: float
    outcomes: tuple[FinOutcome, ...]

    def lines(self) -> list[str]:
        """The figures for people, one a line."""
        whole = [f"{name:28} {value:.4g}" for name, value in self.metrics.items()]
        parts = [
            f"{name:28} execution {scores['execution_accuracy']:5.1f}  n {scores['n']:.0f}"
            for name, scores in self.by.items()
        ]
        return [f"{self.dataset}/{self.split}: {self.protocol}", *whole, *parts]

    def write_official(self, path: Path) -> None:
        """Writes the benchmark's submission form: `[{"id", "predicted": [program tokens]}]`."""
        form = [{"id": outcome.id, "predicted": list(outcome.program)} for outcome in self.outcomes]
        write_atomically(path, json.dumps(form, ensure_ascii=False, indent=1) + "\n")


Found = tuple[FinQuestion, tuple[Program, float] | None]


def evaluate_finqa(split: str) -> FinEvaluation:
    """Answers a split, each fold of report pages by heads that were fitted on the others.

    Raises:
        retrieval.data_folder.MissingDataError: it is not on this machine.
    """
    started = time.perf_counter()
    found = by_heads(folds_of(([question] for question in finqa_questions(split)), lambda alone: alone[0].page))
    return _evaluation("finqa", split, "given the benchmark's facts", found, started)


def evaluate_convfinqa(split: str) -> FinEvaluation:
    """Answers the turns of conversations, each after the programs found before it, by heads of the other folds.

    Raises:
        retrieval.data_folder.MissingDataError: it is not on this machine.
    """
    started = time.perf_counter()
    found = by_heads(folds_of(convfinqa_conversations(split), lambda conversation: conversation[0].page))
    return _evaluation("convfinqa", split, "given the page", found, started)


def folds_of(items: Iterable[T], page: Callable[[T], str]) -> list[list[T]]:
    """The items by a hash of their page."""
    folds: list[list[T]] = [[] for _ in range(FOLDS)]
    for item in items:
        folds[crc32(page(item).encode()) % FOLDS].append(item)
    return folds


def _evaluation(
    dataset: str, split: str, given: str, found: Sequence[Sequence[Found]], started: float
) -> FinEvaluation:
    curves = [_curve([pair for i, fold in enumerate(found) if i != left for pair in fold]) for left in range(FOLDS)]
    outcomes = [_outcome(*pair, curve) for fold, curve in zip(found, curves, strict=True) for pair in fold]
    return FinEvaluation(
        dataset=dataset,
        split=split,
        protocol=f"{FOLDS} folds over report pages, {given}",
        n=len(outcomes),
        metrics=_metrics(outcomes),
        by=_by(outcomes),
        seconds=time.perf_counter() - started,
        outcomes=tuple(outcomes),
    )


def by_heads(folds: Sequence[Sequence[Sequence[FinQuestion]]]) -> list[list[Found]]:
    """Of each fold of conversations the programs found by heads of the others, which learned after gold programs."""
    cases = [[case for conversation in fold for case in _after_gold(conversation)] for fold in folds]
    questions = [[question for conversation in fold for question in conversation] for fold in folds]
    found = []
    for left, fold in enumerate(folds):
        others = [i for i in range(FOLDS) if i != left]
        heads = fit([q for i in others for q in questions[i]], [case for i in others for case in cases[i]])
        found.append([pair for conversation in fold for pair in _conversed(heads, conversation)])
    return found


def _after_gold(conversation: Sequence[FinQuestion]) -> list[ProgramCase]:
    programs = [question.program for question in conversation]
    return [case_of(question, programs[:turn]) for turn, question in enumerate(conversation)]


def _conversed(heads: Heads, conversation: Sequence[FinQuestion]) -> list[Found]:
    """The program of each turn, after those found for the turns before it."""
    found: list[Found] = []
    programs: list[Sequence[Step]] = []
    for question in conversation:
        best = best_program(heads, case_of(question, programs))
        found.append((question, best))
        programs.append(best[0].steps if best is not None else ())
    return found


def _curve(found: Sequence[Found]) -> Calibration:
    answered = [(question, best) for question, best in found if best is not None]
    right = [float(is_executed_right(question, program.steps)) for question, (program, _) in answered]
    slope, intercept = fit_logistic([log_odds(chance) for _, (_, chance) in answered], right)
    return Calibration(slope=slope, intercept=intercept)


def _outcome(question: FinQuestion, best: tuple[Program, float] | None, curve: Calibration) -> FinOutcome:
    if best is None:
        return FinOutcome(question.id, ("EOF",), "", None, 0.0, executed=False, same=False)
    program, chance = best
    return FinOutcome(
        id=question.id,
        program=(*(token for step in program.steps for token in step.tokens()), "EOF"),
        operator=program.operator,
        result=program.result,
        probability=curve.probability(log_odds(chance)),
        executed=is_executed_right(question, program.steps),
        same=same_program(program.steps, question.program),
    )


def _metrics(outcomes: Sequence[FinOutcome]) -> dict[str, float]:
    n = len(outcomes)
    return {
        "execution_accuracy": 100 * sum(o.executed for o in outcomes) / n,
        "program_accuracy": 100 * sum(o.same for o in outcomes) / n,
        "ece": expected_calibration_error([o.probability for o in outcomes], [float(o.executed) for o in outcomes]),
    }


def _by(outcomes: Sequence[FinOutcome]) -> dict[str, dict[str, float]]:
    groups: dict[str, list[FinOutcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.operator or "none"].append(outcome)
    return {name: {"n": float(len(group)), **_metrics(group)} for name, group in sorted(groups.items())}
