"""An HTML table to the cells that a person sees: spans laid out, `$`, digits and `)` put together."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from typing import Any

from retrieval.currency import SIGN
from retrieval.document import Fact
from retrieval.loading.html_style import BOLD, HIDDEN
from retrieval.loading.ixbrl import Declarations, attribute, local_name
from retrieval.loading.page_text import Run
from retrieval.loading.parsed import RawCell

MAX_SPAN = 200
_PREFIX = re.compile(rf"^(?:\(|\(?{SIGN}\s*\(?)$")
_SUFFIX = re.compile(r"^(?:\)|%|\)\s?%|%\s?\)|pts?|bps)$")
_NUMBER_START = re.compile(r"^[\d.($€£¥—–−-]")
_LENGTH = re.compile(r"(?:padding|margin)(?:-left)?\s*:\s*([^;]+)|text-indent\s*:\s*([^;]+)", re.IGNORECASE)
_GONE = re.compile(r"display\s*:\s*none", re.IGNORECASE)  # which takes no place in the grid
_POINTS = {"pt": 1.0, "px": 0.75, "em": 10.0, "in": 72.0, "%": 3.0}


def read_rows(table: Any, declared: Declarations) -> list[list[RawCell]] | None:  # noqa: ANN401 (an lxml element)
    """The rows of a table that hold text; `None` where it holds another table and so is layout.

    The cells' `start` is not known yet and 0; their facts count from the cell's start.
    """
    rows: list[list[RawCell]] = []
    covered: dict[int, int] = {}  # column -> rows that a cell above still covers
    for element in table.iter():
        name = local_name(element)
        if name == "table" and element is not table:
            return None
        if name != "tr" or _is_hidden(element, table):
            continue
        row, covered = _read_row(element, len(rows), covered, declared)
        if row:
            rows.append(_joined(row))
    return rows


def _is_hidden(row: Any, table: Any) -> bool:  # noqa: ANN401
    """Whether a row, or what groups it with others in its table, is hidden."""
    around = takewhile(lambda part: part is not table, row.iterancestors())
    return any(HIDDEN.search(part.get("style") or "") for part in (row, *around))


def _read_row(
    element: Any,  # noqa: ANN401
    number: int,
    covered: dict[int, int],
    declared: Declarations,
) -> tuple[list[RawCell], dict[int, int]]:
    below = {column: left - 1 for column, left in covered.items() if left > 1}
    row: list[RawCell] = []
    column = 0
    for child in element:
        if local_name(child) not in ("td", "th") or _GONE.search(child.get("style") or ""):
            continue
        while covered.get(column, 0) > 0:
            column += 1
        width, height = _span(child, "colspan"), _span(child, "rowspan")
        cell = _read_cell(child, number, column, width, declared)
        if cell is not None:
            row.append(cell)
        if height > 1:
            below.update({c: height - 1 for c in range(column, column + width)})
        column += width
    return row, below


def _read_cell(element: Any, row: int, column: int, width: int, declared: Declarations) -> RawCell | None:  # noqa: ANN401
    reading = _CellReading()
    reading.walk(element)
    text = reading.run.text
    if not text:
        return None
    return RawCell(
        text=text,
        row=row,
        column=column,
        column_end=column + width,
        start=0,
        header=local_name(element) == "th",
        indent=reading.indent,
        bold=reading.bold_length >= 0.9 * len(text),
        facts=_facts(reading.run, text, declared),
    )


class _CellReading:
    """Text, facts, indent and weight of one cell, collected in one walk."""

    def __init__(self) -> None:
        self.run = Run()
        self.indent = 0.0
        self.bold_length = 0
        self._bold = 0
        self._opened: list[int] = []

    def walk(self, element: Any) -> None:  # noqa: ANN401 (an lxml element)
        """Reads the cell; what is hidden is left out."""
        from lxml import etree

        walk = etree.iterwalk(element, events=("start", "end"))
        for event, part in walk:
            name = local_name(part)
            style = part.get("style") or "" if name else ""
            visible = bool(name) and not HIDDEN.search(style)
            if event == "end":
                if visible:
                    self._leave(part, name, style)
                if part is not element:
                    self._add(part.tail)
            elif visible:
                self._enter(part, name, style)
            else:
                walk.skip_subtree()

    def _enter(self, part: Any, name: str, style: str) -> None:  # noqa: ANN401
        if not self.run.length:
            self.indent += _indent(style) + 3.0 * _leading_spaces(part.text)
        if name in ("br", "p", "div", "li"):
            self.run.add(" ")
        self._bold += _is_bold(name, style)
        if name == "nonfraction":
            self._opened.append(self.run.next_start)
        self._add(part.text)

    def _leave(self, part: Any, name: str, style: str) -> None:  # noqa: ANN401
        self._bold -= _is_bold(name, style)
        if name == "nonfraction" and self._opened:
            self.run.facts.append((self._opened.pop(), self.run.length, part))

    def _add(self, text: str | None) -> None:
        before = self.run.length
        self.run.add(text)
        self.bold_length += (self.run.length - before) if self._bold else 0


def _is_bold(name: str, style: str) -> bool:
    return name in ("b", "strong", "th") or bool(BOLD.search(style))


def _facts(run: Run, text: str, declared: Declarations) -> tuple[Fact, ...]:
    found = (declared.fact(element, text[start:end], start) for start, end, element in run.facts)
    return tuple(fact for fact in found if fact is not None)


def _joined(row: list[RawCell]) -> list[RawCell]:
    """The row with `$` and `(` joined to the number after them, `)` and `%` to the one before."""
    joined: list[RawCell] = []
    for cell in row:
        last = joined[-1] if joined else None
        if last is not None and _PREFIX.match(last.text) and _NUMBER_START.match(cell.text):
            joined[-1] = _pair(last, cell, "" if last.text.endswith("(") else " ")
        elif last is not None and _SUFFIX.match(cell.text) and re.search(r"[\d)—–-]$", last.text):
            joined[-1] = _pair(last, cell, "")
        else:
            joined.append(cell)
    return joined


def _pair(left: RawCell, right: RawCell, gap: str) -> RawCell:
    shift = len(left.text) + len(gap)
    facts = left.facts + tuple(replace(fact, start=fact.start + shift) for fact in right.facts)
    return replace(left, text=left.text + gap + right.text, column_end=right.column_end, facts=facts)


def _span(element: Any, name: str) -> int:  # noqa: ANN401
    value = attribute(element, name) or "1"
    return min(max(int(value), 1), MAX_SPAN) if value.strip().isdigit() and len(value) < 9 else 1


def _indent(style: str) -> float:
    """How far a style sets text in, in points."""
    total = 0.0
    for match in _LENGTH.finditer(style):
        lengths = re.findall(r"(-?\d*\.?\d+)\s*(pt|px|em|in|%)", match[0])
        if not lengths:
            continue
        # padding: top right bottom left
        index = {4: 3, 3: 1, 2: 1}.get(len(lengths), 0) if re.match(r"(?:padding|margin)\s*:", match[0]) else 0
        number, unit = lengths[index]
        total += float(number) * _POINTS[unit]
    return total


def _leading_spaces(text: str | None) -> int:
    return len(text) - len(text.lstrip("\xa0 \u2003\u2002")) if text and "\xa0" in text[:1] else 0
