"""The answer that stands at a place of a page: its value, its citation, and what later filings say instead."""

from __future__ import annotations

from qa.answer import Answer
from qa.evidence import cite
from qa.number import quantity_of
from qa.request import Request
from qa.restated import restatements
from retrieval.document import Cell, Page
from retrieval.index.index import Index


def answer_at(
    index: Index,
    request: Request,
    page: Page,
    place: tuple[int, int],
    *,
    document: str,
    cell: Cell | None,
    probability: float,
    assumed: tuple[str, ...],
) -> Answer:
    """The answer that stands at characters [start, end) of a page.

    Args:
        index: holds the page, and what later filings say.
        request: what is asked.
        page: of the document.
        place: its characters.
        document: its id.
        cell: the table cell that it is; `None` in prose.
        probability: that it is right.
        assumed: what was taken for granted to look there.
    """
    start, end = place
    record = request.records[document]
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
