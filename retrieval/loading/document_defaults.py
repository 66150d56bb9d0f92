"""What a table leaves to the filing around it: its statement, scale and currency, when its years end, their length.

"Tabular amounts in millions" stands at the head of the notes, a bare `$` is the dollar that the statements are in,
columns headed "2023" are fiscal years that end when the cover says, and an annual report's income and cash flows are of
whole years. Only tables that say nothing themselves are completed; a footnote holds for what carries its mark, and no
scale for ratios and prices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter

from retrieval.currency import as_used, names_us_dollars
from retrieval.document import Cell, Identity, Page, Period, Statement, Table
from retrieval.loading.periods import read_dates, years_in
from retrieval.loading.table_periods import NAMED_QUARTER, periods_over_rows
from retrieval.loading.units import TableUnits, scale_in
from retrieval.loading.unscaled import without_wrong_scale, writes_cents
from retrieval.statements import mark_statements

_SNAP = timedelta(days=8)  # 52- and 53-week years end on a weekday near the date
_FLOWS: tuple[Statement, ...] = ("income statement", "comprehensive income statement", "cash flow statement")
_FLOW = re.compile(
    r"\b(?:earnings|income|loss)\b.{0,60}\bper\b.{0,30}\bshare|\bweighted[- ]average\b.{0,60}\bshares", re.IGNORECASE
)
_FOREIGN = ("20-F", "40-F", "6-K")  # forms of filers whose accounts may be in any currency
_UNIT_NOTE = re.compile(
    r"^\s*(\((?:[a-z]|\d{1,2})\))\s*(in (?:thousands|millions|billions))\b", re.IGNORECASE | re.MULTILINE
)
_NOTES = 1500  # characters below a table in which its footnotes stand
_MINIMUM = 40  # cells with a stated scale before a scale counts as the filing's


@dataclass(frozen=True, slots=True)
class _Filing:
    """What holds for all tables of a filing: who filed it, its usual scale and currency, cents, when its years end."""

    identity: Identity
    scale: int
    currency: str | None
    cents: bool
    ends: Counter[date]


def complete_tables(pages: Iterable[Page], identity: Identity) -> tuple[Page, ...]:
    """The pages with statements marked; scale, currency and periods filled in where the filing as a whole says them."""
    pages = mark_statements(tuple(pages))
    tables = [table for page in pages for table in page.tables]
    filing = _Filing(
        identity,
        _usual_scale(tables),
        _usual_currency(tables, identity.form),
        writes_cents(tables),
        _year_ends(tables),
    )
    return tuple(_completed(page, filing) if page.tables else page for page in pages)


def _completed(page: Page, filing: _Filing) -> Page:
    ends = [*(table.start for table in page.tables[1:]), len(page.text)]
    below = {table.start: page.text[table.end : end] for table, end in zip(page.tables, ends, strict=True)}
    blocks = (_complete(b, below[b.start], filing) if isinstance(b, Table) else b for b in page.blocks)
    return replace(page, blocks=tuple(blocks))


def _usual_scale(tables: list[Table]) -> int:
    """The scale of most values in tables that state one, else that of the statements; 0 where few do or they differ."""
    return _one_scale(tables) or _one_scale(table for table in tables if table.statement is not None)


def _one_scale(tables: Iterable[Table]) -> int:
    counts: Counter[int] = Counter()
    for table in tables:
        if table.unit_line:
            counts[scale_in(table.unit_line)] += sum(cell.role == "value" for cell in table.cells)
    if not counts:
        return 0
    scale, count = counts.most_common(1)[0]
    return scale if count >= _MINIMUM and count >= 0.8 * counts.total() else 0


def _usual_currency(tables: list[Table], form: str | None) -> str | None:
    """The currency of most amounts in the statements, where there are none in all tables; else a domestic dollar."""
    those = [table for table in tables if table.statement is not None] or tables
    counts = Counter(cell.unit for table in those for cell in table.cells if cell.is_money)
    domestic = form is not None and not form.startswith(_FOREIGN)
    return counts.most_common(1)[0][0] if counts else "USD" if domestic else None


def _year_ends(tables: list[Table]) -> Counter[date]:
    return Counter(cell.period.end for table in tables for cell in table.cells if cell.period is not None)


def _complete(table: Table, below: str, filing: _Filing) -> Table:
    """The table with what the filing and the text `below` it say."""
    return replace(table, cells=_with_periods(table, _with_units(table, below, filing), filing))


def _with_units(table: Table, below: str, filing: _Filing) -> tuple[Cell, ...]:
    cells = table.cells
    if filing.currency:
        cells = tuple(_valued(cell, filing.currency, table.unit_line) for cell in cells)
    money = next((cell.unit for cell in cells if cell.is_money), None)
    if filing.scale and not table.unit_line and money:
        units = TableUnits(filing.scale, money, filing.scale)
        cells = tuple(_scaled(cell, units) for cell in cells)
    if table.statement == "cash flow statement" and money:  # where even treasury shares are what was paid for them
        scale = scale_in(table.unit_line) or filing.scale
        cells = tuple(replace(cell, unit=money, scale=scale) if cell.unit == "shares" else cell for cell in cells)
    return without_wrong_scale(_noted(cells, below), cents=filing.cents)


def _with_periods(table: Table, cells: tuple[Cell, ...], filing: _Filing) -> tuple[Cell, ...]:
    identity, ends = filing.identity, filing.ends
    rows = [list(row) for _, row in groupby(cells, key=attrgetter("row"))]
    headers = {number for number, row in enumerate(rows) if row[0].role == "header"}
    over = {row[0].row: period for row, period in zip(rows, periods_over_rows(rows, headers), strict=True) if period}
    if identity.period_end and identity.fiscal_year and identity.annual:
        cells = tuple(_dated(cell, over.get(cell.row, ""), identity, ends) for cell in cells)
    if over:
        cells = tuple(_headed(cell, over.get(cell.row, "")) for cell in cells)
    if identity.annual and _is_of_flows(table):
        cells = tuple(_of_the_year(cell, ends) for cell in cells)
    return cells


def _valued(cell: Cell, currency: str, unit_line: str) -> Cell:
    """The cell in the filing's currency, where it has a bare `$` or an amount per share of an unknown currency."""
    if cell.unit is None or names_us_dollars(" ".join((cell.text, *cell.column_path, unit_line))):
        return cell
    code, per, shares = cell.unit.partition("/")
    unit = f"{as_used(code, currency) or currency}{per}{shares}"
    return cell if unit == cell.unit else replace(cell, unit=unit)


