"""The table that a citation stands in: `GET /v1/documents/{document}/pages/{number}/table`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from qa.api import schemas
from qa.api.documents import PageNumber
from qa.api.problems import Problem, problems
from qa.api.service import TheService
from retrieval.document import Cell, Table

router = APIRouter(tags=["documents"], responses=problems(404, 422))


@router.get("/v1/documents/{document}/pages/{number}/table")
def table(
    document: schemas.DocumentId,
    number: PageNumber,
    service: TheService,
    at: Annotated[
        int, Query(ge=0, le=1_000_000_000, description="A character of the page, such as a citation's start.")
    ],
) -> schemas.Table:
    """The table whose cell stands at a character of a page."""
    for found in service.holdings.page(document, number).tables:
        for cell in found.cells:
            if cell.start <= at < cell.start + len(cell.text):
                return _table(found, cell)
    raise Problem(404, "no-table", f"no cell of a table stands at character {at} of the page")


def _table(found: Table, cited: Cell) -> schemas.Table:
    return schemas.Table(
        title=found.title,
        unit=found.unit_line,
        columns=max(cell.column_end for cell in found.cells),
        cited=schemas.Place(row=cited.row, column=cited.column),
        cells=[
            schemas.Cell(
                text=cell.text,
                row=cell.row,
                column=cell.column,
                column_end=cell.column_end,
                start=cell.start,
                role=cell.role,
            )
            for cell in found.cells
        ],
    )
