"""Words set in columns to a grid: numbers are set flush right, so their right ends make the columns.

Used for fixed-width text, where places count characters, and for PDFs, where they are points.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.currency import SIGN
from retrieval.document import Box, Cell
from retrieval.loading.parsed import RawCell
from retrieval.loading.periods import is_date_like
from retrieval.loading.table_structure import is_value

_OPENING = re.compile(rf"^{SIGN}\s*\(?$|^\($")
_NUMBER_START = re.compile(r"^[\d.($€£—–−-]")
_BRACKETED = re.compile(r"^\(\d{1,2}\)$")
_UNFINISHED = re.compile(r"(?:[,;]|\b(?:and|or|of|the|in|to|for|from|by|on|with|at))$", re.IGNORECASE)
_CLOSING = re.compile(r"^(?:\)|%|\)\s?%|%\))$")


@dataclass(frozen=True, slots=True)
class Placed:
    """A run of words of one line, from `left` to `right`."""

    text: str
    left: float
    right: float
    box: Box | None = None
    bold: bool = False


def joined_numbers(row: Sequence[Placed]) -> list[Placed]:
    """The row with `$` joined to the number after it and `)` to the one before."""
    joined: list[Placed] = []
    for cell in row:
        last = joined[-1] if joined else None
        if last is not None and _OPENING.match(last.text) and _NUMBER_START.match(cell.text):
            joined[-1] = _pair(last, cell, "" if last.text.endswith("(") else " ")
        elif last is not None and _CLOSING.match(cell.text) and re.search(r"[\d—–-]$", last.text):
            joined[-1] = _pair(last, cell, "")
        else:
            joined.append(cell)
    return joined


def has_values(row: Sequence[Placed]) -> bool:
    """Whether a number or dash stands right of something; `(46)` is a number where others like it stand beside it."""
    beyond = [cell.text for cell in row[1:]]
    return any(is_value(text) for text in beyond) or (len(beyond) > 1 and all(_BRACKETED.match(t) for t in beyond))


def heads_columns(row: Sequence[Placed]) -> bool:
    """Whether a row may name columns: dates or short words, well right of the margin or several of them."""
    if not row or has_values(row):
        return False
    dates = any(is_date_like(cell.text) for cell in row)
    return (dates and len(row) > 1) or (all(len(cell.text) < 60 for cell in row) and (len(row) > 1 or dates))


def grid(rows: Sequence[Sequence[Placed]], *, tolerance: float, indent_unit: float) -> list[RawCell]:
    """The cells of a table with their grid columns; `start` is not known yet and 0.

    Args:
        rows: lines of the table, top first, each from left to right.
        tolerance: how far right ends of one column may differ.
        indent_unit: points for one unit of `left`.
    """
    columns = _columns(rows, tolerance)
    margin = min((row[0].left for row in rows if row), default=0.0)
    cells: list[RawCell] = []
    for number, row in enumerate(_joined_labels(rows, columns)):
        labelled = _is_label(row[0], columns)
        spread = {} if has_values(row) else _spread(row[labelled:], columns)
        for place, cell in enumerate(row):
            label = place == 0 and labelled
            first, last = (0, 1) if label else spread.get(cell) or _covered(cell, columns)
            raw = RawCell(
                cell.text, number, first, last, 0, False, (cell.left - margin) * indent_unit, cell.bold, cell.box
            )
            cells.append(raw)
    return cells


def right_ends(cells: Sequence[RawCell | Cell]) -> dict[int, float]:
    """How far right the numbers of each grid column reach, where boxes are known."""
    ends: dict[int, float] = {}
    for cell in cells:
        if cell.column and cell.box and is_value(cell.text):
            ends[cell.column] = max(cell.box.right, ends.get(cell.column, 0.0))
    return ends


def _columns(rows: Sequence[Sequence[Placed]], tolerance: float) -> list[tuple[float, float]]:
    """Left and right of each column of values."""
    values = sorted((cell for row in rows for cell in row[1:] if is_value(cell.text)), key=lambda cell: cell.right)
    columns: list[tuple[float, float]] = []
    for cell in values:
        if columns and cell.right - columns[-1][1] <= tolerance:
            columns[-1] = (min(columns[-1][0], cell.left), cell.right)
        else:
            columns.append((cell.left, cell.right))
    return columns


def _is_label(cell: Placed, columns: list[tuple[float, float]]) -> bool:
    if not columns:
        return True
    if is_value(cell.text) or is_date_like(cell.text):
        return cell.right < columns[0][0]
    return (cell.left + cell.right) / 2 < columns[0][0]


def _spread(heads: Sequence[Placed], columns: list[tuple[float, float]]) -> dict[Placed, tuple[int, int]]:
    """What each of fewer heads than columns stands over: every column belongs to the head whose middle is nearest."""
    if not heads or len(heads) >= len(columns):
        return {}
    covered: dict[Placed, tuple[int, int]] = {}
    for number, (left, right) in enumerate(columns, start=1):
        nearest = min(heads, key=lambda head: abs(head.left + head.right - left - right))
        first, last = covered.get(nearest, (number, number + 1))
        covered[nearest] = (min(first, number), max(last, number + 1))
    return covered


def _covered(cell: Placed, columns: list[tuple[float, float]]) -> tuple[int, int]:
    """First grid column, and one past the last, that a cell stands over; column 0 is the labels'."""
    over = [i for i, (left, right) in enumerate(columns, start=1) if cell.left <= right and left <= cell.right]
    if over and not is_value(cell.text):
        return min(over), max(over) + 1
    near = min(range(len(columns)), key=lambda i: abs(columns[i][1] - cell.right), default=0) + 1
    return near, near + 1


def _joined_labels(rows: Sequence[Sequence[Placed]], columns: list[tuple[float, float]]) -> list[list[Placed]]:
    """The rows with a label that runs over several lines, or stands above its numbers, put together."""
    joined: list[list[Placed]] = []
    for row in rows:
        above = joined[-1] if joined else []
        if len(above) == 1 and _is_label(above[0], columns):
            if not _is_label(row[0], columns) and is_value(row[0].text):
                joined[-1] = [*above, *row]
                continue
            if _is_label(row[0], columns) and _runs_on(above[0].text, row[0].text):
                joined[-1] = [_pair(above[0], row[0], " "), *row[1:]]
                continue
        joined.append(list(row))
    return joined


def _runs_on(above: str, below: str) -> bool:
    """Whether a label goes on in the line below it."""
    if below[:1].islower():
        return not above.endswith((":", "."))
    return _UNFINISHED.search(above) is not None and not is_date_like(above)


def _pair(left: Placed, right: Placed, gap: str) -> Placed:
    box = left.box.union(right.box) if left.box and right.box else left.box
    return replace(left, text=left.text + gap + right.text, right=max(left.right, right.right), box=box)
