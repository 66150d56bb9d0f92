"""What of a passage may be an answer: any span of prose, but only whole cells of a table.

Where the question names a period, values of other periods are left out before the reader is asked,
so that it chooses the row and cannot choose last year's column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.decoding import Place
from qa.lookup.asked import Asked, fits
from retrieval.document import Cell, Identity, Page
from retrieval.loading.periods import years_in
from retrieval.passage import Passage
from retrieval.quantity import parse_quantities
from retrieval.query import Query

_NO_NUMBER = r"who|whom|whose|where|why|how\s+(?:do|does|did|is|are|was|were)"
_ASKS_FOR_NO_NUMBER = re.compile(rf"^\s*(?:{_NO_NUMBER})\b", re.IGNORECASE)
_ASKS_FOR_WORDS = re.compile(rf"^\s*(?:which|when|{_NO_NUMBER})\b", re.IGNORECASE)
_ENDS_WITH_A_PREPOSITION = re.compile(r"\b(?:about|by|for|from|of|on|to|with)\s*\?*\s*$", re.IGNORECASE)
_BEFORE = 40  # characters before an answer that say that it is a change
_CHANGED_BY = re.compile(
    r"\b(?:increas\w*|decreas\w*|declin\w*|grew|grown|rose|risen|fell|fallen|dropped|up|down)\s+"
    r"(?:by\s+)?(?:approximately\s+|about\s+)?\W*\Z",
    re.IGNORECASE,
)
_ASKS_FOR_A_PART = re.compile(
    r"%|\b(?:percent\w*|rates?|margins?|ratios?|shares?|portions?|proportions?|fractions?|parts?)\b", re.IGNORECASE
)
_ASKS_YES_OR_NO = re.compile(r"^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b", re.IGNORECASE)


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


def asks_for_words(question: str) -> bool:
    """Whether a question cannot be answered with a number."""
    matches = (_ASKS_FOR_WORDS.match, asks_yes_or_no, _ENDS_WITH_A_PREPOSITION.search)
    return any(match(question) for match in matches)


def asks_yes_or_no(question: str) -> bool:
    """Whether a question begins as one that yes or no answers."""
    return bool(_ASKS_YES_OR_NO.match(question))


def candidates(passage: Passage, page: Page, identity: Identity, asked: Asked) -> Candidates:
    """The admissible answers of a passage for a question."""
    query = asked.query
    if passage.kind == "text":
        return Candidates(passage, query.text, None, {})
    by_start = {cell.start: cell for table in page.tables for cell in table.cells}
    words, numbers = asks_for_words(query.text), not _ASKS_FOR_NO_NUMBER.match(query.text)
    cells: dict[Place, Cell] = {}
    for segment in passage.segments:
        cell = by_start.get(segment.page_start)
        if cell is None or segment.end - segment.start != len(cell.text):
            continue
        if (numbers and cell.role == "value" and fits(cell, identity, asked) != "no") or (
            words and cell.role in ("label", "note")
        ):
            cells[segment.start, segment.end] = cell
    return Candidates(passage, _question(cells, query, identity), tuple(cells), cells)


def of_other_years(text: str, start: int, end: int, asked: Asked) -> bool:
    """Whether the sentence around an answer names years, but none of those asked for.

    A fiscal year may be named by the year in which it ended, so of one without its last day the next is let pass.
    """
    own = asked.query.fiscal_years
    years = {asked.period.end.year} if asked.period is not None else {*own, *(year + 1 for year in own)}
    before, after = text.rfind(". ", 0, start), text.find(". ", end)
    sentence = text[before + 1 : len(text) if after < 0 else after]
    named = years_in(sentence)
    return bool(years and named) and not years & named


def of_a_change(text: str, start: int, asked: Asked) -> bool:
    """Whether an answer stands right behind "increased by" or the like, and no change is asked for."""
    return not asked.change and _CHANGED_BY.search(text, max(0, start - _BEFORE), start) is not None


def is_only_a_percentage(answer: str, asked: Asked) -> bool:
    """Whether an answer is a percentage, where an amount of a line item is asked for and no part or change of it."""
    quantities = parse_quantities(answer)
    of_amount = bool(asked.called) and not asked.change and not _ASKS_FOR_A_PART.search(asked.query.text)
    return of_amount and bool(quantities) and all(quantity.unit == "percent" for quantity in quantities)


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
    if end is None or own is None or end.year == own or not query.fiscal_years:
        return query.text
    years = "|".join(map(str, query.fiscal_years))
    pattern = rf"\b(?:fiscal\s+(?:year\s+)?|FY\s?)?({years})\b"
    return re.sub(pattern, lambda match: str(int(match[1]) + end.year - own), query.text, flags=re.IGNORECASE)