def _noted(cells: tuple[Cell, ...], below: str) -> tuple[Cell, ...]:
    """The cells with the scale that a footnote, such as "(a) In billions.", says of what carries its mark."""
    scales = {match[1]: scale_in(match[2]) for match in _UNIT_NOTE.finditer(below[:_NOTES])}
    return tuple(_with_note(cell, scales) for cell in cells) if scales else cells


def _with_note(cell: Cell, scales: dict[str, int]) -> Cell:
    names = (*cell.row_path[-1:], *cell.column_path)
    scale = next((scale for mark, scale in scales.items() if any(name.endswith(mark) for name in names)), None)
    if scale is None or cell.role != "value" or cell.unit == "percent" or cell.is_per_share:
        return cell
    return replace(cell, scale=scale)


def _scaled(cell: Cell, units: TableUnits) -> Cell:
    if cell.role != "value" or cell.unit == "percent":
        return cell
    unit, scale = units.of_cell(cell.text, cell.row_path, cell.column_path)
    return replace(cell, unit=unit, scale=scale)


def _headed(cell: Cell, over: str) -> Cell:
    """The cell headed by the period that stands over its row too, where nothing else says of which it is."""
    silent = cell.role == "value" and cell.period is None and not years_in(" ".join(cell.column_path))
    return replace(cell, column_path=(*cell.column_path, " ".join(over.split()))) if over and silent else cell


def _dated(cell: Cell, over: str, identity: Identity, ends: Counter[date]) -> Cell:
    """The cell of a column, or under a row, that names a year alone, with the day on which that fiscal year ends."""
    if cell.role != "value" or cell.period is not None or identity.period_end is None or identity.fiscal_year is None:
        return cell
    phrase = read_dates(" ".join(cell.column_path))
    year = phrase.year or (None if NAMED_QUARTER.search(over) else read_dates(over).year)
    if year is None or phrase.month is not None or not -5 <= year - identity.fiscal_year <= 0:
        return cell
    own = identity.period_end
    end = _year_end(own, own.year + year - identity.fiscal_year, ends)
    return replace(cell, period=Period(None, end))


def _is_of_flows(table: Table) -> bool:
    """Whether a table's values are of spans of time: a statement of flows, or what works out earnings per share."""
    if table.statement is not None:
        return table.statement in _FLOWS
    paths = {cell.row_path for cell in table.cells if cell.role == "value"}
    return any(_FLOW.search(" ".join(path)) for path in paths)


def _of_the_year(cell: Cell, ends: Counter[date]) -> Cell:
    """The cell of a column whose heading gives a day only, with the year that ends then."""
    if cell.role != "value" or cell.period is None or cell.period.start is not None:
        return cell
    end = cell.period.end
    before = _year_end(end, end.year - 1, ends)
    return replace(cell, period=Period(before + timedelta(days=1), end))


def _year_end(like: date, year: int, ends: Counter[date]) -> date:
    """The last day of a fiscal year: the day most spoken of near the anniversary of another year's."""
    anniversary = date(year, like.month, min(like.day, 28) if like.month == 2 else like.day)
    near = [(count, end) for end, count in ends.items() if abs(end - anniversary) <= _SNAP]
    return max(near)[1] if near else anniversary
