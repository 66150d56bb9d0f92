"""Labels of financial_qa_10k and FinCausal that do not fit their passage, and questions with two answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from experiments.data_analysis.labels import Check, Suspect
from experiments.data_analysis.questions import SPLITS
from retrieval.data_folder import data_file, read_records
from retrieval.loading.periods import years_in
from retrieval.quantity import parse_quantities

if TYPE_CHECKING:
    from datasets import Dataset

_DIGIT = re.compile(r"\d")
_NOT_WORD = re.compile(r"\W+")
_RESCALED = (0, 3, 6, 9, -3, -6, -9)  # powers of ten between an amount in millions and in dollars
_LISTED = re.compile(r"\b\d[).]\s")  # the numbers of a list: "1) ..."


def prose_checks(questions: Dataset) -> list[Check]:
    """The checks of prose, and of all questions that are asked twice."""
    return [
        Check(
            "number nowhere", "an answer with a number that neither passage nor question has, in any scale", _numbers
        ),
        Check("other year", "a question about years of which the passage names none, but others", _years),
        Check("no answer", "an answer without words", _empty),
        Check("cause and effect", "a text of which cause and effect are labelled the other way round too", _swapped),
        Check(
            "asked twice",
            "a question asked twice of the same document, with other words for an answer",
            lambda: _twice(questions),
        ),
    ]


def _passages() -> Iterator[dict[str, Any]]:
    return read_records(data_file("financial_qa_10k", SPLITS["financial_qa_10k"]))


def _numbers() -> Iterator[Suspect]:
    for record in _passages():
        told = {abs(q.scaled) for q in parse_quantities(f"{record['context']} {record['question']}")}
        answer = _LISTED.sub("", record["answer"])
        said = [q for q in parse_quantities(answer) if _DIGIT.search(answer, q.start, q.end)]
        missing = [q for q in said if not _is_told(abs(q.scaled), q.value, told)]
        if missing:
            texts = ", ".join(answer[q.start : q.end].strip() for q in missing)
            yield Suspect("financial_qa_10k", record["id"], f"{texts} is nowhere")


def _is_told(value: Decimal, written: Decimal, told: set[Decimal]) -> bool:
    """Whether a number is among those told, or one of them in another scale, rounded to as many places."""
    digits = max(1, len(written.normalize().as_tuple().digits))
    slack = abs(value) * Decimal(5).scaleb(-digits)
    return any(abs(value - each.scaleb(power)) <= slack for each in told for power in _RESCALED)


def _years() -> Iterator[Suspect]:
    for record in _passages():
        asked, told = years_in(record["question"]), years_in(record["context"])
        if asked and told and not asked & told:
            yield Suspect(
                "financial_qa_10k", record["id"], f"asks of {_listed(asked)}, the passage tells of {_listed(told)}"
            )


def _listed(years: set[int]) -> str:
    return ", ".join(map(str, sorted(years)))


def _empty() -> Iterator[Suspect]:
    for record in _passages():
        if not record["answer"].strip():
            yield Suspect("financial_qa_10k", record["id"], "the answer is empty")


def _swapped() -> Iterator[Suspect]:
    """One of each pair is wrong."""
    known: dict[tuple[str, str, str], str] = {}
    for record in read_records(data_file("fincausal", SPLITS["fincausal"])):
        text, cause, effect = (_plain(record[name]) for name in ("text", "cause", "effect"))
        known[text, cause, effect] = record["id"]
        if other := known.get((text, effect, cause)):
            yield Suspect("fincausal", f"{other} and {record['id']}", "each has as cause what the other has as effect")


def _twice(questions: Dataset) -> Iterator[Suspect]:
    """Turns of a conversation are left out: what they ask depends on those before."""
    asked: dict[tuple[str, str, str], dict[tuple[str, ...], str]] = defaultdict(dict)
    alone = questions.filter(
        lambda names: [name not in ("convfinqa", "fincausal") for name in names], input_columns="dataset", batched=True
    )
    for row in alone.select_columns(["dataset", "document", "question", "answers", "id"]):
        answers = asked[row["dataset"], row["document"], _plain(row["question"])]
        answers.setdefault(tuple(map(_plain, row["answers"])), row["id"])
    for (dataset, _, _), answers in asked.items():
        if len(answers) > 1:
            yield Suspect(dataset, " and ".join(answers.values()), f"{len(answers)} answers to one question")


def _plain(text: str) -> str:
    return _NOT_WORD.sub(" ", text.casefold()).strip()
