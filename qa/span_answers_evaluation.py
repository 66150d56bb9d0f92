"""Asks the whole system questions of a span data set over an index, and scores the text of the answers."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from qa.answer import Answer
from qa.answering import FinanceQA
from qa.calibration import expected_calibration_error
from qa.data.squad_form import Example, load_examples
from qa.metrics.normalise import exact_match, is_right, token_f1
from qa.training.recipe import Recipe
from retrieval.data_folder import data_file, read_records
from retrieval.evaluation.record import EvaluationRecord
from retrieval.index.index import Index

SpanGiven = Literal["question", "company"]
SPAN_GIVEN: tuple[SpanGiven, ...] = get_args(SpanGiven)


@dataclass(frozen=True, slots=True)
class SpanOutcome:
    """One question and what came back.

    Attributes:
        id: of the question.
        group: the company that it is about.
        gold: the span that it should be.
        exact: exact match with it, 0 or 1; of "not found" 0.
        f1: token F1 with it, 0 to 1; of "not found" 0.
        right: whether it says what the span says, see `is_right`, 0 or 1; of "not found" 0.
        verbatim: whether every citation's characters are those of its page.
        answer: as `ask --json` prints it.
    """

    id: str
    group: str
    gold: str
    exact: float
    f1: float
    right: float
    verbatim: bool
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SpanAnswersEvaluation(EvaluationRecord):
    """`metrics` are `exact_match`, `f1` and `right` (0 to 100), `not_found` and `not_verbatim` (counts), `ece`, `seconds_p50`."""

    only_in_file: ClassVar[tuple[str, ...]] = ("outcomes",)

    dataset: str
    given: SpanGiven
    n: int
    metrics: dict[str, float]
    seconds: float
    outcomes: tuple[SpanOutcome, ...]

    def lines(self) -> list[str]:
        """The figures for people, one a line."""
        return [f"{name:40} {value:.4g}" for name, value in self.metrics.items()]


def located_examples() -> list[Example]:
    """The questions of financial_qa_10k whose passages are in the shared filings.

    Raises:
        retrieval.data_folder.MissingDataError: they are not on this machine.
    """
    located = {record["id"] for record in read_records(data_file("financial_qa_10k", "located_in_filings_html"))}
    return [example for example in load_examples("financial_qa_10k", "train") if example.id in located]


def unseen_examples(recipe: Recipe) -> list[Example]:
    """Those of companies on which a recipe's reader was neither trained nor calibrated."""
    unseen = set(recipe.held_out) - set(recipe.calibration)
    return [example for example in located_examples() if example.group in unseen]


def evaluate_span_answers(
    system: FinanceQA, examples: Sequence[Example], *, dataset: str, given: SpanGiven
) -> SpanAnswersEvaluation:
    """Asks every question, told its company or not.

    Args:
        system: over an index that holds the filings.
        examples: at least one, with answers.
        dataset: for the record.
        given: `company` names the company to the system by its ticker.
    """
    started = time.perf_counter()
    outcomes = tuple(_outcome(system, example, given) for example in examples)
    return SpanAnswersEvaluation(
        dataset=dataset,
        given=given,
        n=len(outcomes),
        metrics={
            "exact_match": 100 * statistics.mean(o.exact for o in outcomes),
            "f1": 100 * statistics.mean(o.f1 for o in outcomes),
            "right": 100 * statistics.mean(o.right for o in outcomes),
            "not_found": float(sum(not o.answer["found"] for o in outcomes)),
            "not_verbatim": float(sum(not o.verbatim for o in outcomes)),
            "ece": expected_calibration_error(
                [float(o.answer["probability"]) for o in outcomes], [o.right for o in outcomes]
            ),
            "seconds_p50": statistics.median(o.answer["seconds"] for o in outcomes),
        },
        seconds=time.perf_counter() - started,
        outcomes=outcomes,
    )


def _outcome(system: FinanceQA, example: Example, given: SpanGiven) -> SpanOutcome:
    answer = system.ask(example.question, company=example.group if given == "company" else None)
    text = answer.text if answer.found else ""
    return SpanOutcome(
        id=example.id,
        group=example.group,
        gold=example.answers[0],
        exact=max(exact_match(text, gold) for gold in example.answers) if answer.found else 0.0,
        f1=max(token_f1(text, gold) for gold in example.answers) if answer.found else 0.0,
        right=float(answer.found and any(is_right(text, gold) for gold in example.answers)),
        verbatim=_verbatim(answer, system.index),
        answer=answer.to_json(),
    )


def _verbatim(answer: Answer, index: Index) -> bool:
    """Whether what each citation quotes at its offsets stands there on the page; a computed answer quotes operands."""
    quoted = all(
        citation.quote[citation.quote_start :].startswith(
            index.page(citation.document, citation.page).text[citation.start : citation.end]
        )
        for citation in answer.citations
    )
    first = answer.citations[0] if answer.citations and answer.derivation is None else None
    return quoted and (first is None or answer.text == first.quote[first.quote_start :][: first.end - first.start])
