"""What later filings say of a figure: the same line of the same statement and period, where the number differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from qa.answer import Restatement
from qa.evidence import cite
from qa.number import cell_value, quantity_of
from retrieval.document import Cell, Page, Table
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord
from retrieval.search import Filters

_SAME_TABLE = 0.5  # of the row labels that the two tables have together must be in both
_SAME_DAY = timedelta(days=8)
_PASSAGES = 30


def restatements(
    index: Index, record: DocumentRecord, page: Page, cell: Cell, records: Sequence[DocumentRecord]
) -> tuple[Restatement, ...]:
    """The other values that later filings of the same company, by its name, give for a cell, at most one a filing."""
    table = next((table for table in page.tables if table.start <= cell.start < table.end), None)
    if table is None or not cell.row_path or cell.period is None or not record.identity.company:
        return ()
    found = []
    for later in records:
        if later.identity.company == record.identity.company and _is_later(later, record):
            found += list(_differing(index, later, table, cell))[:1]
    return tuple(found)


def _is_later(later: DocumentRecord, record: DocumentRecord) -> bool:
    a, b = later.identity, record.identity
    if a.period_end is None or b.period_end is None or later.id == record.id:
        return False
    return a.period_end > b.period_end or (a.period_end == b.period_end and a.amended and not b.amended)


def _differing(index: Index, later: DocumentRecord, table: Table, cell: Cell) -> Iterator[Restatement]:
    """Cells of a later filing that stand for the same and say otherwise; nothing once one says the same."""
    label = cell.row_path[-1]
    hits = index.search(f"{label} {table.title}", k=_PASSAGES, filters=Filters(documents=(later.id,)))
    numbers = dict.fromkeys(hit.passage.page for hit in hits if hit.passage.kind == "table")
    own = cell_value(cell)
    others: list[Restatement] = []
    for number in numbers:
        page = index.page(later.id, number)
        for other in _counterparts(page, table, cell):
            value = cell_value(other)
            if value is None or own is None or _agree(value, other, own, cell):
                return
            others.append(Restatement(other.text, value, cite(later, page, other.start, other.end)))
    yield from others


def _agree(value: Decimal, other: Cell, own: Decimal, cell: Cell) -> bool:
    """Whether two numbers are one, as far as the one written with fewer digits tells; the sign may be how it is presented."""
    return abs(abs(value) - abs(own)) <= max(_unit_written(other), _unit_written(cell)) / 2


def _unit_written(cell: Cell) -> Decimal:
    """What the last digit of a cell's number counts: a million for "475" in millions."""
    quantity = quantity_of(cell.text, cell)
    return Decimal(1).scaleb(int(quantity.value.as_tuple().exponent) + quantity.scale) if quantity else Decimal(0)


def _counterparts(page: Page, table: Table, cell: Cell) -> Iterator[Cell]:
    labels = _labels(table)
    for other_table in page.tables:
        theirs = _labels(other_table)
        if not theirs or len(labels & theirs) < _SAME_TABLE * len(labels | theirs):
            continue
        for other in other_table.cells:
            if other.role == "value" and other.row_path and _same_line(other, cell) and _same_period(other, cell):
                yield other


def _labels(table: Table) -> set[str]:
    return {_plain(cell.text) for cell in table.cells if cell.role == "label"}


def _same_line(other: Cell, cell: Cell) -> bool:
    return _plain(other.row_path[-1]) == _plain(cell.row_path[-1])


def _same_period(other: Cell, cell: Cell) -> bool:
    a, b = other.period, cell.period
    return a is not None and b is not None and abs(a.end - b.end) <= _SAME_DAY and abs(a.days - b.days) < 20


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalpha())
