"""The lines of a PDF page: characters to words to runs of words, by their places.

A run is what stands together in a line; a wider gap than a space parts runs, as between columns.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from retrieval.currency import SIGNS
from retrieval.document import Box
from retrieval.loading.columns import Placed, joined_numbers
from retrieval.loading.pdf_view import View

MAX_CHARACTERS = 200_000  # of one page
_RUN_GAP = 0.95  # times the type size
_WORD_GAP = 0.22
_LINE_HEIGHT = 1.15  # of a font, in type sizes
_BOLD_WEIGHT = 600


@dataclass(frozen=True, slots=True)
class PdfWord:
    """Characters without white space, their box, type size in points, and whether set in bold."""

    text: str
    box: Box
    size: float
    bold: bool


@dataclass(frozen=True)
class PdfLine:
    """Words of one line, from left to right."""

    words: tuple[PdfWord, ...]

    @cached_property
    def text(self) -> str:
        """The words, one space apart."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        """Around all words."""
        box = self.words[0].box
        for word in self.words[1:]:
            box = box.union(word.box)
        return box

    @property
    def size(self) -> float:
        """Type size of the first word."""
        return self.words[0].size

    @property
    def bold(self) -> bool:
        """Whether every word is bold."""
        return all(word.bold for word in self.words)

    @cached_property
    def runs(self) -> list[Placed]:
        """The words joined to runs, `$` and `)` with their numbers."""
        runs: list[list[PdfWord]] = []
        for word in self.words:
            if _leaders(word.text):
                continue
            apart = not runs or word.box.left - runs[-1][-1].box.right > _RUN_GAP * word.size
            if apart or word.text in SIGNS:  # which open the next column, however near the last one
                runs.append([word])
            else:
                runs[-1].append(word)
        return joined_numbers([part for run in runs for part in _parts(run)])


def page_lines(page: Any, view: View) -> list[PdfLine]:  # noqa: ANN401 (a pypdfium2.PdfPage)
    """The lines of a page in a view of it, top first; of a page in two columns, the left column first."""
    words = list(_words(page, view))
    gutter = _gutter(words, view.size[0])
    if gutter is None:
        return _lines(words)
    left = [word for word in words if word.box.right <= gutter]
    right = [word for word in words if word.box.right > gutter]
    return _lines(left) + _lines(right)


def _parts(run: list[PdfWord]) -> Iterator[Placed]:
    """A run as one piece, or as its numbers apart where it holds nothing else, as in tightly set columns."""
    numbers = [word for word in run if any(c.isdigit() for c in word.text) or word.text in "—–-$()"]
    tight = len(numbers) == len(run) > 1 and sum(len(word.text) > 1 and word.text[-1].isdigit() for word in run) > 1
    if tight and not all(word.text.isdigit() and len(word.text) <= 2 for word in run):
        yield from (Placed(word.text, word.box.left, word.box.right, word.box, word.bold) for word in run)
        return
    box = run[0].box
    for word in run[1:]:
        box = box.union(word.box)
    text = " ".join(word.text for word in run)
    yield Placed(text, box.left, box.right, box, all(word.bold for word in run))


def _leaders(text: str) -> bool:
    return len(text) > 2 and not text.strip(".·_…")


def _lines(words: Sequence[PdfWord]) -> list[PdfLine]:
    """Words to lines: those whose vertical middles are closer than half the type size."""
    lines: list[list[PdfWord]] = []
    for word in sorted(words, key=lambda w: (w.box.top + w.box.bottom) / 2):
        middle = (word.box.top + word.box.bottom) / 2
        last = lines[-1] if lines else None
        if last is not None:
            first = last[0].box
            if middle - (first.top + first.bottom) / 2 <= 0.5 * max(word.size, last[0].size):
                last.append(word)
                continue
        lines.append([word])
    return [PdfLine(tuple(sorted(line, key=lambda w: w.box.left))) for line in lines]


def _gutter(words: Sequence[PdfWord], width: float) -> float | None:
    """The middle of the white strip between two columns of prose; `None` where the page has one column."""
    if len(words) < 150:
        return None
    for share in (0.5, 0.48, 0.52, 0.46, 0.54):
        x = share * width
        if sum(word.box.left < x < word.box.right for word in words) > 0.005 * len(words):
            continue
        left = [word for word in words if word.box.right <= x]
        if not 0.3 < len(left) / len(words) < 0.7:
            continue
        digits = sum(any(c.isdigit() for c in word.text) for word in words)
        if digits < 0.12 * len(words):
            return x
    return None


def _words(page: Any, view: View) -> Iterator[PdfWord]:  # noqa: ANN401
    """Words in the file's order. Characters come with boxes; those far apart or above each other part words."""
    from pypdfium2 import raw

    textpage = page.get_textpage()
    try:
        handle = textpage.raw
        count = min(raw.FPDFText_CountChars(handle), MAX_CHARACTERS)
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        places = [ctypes.byref(value) for value in (left, right, bottom, top)]
        pending: list[tuple[str, float, float, float, float]] = []
        first = 0
        for index in range(count):
            code = raw.FPDFText_GetUnicode(handle, index)
            character = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
            if character.isspace() or character in "\u00ad\ufffe\ufeff\x02":
                if pending:
                    yield _word(raw, handle, first, pending, view)
                    pending = []
                continue
            if not raw.FPDFText_GetCharBox(handle, index, *places):
                continue
            box = (character, *view.placed(left.value, right.value, bottom.value, top.value))
            if pending and _parted(pending[-1], box):
                yield _word(raw, handle, first, pending, view)
                pending = []
            if not pending:
                first = index
            pending.append(box)
        if pending:
            yield _word(raw, handle, first, pending, view)
    finally:
        textpage.close()


def _parted(last: tuple[str, float, float, float, float], box: tuple[str, float, float, float, float]) -> bool:
    size = max(last[4] - last[3], box[4] - box[3], 4.0)
    return box[1] - last[2] > _WORD_GAP * size * 2 or box[1] < last[1] - size or abs(box[3] - last[3]) > 1.5 * size


def _word(
    raw: Any,  # noqa: ANN401
    handle: Any,  # noqa: ANN401
    first: int,
    characters: Sequence[tuple[str, float, float, float, float]],
    view: View,
) -> PdfWord:
    _, height = view.size
    box = Box(
        min(c[1] for c in characters),
        height - max(c[4] for c in characters),
        max(c[2] for c in characters),
        height - min(c[3] for c in characters),
    )
    # the loose box is as tall as the font is on the page, whatever matrix scales it there
    loose = raw.FS_RECTF()
    seen = raw.FPDFText_GetLooseCharBox(handle, first, ctypes.byref(loose))
    _, _, bottom, top = view.placed(loose.left, loose.right, loose.bottom, loose.top)
    size = abs(top - bottom) / _LINE_HEIGHT if seen else box.bottom - box.top
    size = max(size, 3.0)
    return PdfWord(
        "".join(c[0] for c in characters), box, size, raw.FPDFText_GetFontWeight(handle, first) >= _BOLD_WEIGHT
    )
