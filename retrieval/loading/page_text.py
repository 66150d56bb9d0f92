"""Writes a page's text piece by piece, so that blocks, cells and facts know their characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from retrieval.document import Block, Fact, Page, Table, Text
from retrieval.loading.parsed import RawCell
from retrieval.loading.table_structure import LEAD_CHARACTERS, structure_table

CELL_GAP = "  "
_SPACE = re.compile(r"[\s\u200b\u2060\ufeff]+")
_HEADING = re.compile(
    r"^(?:(part\s+[ivx]+\b)|(item\s+\d{1,2}[a-c]?\s*[.:\u2014\u2013-])|(note\s+\d{1,2}\b)|(\d{1,2}\.\s+[A-Z]))",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Run:
    """Text being collected, white space folded as it comes; facts know their place in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    facts: list[tuple[int, int, object]] = field(default_factory=list)  # start, end, what was opened
    _space: bool = False

    def add(self, text: str | None) -> None:
        """Adds text; runs of white space become one space, none at the start."""
        if not text:
            return
        folded = _SPACE.sub(" ", text)
        if folded.startswith(" "):
            self._space = True
            folded = folded[1:]
        if not folded:
            return
        if self._space and self.length:
            self.parts.append(" ")
            self.length += 1
        self._space = folded.endswith(" ")
        folded = folded.rstrip(" ")
        self.parts.append(folded)
        self.length += len(folded)

    @property
    def next_start(self) -> int:
        """Where the next visible character will stand."""
        return self.length + (1 if self._space and self.length else 0)

    @property
    def text(self) -> str:
        """What was collected."""
        return "".join(self.parts)


class PageWriter:
    """Collects the blocks of one page."""

    def __init__(self) -> None:
        """An empty page."""
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not self.blocks

    def paragraph(self, text: str, *, level: int = 0, facts: Sequence[Fact] = ()) -> None:
        """Adds a paragraph or heading; facts count characters from its start."""
        if not text:
            return
        start = self._write(text)
        moved = tuple(replace(fact, start=fact.start + start) for fact in facts)
        self.blocks.append(Text(start, start + len(text), level, moved))

    def table(self, cells: Sequence[RawCell], *, continued: Table | None = None) -> Table:
        """Adds a table: a line each row; the cells' `start` is set here, their facts count from the cell's start.

        Returns:
            it, with the headers of the table `continued` where this is the rest of one.
        """
        lead = self.lead()
        start = self._length + (1 if self._length else 0)
        placed: list[RawCell] = []
        row: int | None = None
        for cell in cells:
            if cell.row != row:
                at = self._write(cell.text)
                row = cell.row
            else:
                at = self._write(cell.text, gap=CELL_GAP)
            facts = tuple(replace(fact, start=fact.start + at) for fact in cell.facts)
            placed.append(replace(cell, start=at, facts=facts))
        table = structure_table(placed, start=start, end=self._length, lead=lead, continued=continued)
        self.blocks.append(table)
        return table

    def lead(self) -> str:
        """The text before what comes next: that of the last few text blocks, up to the last table."""
        texts: list[str] = []
        size = 0
        whole = "".join(self._parts)
        self._parts = [whole]
        for block in reversed(self.blocks[-6:]):
            if not isinstance(block, Text) or size > LEAD_CHARACTERS:
                break
            texts.append(whole[block.start : block.end])
            size += block.end - block.start
        return "\n".join(reversed(texts))

    def page(self, number: int) -> Page:
        """The finished page."""
        return Page(number, "".join(self._parts), tuple(self.blocks))

    def _write(self, text: str, gap: str = "\n") -> int:
        if self._length:
            self._parts.append(gap)
            self._length += len(gap)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start


def heading_level(text: str, *, bold: bool) -> int:
    """1 for parts, 2 for items, 3 for notes, 4 for other short bold lines, 0 for paragraphs."""
    if len(text) > 150 or not re.search(r"[A-Za-z]{2}", text):
        return 0
    match = _HEADING.match(text)
    if match and (bold or text.isupper() or match[2]) and not text.rstrip().endswith((";", ",")):
        return 1 if match[1] else 2 if match[2] else 3 if match[3] or bold else 0
    return 4 if bold and len(text) < 120 and not text.endswith((".", ";", ",")) else 0
