"""From a grid of cells to a table whose values know their row, column, period, unit and scale.

Filings mark almost nothing: headers are rows without numbers, sub-items are set in, and "(in
millions)" stands in a caption. The rules here are those that a reader of statements applies.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.document import Cell, Table
from retrieval.loading.parsed import RawCell
from retrieval.loading.periods import is_date_like, read_dates
from retrieval.loading.table_periods import Around, period_of, periods_over_rows, said_before
from retrieval.loading.units import UNIT_LINE, TableUnits, table_units
from retrieval.quantity import cell_quantities

LEAD_CHARACTERS = 600
_FOOTNOTE = re.compile(r"^\(?(?:\d{1,2}|[a-z]|\*+)\)$|^\*+$|^[†‡]$")
_OPENS_NOTE = re.compile(r"(?:^|\n)\s*(?:\((?:[a-z]|\d{1,2})\)|[*†‡]+)\s*$", re.IGNORECASE)
_TOTAL = re.compile(r"^total$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4}")
_INDENT_STEP = 3.0  # points; less is noise


@dataclass(frozen=True, slots=True)
class _Section:
    indent: float
    text: str
    bold: bool
    of_labels: bool = False  # the first of two labels, which also holds for rows below that have the second alone


@dataclass(frozen=True, slots=True)
class _Context:
    """What the rows of one header group share."""

    label_column: int
    label_columns: frozenset[int]  # of further labels
    value_columns: frozenset[int]
    percent_columns: frozenset[int]
    headers: tuple[RawCell | Cell, ...]
    units: TableUnits
    around: Around  # what the rows above, the head of the label column and the text before the table say of periods
    only_header: str  # names the one column of a table without header rows


def structure_table(
    cells: Sequence[RawCell], *, start: int, end: int, lead: str, continued: Table | None = None
) -> Table:
    """Gives each cell its role and headers.

    Args:
        cells: in reading order, rows from 0.
        start: first character of the table in the page's text.
        end: one past its last.
        lead: the text that stands before the table; its end holds title and unit line.
        continued: the table in the same columns that this one goes on with; what this one leaves unsaid, it says.
    """
    rows = _rows(cells)
    label_column = min((row[0].column for row in rows), default=0)
    headers = _header_rows(rows, label_column)
    lead = lead[-LEAD_CHARACTERS:]
    head_text = " ".join(cell.text for i in headers for cell in rows[i])
    unit_line = _unit_line(head_text) or _unit_line(lead) or (continued.unit_line if continued else "")
    cells_use = _currency(cells) or (_currency(continued.cells) if continued else None)
    units = table_units(unit_line, around=f"{head_text} {lead}", cells_use=cells_use)
    value_columns, percent_columns = _value_columns(rows)
    amounts = bool(units.currency or units.scale)  # else words beside the label are titles in a table of contents
    label_columns = _label_columns(rows, headers, label_column) - value_columns if amounts else frozenset()
    title = _title(lead, unit_line) or (continued.title if continued else "")
    structured: list[Cell] = []
    group: list[RawCell | Cell] = _last_headers(continued) if continued else []  # the header cells in force
    sections: list[_Section] = []
    before = said_before(lead, group)
    for number, (row, over) in enumerate(zip(rows, periods_over_rows(rows, headers), strict=True)):
        if number in headers:
            if number - 1 not in headers:
                group = []
            group += [cell for cell in row if not _is_unit_cell(cell, label_column)]
            before = said_before(lead, group)
            structured += [_plain(cell, "header") for cell in row]
            continue
        stub = read_dates(" ".join(cell.text for cell in group if cell.column == label_column))
        around = before.under(over, stub)
        context = _Context(
            label_column,
            label_columns,
            value_columns,
            percent_columns,
            tuple(group),
            units,
            around,
            unit_line or title,
        )
        structured += _data_row(row, context, sections)
    return Table(start, end, tuple(structured), title, unit_line)


def is_value(text: str) -> bool:
    """Whether a cell holds a number or a dash, rather than words that mention one."""
    if _FOOTNOTE.match(text):
        return False
    quantities = cell_quantities(text)
    if not quantities:
        return False
    letters = len(re.findall(r"[A-Za-z]", text))
    return letters <= 12 and not is_date_like(text)


def _rows(cells: Sequence[RawCell]) -> list[list[RawCell]]:
    rows: dict[int, list[RawCell]] = defaultdict(list)
    for cell in cells:
        rows[cell.row].append(cell)
    return [sorted(rows[row], key=lambda cell: cell.column) for row in sorted(rows)]


def _header_rows(rows: list[list[RawCell]], label_column: int) -> set[int]:
    """Positions of the rows that name columns: those before the first numbers, and later ones without a label."""
    headers: set[int] = set()
    seen_values = False
    for number, row in enumerate(rows):
        beyond = [cell for cell in row if cell.column > label_column]
        labelled = row[0].column == label_column
        values = [cell for cell in beyond if is_value(cell.text)]
        if not labelled and not seen_values and all(_TERM.match(cell.text) for cell in values):
            values = []  # "1-3 years" over obligations by when they are due
        dates = [cell for cell in beyond if is_date_like(cell.text)]
        if beyond and all(cell.header for cell in row) and not values:
            headers.add(number)
        elif values:
            seen_values = True
        elif (
            (not beyond and not seen_values and number + 1 < len(rows) and _UNIT_ONLY.search(row[0].text))
            or (beyond and (not labelled or not seen_values or (dates and len(dates) == len(beyond))))
            or (not seen_values and row[0].column_end - row[0].column > 2 and is_date_like(row[0].text))
        ):
            headers.add(number)
    # a table of words only (exhibits, lists) has at most its first row as header
    if not seen_values:
        return {0} if 0 in headers and len(rows) > 1 else set()
    return headers


_TERM = re.compile(
    r"^\D{0,20}\d{1,2}\b\D{0,12}(?:\d{1,2}\s)?\D{0,4}\b(?:years?|months?|days?|weeks?)\b|^years?\s?\d", re.IGNORECASE
)
_UNIT_ONLY = re.compile(r"^\(?.{0,40}\b(?:in (?:thousands|millions|billions)|000s)", re.IGNORECASE)


def _data_row(row: list[RawCell], context: _Context, sections: list[_Section]) -> list[Cell]:
    """The cells of one row; `sections` is changed by rows that head others."""
    first = row[0]
    label = first if first.column == context.label_column and (len(row) > 1 or not is_value(first.text)) else None
    rest = row[1:] if label else row
    if label is not None:
        _close_sections(sections, label)
    path = tuple(section.text for section in sections if not section.of_labels)
    if label is not None and not rest:
        sections.append(_Section(label.indent, _clean(label.text), label.bold))
        return [_plain(label, "label", (*path, _clean(label.text)))]
    further = _further_labels(rest, context)
    above = [section.text for section in sections if section.of_labels] if further else []
    if label and further:
        sections.append(_Section(label.indent, _clean(label.text), label.bold, of_labels=True))
    labels = ([label] if label else []) + further
    name = _clean(" ".join([*above, *(cell.text for cell in labels if not (further and _TOTAL.match(cell.text)))]))
    row_path = (*path, name) if name else path
    cells = [_plain(cell, "label", row_path) for cell in labels]
    return cells + [_beyond_label(cell, row_path, context) for cell in rest[len(further) :]]


def _further_labels(cells: list[RawCell], context: _Context) -> list[RawCell]:
    """The words before a row's first number that name it with its label: "Product | United States | 1,234".

    A "Total" among them says that the row is of the whole that the label names.
    """
    number = next((place for place, cell in enumerate(cells) if is_value(cell.text)), 0)
    return cells[:number] if all(cell.column in context.label_columns for cell in cells[:number]) else []


def _label_columns(rows: list[list[RawCell]], headers: set[int], label_column: int) -> frozenset[int]:
    """Columns of words without a heading of their own, with which rows begin whose first label stands further up."""
    begun = {
        row[0].column
        for row in rows
        if row[0].column > label_column and _has_word(row[0].text) and any(is_value(cell.text) for cell in row)
    }
    named = [cell for i in headers for cell in rows[i] if cell.column > label_column]
    return frozenset(c for c in begun if not any(header.column <= c < header.column_end for header in named))


def _beyond_label(cell: RawCell, row_path: tuple[str, ...], context: _Context) -> Cell:
    """A cell right of the label: a value with its headers, or a note (footnote mark, words)."""
    footnote = _FOOTNOTE.match(cell.text) and not context.value_columns & set(range(cell.column, cell.column_end))
    if footnote:
        return _plain(cell, "note", row_path)
    column_path = _column_path(cell, context.headers) or ((context.only_header,) if context.only_header else ())
    if _is_words(cell.text) and not is_value(cell.text):
        return replace(_plain(cell, "note", row_path), column_path=column_path)
    unit: str | None
    if context.percent_columns & set(range(cell.column, cell.column_end)):
        unit, scale = "percent", 0
    else:
        unit, scale = context.units.of_cell(cell.text, row_path, column_path)
    return replace(
        _plain(cell, "value", row_path),
        column_path=column_path,
        period=period_of(column_path, row_path, context.around),
        unit=unit,
        scale=scale,
    )


def _currency(cells: Sequence[RawCell | Cell]) -> str | None:
    """The first currency that a cell shows."""
    first = (quantity for cell in cells for quantity in cell_quantities(cell.text)[:1])
    return next((quantity.unit for quantity in first if quantity.unit and quantity.unit != "percent"), None)


def _last_headers(table: Table) -> list[RawCell | Cell]:
    """The header cells over the last rows of a table."""
    headers = [cell for cell in table.cells if cell.role == "header"]
    label_column = min(cell.column for cell in table.cells)
    rows = {cell.row for cell in headers}
    first = max(rows, default=0)
    while first - 1 in rows:
        first -= 1
    return [cell for cell in headers if cell.row >= first and not _is_unit_cell(cell, label_column)]


def _value_columns(rows: list[list[RawCell]]) -> tuple[frozenset[int], frozenset[int]]:
    """Columns in which some cell is plainly a number, and those whose first number is a percentage and none is money.

    So `(5)` in the former is a number too, and a bare `3.6` in the latter a percentage: statements
    mark only the first row and the totals.
    """
    first: dict[int, str] = {}
    money: set[int] = set()
    for row in rows:
        for cell in row[1:]:
            columns = range(cell.column, cell.column_end)
            if is_value(cell.text):
                for column in columns:
                    first.setdefault(column, cell.text)
            if "$" in cell.text:
                money.update(columns)
    percent = {column for column, text in first.items() if text.rstrip(" )").endswith("%")}
    return frozenset(first), frozenset(percent - money)


def _close_sections(sections: list[_Section], label: RawCell) -> None:
    """Ends the sections that `label` does not stand under."""
    sections[:] = [section for section in sections if not section.of_labels]
    while sections:
        last = sections[-1]
        deeper = label.indent > last.indent + _INDENT_STEP
        same = abs(label.indent - last.indent) <= _INDENT_STEP
        if deeper or (
            same and (last.bold or last.text.endswith(":")) and not label.bold and not label.text.endswith(":")
        ):
            return
        sections.pop()


def _column_path(cell: RawCell, headers: tuple[RawCell | Cell, ...]) -> tuple[str, ...]:
    """The headers above a cell, top first; where none overlaps, the nearest one of each row that names columns."""
    over = [h for h in headers if h.column < cell.column_end and cell.column < h.column_end]
    if not over and headers:
        last = max(h.row for h in headers)
        near = [h for h in headers if h.row == last]
        best = min(near, key=lambda h: abs((h.column + h.column_end) - (cell.column + cell.column_end)))
        if abs((best.column + best.column_end) - (cell.column + cell.column_end)) <= 6:
            over = [h for h in headers if h.column < best.column_end and best.column < h.column_end]
    path: list[str] = []
    row = None
    for header in sorted(over, key=lambda h: (h.row, h.column)):
        text = _clean(header.text)
        if row == header.row and path:
            path[-1] = f"{path[-1]} {text}"
        else:
            path.append(text)
        row = header.row
    return tuple(path)


def _plain(cell: RawCell, role: str, row_path: tuple[str, ...] = ()) -> Cell:
    return Cell(
        text=cell.text,
        row=cell.row,
        column=cell.column,
        column_end=cell.column_end,
        start=cell.start,
        role=role,  # type: ignore[arg-type]
        row_path=row_path,
        box=cell.box,
        facts=cell.facts,
    )


def _is_words(text: str) -> bool:
    """Whether a cell is more than a mark such as `n/m`: it has a word but no digit, or many letters."""
    return len(re.findall(r"[A-Za-z]", text)) > 12 or _has_word(text)


def _has_word(text: str) -> bool:
    return _WORD.search(text) is not None and not re.search(r"\d", text)


def _is_unit_cell(cell: RawCell | Cell, label_column: int) -> bool:
    return cell.column == label_column and cell.column_end - cell.column <= 2


def _clean(text: str) -> str:
    return " ".join(text.split())


def _unit_line(text: str) -> str:
    """The last mention of units that does not open a footnote, as "(a) In billions." does below another table."""
    found = [match for match in UNIT_LINE.finditer(text) if not _OPENS_NOTE.search(text[: match.start()])]
    return found[-1][0].strip() if found else ""


def _title(lead: str, unit_line: str) -> str:
    """The last short line of the lead that is not the unit line."""
    for line in reversed(lead.strip().splitlines()[-4:]):
        text = _clean(line)
        bare = text.replace(unit_line, "").strip() if unit_line else text
        if bare and len(bare) > 3 and re.search(r"[A-Za-z]", bare):
            return bare[-200:]
    return ""
