"""The answer that stands at a place of a page: its value, its citation, and what later filings say instead."""

from __future__ import annotations

from qa.answer import Answer
from qa.evidence import cite
from qa.number import quantity_of
from qa.request import Request
from qa.restated import restatements
from retrieval.document import Cell, Page
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord


def answer_at(
    index: Index,
    request: Request,
    record: DocumentRecord,
    page: Page,
    place: tuple[int, int],
    *,
    cell: Cell | None,
    probability: float,
    assumed: tuple[str, ...],
) -> Answer:
    """The answer that stands at a place of a page.

    Args:
        index: holds the page, and what later filings say.
        request: what is asked.
        record: of the document.
        page: of it.
        place: characters [start, end) of the page.
        cell: the table cell that it is; `None` in prose.
        probability: that it is right.
        assumed: what was taken for granted to look there.
    """
    start, end = place
    text = page.text[start:end]
    quantity = quantity_of(text, cell, page.text[end : end + 20])
    return Answer(
        question=request.question,
        text=text,
        found=True,
        value=None if quantity is None else quantity.scaled,
        unit=None if quantity is None else quantity.unit,
        scale=None if quantity is None else quantity.scale_name,
        probability=probability,
        citations=(cite(record, page, start, end),),
        assumed=assumed,
        restated=() if cell is None else restatements(index, record, page, cell, list(request.records.values())),
    )
