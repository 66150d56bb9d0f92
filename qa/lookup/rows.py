"""The rows of a document's tables, ready to be compared with questions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from qa.lookup.words import telling_words
from qa.number import cell_value
from retrieval.document import Cell, Identity, Page, Statement, Table
from retrieval.loading.periods import without_dates
from retrieval.loading.units import UNIT_LINE
from retrieval.vocabulary.labels import normalised_label

Words = frozenset[str]
_ASIDE = re.compile(r"\([^()]*\)")
_QUALIFIED = (  # what is said behind a name that does not make it another line
    re.compile(r",?\s+net\s+of\b(?!.*\b(?:current|within|short|portion|interest)\b).*"),
    re.compile(r",?\s+(?:excluding|including)\s+(?:finance\s+leases|capital\s+leases|capitalized|internal)\b.*"),
    re.compile(r"\s+attributable\s+to\b(?!.*\b(?:non-?\s?controlling|minority|redeemable|participating)\b)[^,]*"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a row.

    Attributes:
        cell: where it stands.
        value: of it.
        column: the words that head its column.
        heads: what heads its column, as labels are normalised, without periods and units.
    """

    cell: Cell
    value: Decimal
    column: Words
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its numbers.

    Attributes:
        document: id of the document.
        page: counts from 1.
        name: the normalised label.
        labels: the words of the label, also without what stands in parentheses there.
        bare: its words without what it is net of or whose it is, where that makes it no other line.
        label: its words.
        headings: words of the rows that head it.
        around: words of the table's title and of its unit line.
        statement: the primary statement that the table is.
        figures: its numbers, from left to right.
    """

    document: str
    page: int
    name: str
    labels: frozenset[Words]
    bare: Words
    label: Words
    headings: Words
    around: Words
    statement: Statement | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """The rows of one document and what it says of itself."""

    identity: Identity
    rows: tuple[Row, ...]


def filing_of(document: str, identity: Identity, pages: Iterable[Page]) -> Filing:
    """A document's rows."""
    return Filing(
        identity, tuple(row for page in pages for table in page.tables for row in _rows(document, page, table))
    )


@lru_cache(maxsize=100_000)
def column_heads(path: tuple[str, ...]) -> tuple[str, ...]:
    """What heads a column besides periods and units, as filings write it."""
    heads = (" ".join(without_dates(UNIT_LINE.sub(" ", head)).split()).strip(" ,:;") for head in path)
    return tuple(head for head in heads if telling_words(head))


@lru_cache(maxsize=100_000)
def _normalised_heads(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(normalised_label, column_heads(path)))


def _rows(document: str, page: Page, table: Table) -> Iterator[Row]:
    around = telling_words(f"{table.title} {table.unit_line}")
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        if cell.role == "value" and cell.row_path:
            cells[cell.row].append(cell)
    for row in cells.values():
        path = row[0].row_path
        figures = tuple(
            Figure(cell, value, telling_words(" ".join(cell.column_path)), _normalised_heads(cell.column_path))
            for cell in row
            if (value := cell_value(cell)) is not None
        )
        label, name = telling_words(path[-1]), normalised_label(path[-1])
        if figures and label:
            yield Row(
                document=document,
                page=page.number,
                name=name,
                labels=frozenset((label, telling_words(_ASIDE.sub("", name)))),
                bare=telling_words(_bare(name)),
                label=label,
                headings=telling_words(" ".join(path[:-1])),
                around=around,
                statement=table.statement,
                figures=figures,
            )


def _bare(name: str) -> str:
    """A label without what stands in parentheses, and without what qualifies it."""
    for left_out in (_ASIDE, *_QUALIFIED):
        name = left_out.sub("", name)
    return name
