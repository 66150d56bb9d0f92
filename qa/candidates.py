"""What of a passage may be an answer: any span of prose, but only whole cells of a table.

Where the question names a period, values of other periods are left out before the reader is asked,
so that it chooses the row and cannot choose last year's column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.decoding import Place
from retrieval.document import Cell, Identity, Page
from retrieval.passage import Passage
from retrieval.query import Query

_ASKS_FOR_WORDS = re.compile(
    r"^\s*(?:which|who|whom|whose|where|when|why|how\s+(?:do|does|did|is|are|was|were)\b)", re.IGNORECASE
)
_ASKS_FOR_A_BALANCE = re.compile(
    r"\b(?:as\s+of|at\s+(?:the\s+)?(?:fiscal\s+)?(?:year[\s-]*)?end|at\s+(?:january|february|march|april|may|june|july|august|"
    r"september|october|november|december))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LONG = 300  # days; shorter periods are parts of a year


@dataclass(frozen=True, slots=True)
class Candidates:
    """A passage as the reader gets it.

    Attributes:
        passage: the passage.
        question: what is asked of it.
        allowed: the only admissible answers, as characters of its text; `None` admits all.
        cells: the table cell behind each admissible answer.
    """

    passage: Passage
    question: str
    allowed: tuple[Place, ...] | None
    cells: dict[Place, Cell]


def candidates(passage: Passage, page: Page, identity: Identity, query: Query) -> Candidates:
    """The admissible answers of a passage for a question."""
    if passage.kind == "text":
        return Candidates(passage, query.text, None, {})
    by_start = {cell.start: cell for table in page.tables for cell in table.cells}
    words = bool(_ASKS_FOR_WORDS.match(query.text))
    cells: dict[Place, Cell] = {}
    for segment in passage.segments:
        cell = by_start.get(segment.page_start)
        if cell is None or segment.end - segment.start != len(cell.text):
            continue
        if (cell.role == "value" and _in_period(cell, identity, query)) or (words and cell.role in ("label", "note")):
            cells[segment.start, segment.end] = cell
    return Candidates(passage, _question(cells, query, identity), tuple(cells), cells)


def _in_period(cell: Cell, identity: Identity, query: Query) -> bool:
    """Whether a value may be of a period that the question names; of an annual one where it names none."""
    if query.quarter is None and cell.period is not None and 0 < cell.period.days < _LONG and _is_annual(identity):
        return False
    if cell.period is not None and cell.period.days and _ASKS_FOR_A_BALANCE.search(query.text):
        return False
    if not query.fiscal_years:
        return True
    years = fiscal_years(cell, identity)
    return not years or bool(years & set(query.fiscal_years))


def fiscal_years(cell: Cell, identity: Identity) -> set[int]:
    """The fiscal years that a value may be of: by its period's end, else by the year its column is headed with."""
    if cell.period is not None and identity.period_end is not None and identity.fiscal_year is not None:
        days = (identity.period_end - cell.period.end).days
        return {identity.fiscal_year - round(days / 365.25)}
    if cell.period is not None:
        return {cell.period.end.year}
    return {int(year) for year in _YEAR.findall(" ".join(cell.column_path))}


def _question(cells: dict[Place, Cell], query: Query, identity: Identity) -> str:
    """The question as it is where the columns know it so, else as they are headed."""
    headers = " ".join(header for cell in cells.values() for header in cell.column_path)
    known = any(str(year) in headers for year in query.fiscal_years)
    return query.text if known else _as_headed(query, identity)


def _as_headed(query: Query, identity: Identity) -> str:
    """The question with its fiscal year named as the columns are headed: by the year in which it ended.

    A retailer's "fiscal 2022" ended on January 28, 2023, and its statements say the latter only.
    """
    end, own = identity.period_end, identity.fiscal_year
    if end is None or own is None or end.year == own:
        return query.text
    text = query.text
    for year in query.fiscal_years:
        text = re.sub(
            rf"\b(?:fiscal\s+(?:year\s+)?|FY\s?)?{year}\b", str(year + end.year - own), text, flags=re.IGNORECASE
        )
    return text


def _is_annual(identity: Identity) -> bool:
    return (identity.form or "").startswith(("10-K", "20-F", "40-F"))
