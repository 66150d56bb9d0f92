"""What a table leaves unsaid because the filing said it once: its scale, and the day a year ends.

"Tabular amounts in millions" stands at the head of the notes, and columns headed "2023" are fiscal
years that end when the cover says. Only tables that say nothing themselves are completed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from retrieval.document import Cell, Identity, Page, Period, Table
from retrieval.loading.periods import read_dates
from retrieval.loading.units import TableUnits, scale_in

_SNAP = timedelta(days=8)  # 52- and 53-week years end on a weekday near the date
_MINIMUM = 40  # cells with a stated scale before a scale counts as the filing's


def complete_tables(pages: Iterable[Page], identity: Identity) -> tuple[Page, ...]:
    """The pages with scales and periods filled in where the filing as a whole says them."""
    pages = tuple(pages)
    tables = [table for page in pages for table in page.tables]
    scale = _usual_scale(tables)
    ends = _year_ends(tables)
    return tuple(
        replace(
            page, blocks=tuple(_complete(b, scale, identity, ends) if isinstance(b, Table) else b for b in page.blocks)
        )
        if page.tables
        else page
        for page in pages
    )


def _usual_scale(tables: list[Table]) -> int:
    """The scale of most values in tables that state one; 0 where few do or they differ."""
    counts: Counter[int] = Counter()
    for table in tables:
        if table.unit_line:
            counts[scale_in(table.unit_line)] += sum(cell.role == "value" for cell in table.cells)
    if not counts:
        return 0
    scale, count = counts.most_common(1)[0]
    return scale if count >= _MINIMUM and count >= 0.8 * counts.total() else 0


def _year_ends(tables: list[Table]) -> Counter[date]:
    return Counter(cell.period.end for table in tables for cell in table.cells if cell.period is not None)


def _complete(table: Table, scale: int, identity: Identity, ends: Counter[date]) -> Table:
    cells = table.cells
    if scale and not table.unit_line:
        money = any(cell.unit is not None and len(cell.unit) == 3 for cell in cells)
        units = TableUnits(scale, "USD" if money else None, scale)
        cells = tuple(_scaled(cell, units) if money else cell for cell in cells)
    if identity.period_end and identity.fiscal_year and identity.annual:
        cells = tuple(_dated(cell, identity, ends) for cell in cells)
    return table if cells is table.cells else replace(table, cells=cells)


def _scaled(cell: Cell, units: TableUnits) -> Cell:
    if cell.role != "value" or cell.unit == "percent":
        return cell
    unit, scale = units.of_cell(cell.text, " ".join(cell.row_path), " ".join(cell.column_path))
    return replace(cell, unit=unit, scale=scale)


def _dated(cell: Cell, identity: Identity, ends: Counter[date]) -> Cell:
    """The cell of a column headed by a year alone, with the day on which that fiscal year ends."""
    if cell.role != "value" or cell.period is not None or identity.period_end is None or identity.fiscal_year is None:
        return cell
    phrase = read_dates(" ".join(cell.column_path))
    if phrase.year is None or phrase.month is not None or not -5 <= phrase.year - identity.fiscal_year <= 0:
        return cell
    own = identity.period_end
    year = own.year + phrase.year - identity.fiscal_year
    anniversary = date(year, own.month, min(own.day, 28) if own.month == 2 else own.day)
    near = [(count, end) for end, count in ends.items() if abs(end - anniversary) <= _SNAP]
    return replace(cell, period=Period(None, max(near)[1] if near else anniversary))
