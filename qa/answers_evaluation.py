"""Asks the whole system questions whose numbers are known, and scores value, unit and calibration."""

from __future__ import annotations

import random
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from qa.answer import Answer
from qa.answering import FinanceQA
from qa.calibration import expected_calibration_error
from qa.data.filing_lookup import Kind, LookupQuestion, filing_lookups, tagged_filings
from qa.data.financebench import MetricsQuestion
from retrieval.evaluation.record import EvaluationRecord

Given = Literal["question", "filing"]
GIVEN: tuple[Given, ...] = get_args(Given)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question and what came back; `right` also holds for "not found" where there is no answer.

    Attributes:
        id: of the question.
        expected: the value; `None` where there is no answer.
        unit: of the value, where it is known.
        twin: questions with the same twin differ in their period only; empty where there is no other.
        right: whether the answer is.
        answer: as `ask --json` prints it.
    """

    id: str
    expected: str | None
    unit: str | None
    twin: str
    right: bool
    answer: dict[str, Any]

    @property
    def found(self) -> bool:
        """Whether there was an answer."""
        return bool(self.answer["found"])

    @property
    def probability(self) -> float:
        """How likely the system thought its answer."""
        return float(self.answer["probability"])


@dataclass(frozen=True, slots=True)
class AnswersEvaluation(EvaluationRecord):
    """Shares are 0 to 1; `dropped` counts what each rule left out when the questions were made."""

    only_in_file: ClassVar[tuple[str, ...]] = ("outcomes",)

    dataset: str
    given: Given
    n: int
    metrics: dict[str, float]
    dropped: dict[str, int]
    seconds: float
    outcomes: tuple[Outcome, ...]

    def lines(self) -> list[str]:
        """The figures for people, one a line."""
        return [f"{name:40} {value:.4g}" for name, value in {**self.metrics, **self.dropped}.items()]


def held_out_lookups(n: int, *, seed: int, kind: Kind = "whole") -> tuple[list[LookupQuestion], Counter[str]]:
    """Up to `n` questions of a kind drawn by seed from all that the filings of held-out companies answer, and what was
    dropped.
    """
    dropped: Counter[str] = Counter()
    every = [
        question
        for document in tagged_filings(evaluation=True)
        for question in filing_lookups(document, seed=seed, kind=kind, dropped=dropped)
    ]
    return random.Random(seed).sample(every, min(n, len(every))), dropped


def evaluate_answers(
    system: FinanceQA,
    questions: Sequence[LookupQuestion],
    *,
    given: Given,
    dataset: str = "filinglookup",
    dropped: Counter[str] | None = None,
) -> AnswersEvaluation:
    """Asks every question, told its filing or not.

    Args:
        system: over an index that holds the filings.
        questions: at least one.
        given: `filing` looks in the filing only that the question was made from.
        dataset: for the record.
        dropped: for the record.
    """
    started = time.perf_counter()
    outcomes = [_outcome(system, question, given) for question in questions]
    return AnswersEvaluation(
        dataset=dataset,
        given=given,
        n=len(outcomes),
        metrics=_metrics(outcomes),
        dropped=dict(dropped or {}),
        seconds=time.perf_counter() - started,
        outcomes=tuple(outcomes),
    )


def evaluate_metrics(system: FinanceQA, questions: Sequence[MetricsQuestion]) -> AnswersEvaluation:
    """Asks FinanceBench's metrics questions over the whole index; counts right, wrong and "not found" ones."""
    started = time.perf_counter()
    outcomes = []
    for question in questions:
        answer = system.ask(question.question)
        outcomes.append(Outcome(question.id, question.gold, None, "", question.judge(answer), answer.to_json()))
    return AnswersEvaluation(
        dataset="financebench",
        given="question",
        n=len(outcomes),
        metrics={
            "right": float(sum(o.right for o in outcomes)),
            "wrong": float(sum(o.found and not o.right for o in outcomes)),
            "not_found": float(sum(not o.found for o in outcomes)),
            "seconds_p50": _median_seconds(outcomes),
        },
        dropped={},
        seconds=time.perf_counter() - started,
        outcomes=tuple(outcomes),
    )


def _outcome(system: FinanceQA, question: LookupQuestion, given: Given) -> Outcome:
    answer = system.ask(question.question, documents=(question.document,) if given == "filing" else None)
    expected = None if question.value is None else format(question.value, "f")
    return Outcome(question.id, expected, question.unit, question.twin, is_right(answer, question), answer.to_json())


def is_right(answer: Answer, question: LookupQuestion) -> bool:
    """Whether value (scale applied, sign as displayed or as tagged) and unit are right, or "not found" is."""
    if question.value is None or answer.value is None:
        return not answer.found and question.value is None
    value = answer.value in (question.value, question.tagged)
    if question.unit == "pure":  # a percentage is tagged as a ratio, as is a number of years
        return value and answer.unit in ("percent", None)
    return value and answer.unit == question.unit


def _metrics(outcomes: Sequence[Outcome]) -> dict[str, float]:
    answerable = [o for o in outcomes if o.expected is not None]
    absent = [o for o in outcomes if o.expected is None]
    answered = [o for o in outcomes if o.found]
    twins: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in answerable:
        if outcome.twin:
            twins[outcome.twin].append(outcome)
    pairs = [pair for pair in twins.values() if len(pair) > 1]
    return {
        "right": _share([o.right for o in answerable]),
        "answered": _share([o.found for o in answerable]),
        "right_of_answered": _share([o.right for o in answered]),
        "twins_right": _share([all(o.right for o in pair) for pair in pairs]),
        "absent_answered": _share([o.found for o in absent]),
        "ece": expected_calibration_error([o.probability for o in answered], [float(o.right) for o in answered]),
        "seconds_p50": _median_seconds(outcomes),
    }


def _median_seconds(outcomes: Sequence[Outcome]) -> float:
    return statistics.median(o.answer["seconds"] for o in outcomes) if outcomes else float("nan")


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")
