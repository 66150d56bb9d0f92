"""A table as lines that read like text and still know which characters are whose cell."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from retrieval.document import Cell, Table
from retrieval.passage import Segment


@dataclass(frozen=True, slots=True)
class Line:
    """One row in words.

    Attributes:
        text: `Net sales: 2023 $ 1,234; 2022 $ 1,100`.
        segments: which characters of `text` are characters of the page.
        section: the nearest row above that heads this one, as a line; `None` where there is none.
    """

    text: str
    segments: tuple[Segment, ...]
    section: Line | None = None


class _Writer:
    """Builds a line."""

    def __init__(self) -> None:
        self.text = ""
        self.segments: list[Segment] = []

    def say(self, words: str) -> None:
        """Adds words of ours."""
        self.text += words

    def quote(self, cell: Cell) -> None:
        """Adds a cell's text."""
        self.segments.append(Segment(len(self.text), len(self.text) + len(cell.text), cell.start))
        self.text += cell.text

    def line(self, section: Line | None = None) -> Line:
        """The finished line."""
        return Line(self.text, tuple(self.segments), section)


def table_lines(table: Table) -> tuple[list[Line], list[Line]]:
    """The header rows, and the other rows, of a table as lines."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        rows[cell.row].append(cell)
    shared = _shared_headers(table)
    heads: list[Line] = []
    lines: list[Line] = []
    section: Line | None = None
    for number in sorted(rows):
        row = rows[number]
        if all(cell.role == "header" for cell in row):
            (lines if lines else heads).append(_plain_line(row))
        elif len(row) == 1 and row[0].role == "label":
            section = _plain_line(row)
            lines.append(section)
        else:
            inside = section is not None and len(row[0].row_path) > 1
            lines.append(_data_line(row, shared, section if inside else None))
    return heads, lines


def column_name(cell: Cell, shared: int) -> str:
    """A value's column in words, without the headers that all columns of the table share."""
    return " ".join(cell.column_path[shared:])


def _plain_line(row: list[Cell]) -> Line:
    writer = _Writer()
    for number, cell in enumerate(row):
        writer.say("; " if number else "")
        writer.quote(cell)
    return writer.line()


def _data_line(row: list[Cell], shared: int, section: Line | None) -> Line:
    writer = _Writer()
    for number, cell in enumerate(row):
        if number:
            writer.say(": " if number == 1 and row[0].role == "label" and not row[0].text.endswith(":") else
                       " " if number == 1 else "; ")  # fmt: skip
        name = column_name(cell, shared) if cell.role in ("value", "note") else ""
        if name:
            writer.say(f"{name} ")
        writer.quote(cell)
    return writer.line(section)


def _shared_headers(table: Table) -> int:
    """How many of the topmost headers all values have in common; all of them where there is one column only."""
    paths = {cell.column_path for cell in table.cells if cell.role == "value" and cell.column_path}
    if len(paths) <= 1:
        return len(next(iter(paths))) if paths else 0
    first, *others = paths
    shared = 0
    while all(len(path) > shared + 1 and path[shared] == first[shared] for path in [first, *others]):
        shared += 1
    return shared
