"""TAT-QA (Zhu et al., 2021): questions on a table and the paragraphs around it, read into pages like any filing's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa.hybrid.context import Context
from qa.metrics.tatqa import GoldAnswer
from retrieval.data_folder import data_file, read_records
from retrieval.loading.page_text import PageWriter
from retrieval.loading.parsed import RawCell


@dataclass(frozen=True, slots=True)
class TatQuestion:
    """One question.

    Attributes:
        id: TAT-QA's `uid`.
        question: as asked.
        context: the table and text that it is asked of.
        gold: the answer; `None` where the file holds none.
        derivation: how annotators worked it out; may be empty.
        answer_type: `span`, `multi-span`, `arithmetic` or `count`.
        answer_from: `table`, `text` or `table-text`.
    """

    id: str
    question: str
    context: Context
    gold: GoldAnswer | None
    derivation: str
    answer_type: str
    answer_from: str


def tatqa_questions(split: str) -> list[TatQuestion]:
    """All questions of a split, those of a context together.

    Raises:
        retrieval.data_folder.MissingDataError: it is not on this machine.
    """
    return [
        question
        for number, record in enumerate(read_records(data_file("tatqa", split)))
        for question in _questions(record, number)
    ]


def context_of(grid: list[list[str]], paragraphs: list[str], name: str) -> Context:
    """A table, given as rows of strings, and the paragraphs that stand before it."""
    writer = PageWriter()
    for paragraph in paragraphs:
        writer.paragraph(" ".join(paragraph.split()))
    cells = [
        RawCell(text=" ".join(text.split()), row=row, column=column, column_end=column + 1, start=0)
        for row, texts in enumerate(grid)
        for column, text in enumerate(texts)
        if text.strip()
    ]
    table = writer.table(cells)
    return Context(writer.page(1), table, name)


def _questions(record: dict[str, Any], number: int) -> Iterator[TatQuestion]:
    paragraphs = [paragraph["text"] for paragraph in sorted(record["paragraphs"], key=lambda p: int(p["order"]))]
    context = context_of(record["table"]["table"], paragraphs, record["table"].get("uid", str(number)))
    for question in record["questions"]:
        yield TatQuestion(
            id=question["uid"],
            question=question["question"],
            context=context,
            gold=_gold(question),
            derivation=question.get("derivation") or "",
            answer_type=question.get("answer_type") or "",
            answer_from=question.get("answer_from") or "",
        )


def _gold(question: dict[str, Any]) -> GoldAnswer | None:
    if question.get("answer") is None:
        return None
    answer, computed = question["answer"], question["answer_type"] in ("arithmetic", "count")
    texts = tuple(map(str, answer)) if isinstance(answer, list) else (str(answer),)
    if question["answer_type"] == "count":
        texts = (str(int(float(texts[0]))),)
    return GoldAnswer(texts, question["scale"], computed)
