"""What pages carry besides their text: running heads and page numbers, such as "Example Corp | 2024 Form 10-K | 36"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from retrieval.document import Block, Page, Table

_DEPTH = 3  # blocks at the head and at the foot of a page
_LONGEST = 200  # characters
_SHARE = 0.5  # of the pages that carry a line, which differs by its digits alone
_NUMBERED_SHARE = 0.25  # where it has digits: left and right pages differ
_SHORT_HEADING = 4  # the level of a line that is bold or large, as running heads are
_PAGES = 8  # fewer show nothing


def without_furniture(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages without the blocks at their head and foot that most of them share; their text keeps all characters."""
    counts = Counter(line for page in pages for line in {_line(page, block) for block in _edges(page)})
    furniture = {
        line
        for line, count in counts.items()
        if len(line) <= _LONGEST and count > len(pages) * (_NUMBERED_SHARE if "#" in line else _SHARE)
    }
    if len(pages) < _PAGES or not furniture:
        return tuple(pages)
    return tuple(_without(page, furniture) for page in pages)


def _without(page: Page, furniture: set[str]) -> Page:
    dropped = [block for block in _edges(page) if _line(page, block) in furniture]
    if not dropped:
        return page
    return replace(page, blocks=tuple(block for block in page.blocks if block not in dropped))


def _edges(page: Page) -> tuple[Block, ...]:
    """The first and the last blocks, each once, without the headings of parts, items and notes."""
    edges = (*page.blocks[:_DEPTH], *page.blocks[_DEPTH:][-_DEPTH:])
    return tuple(block for block in edges if isinstance(block, Table) or block.level in (0, _SHORT_HEADING))


def _line(page: Page, block: Block) -> str:
    """A block's text with one mark in place of each number."""
    return re.sub(r"\d+", "#", page.text[block.start : min(block.end, block.start + 2 * _LONGEST)])
