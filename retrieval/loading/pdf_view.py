"""PDF pages that are shown turned, or from another corner than their points count from: where things stand on them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from retrieval.document import Box, Page, Table

_SAMPLE = 1000  # characters by which the direction of a page's text is told


@dataclass(frozen=True, slots=True)
class View:
    """A page's box in the file's points, turned clockwise by 0, 90, 180 or 270 degrees."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        width, height = self.right - self.left, self.top - self.bottom
        return (width, height) if self.turn in (0, 180) else (height, width)

    def placed(self, x0: float, x1: float, y0: float, y1: float) -> tuple[float, float, float, float]:
        """Left, right, bottom and top, from the view's bottom left corner, of a rectangle in the file's points."""
        if not self.turn:
            return x0 - self.left, x1 - self.left, y0 - self.bottom, y1 - self.bottom
        if self.turn == 90:
            return y0 - self.bottom, y1 - self.bottom, self.right - x1, self.right - x0
        if self.turn == 180:
            return self.right - x1, self.right - x0, self.top - y1, self.top - y0
        return self.top - y1, self.top - y0, x0 - self.left, x1 - self.left

    def turned(self, page: Page) -> Page:
        """A page that was read unturned, with its boxes in this view."""
        words = tuple(replace(word, box=self._turned(word.box)) for word in page.words)
        blocks = tuple(self._turned_table(block) if isinstance(block, Table) else block for block in page.blocks)
        return replace(page, words=words, blocks=blocks)

    def _turned_table(self, table: Table) -> Table:
        cells = (replace(cell, box=self._turned(cell.box)) if cell.box else cell for cell in table.cells)
        return replace(table, cells=tuple(cells))

    def _turned(self, box: Box) -> Box:
        across = self.left + box.left, self.left + box.right
        left, right, bottom, top = self.placed(*across, self.top - box.bottom, self.top - box.top)
        return Box(left, self.size[1] - top, right, self.size[1] - bottom)


def views(page: Any) -> tuple[View, View]:  # noqa: ANN401 (a pypdfium2.PdfPage)
    """A page as it is shown, and as its text is to be read: unturned where it is upright then."""
    left, bottom, right, top = page.get_bbox()
    shown = View(left, bottom, right, top, page.get_rotation())
    return shown, replace(shown, turn=0) if shown.turn and _runs_unturned(page) else shown


def _runs_unturned(page: Any) -> bool:  # noqa: ANN401
    """Whether most of a page's characters stand upright before it is turned."""
    from pypdfium2 import raw

    textpage = page.get_textpage()
    try:
        count: int = min(raw.FPDFText_CountChars(textpage.raw), _SAMPLE)
        angles = [raw.FPDFText_GetCharAngle(textpage.raw, index) for index in range(count)]
    finally:
        textpage.close()
    return sum(math.cos(angle) > 0.9 for angle in angles) > 0.5 * count
