"""Headings, captions, page numbers and what stands beside them are no answers, nor part of one."""

from __future__ import annotations

import re
from itertools import zip_longest

from retrieval.document import Block, Page, Table

_TITLE = r"[^\n.;:,•]{1,80}"
_BEFORE = re.compile(rf"(?:{_TITLE}\n)+(?=[A-Z“\"])")
_AFTER = re.compile(rf"(?:(?<=[.?!”])\s*\n{_TITLE}|\n\s*\d{{1,4}}\s*)\Z")
_PAGE_NUMBER = re.compile(  # alone, or beside the name of the report, as in "Acme Corp | 2024 Form 10-K | 40"
    r"\s*(?:\d{1,3}|(?=.*\b(?:form\s+(?:10|20)-[kqf]|(?:annual|quarterly)\s+report)\b)(?:\d{1,3}\b.{1,90}|.{1,90}\b\d{1,3}))\s*",
    re.IGNORECASE,
)
_ENDS_A_SENTENCE = re.compile(r"[.?!:;,][”\"')\]]*\s*\Z")


def is_heading(page: Page, start: int, end: int) -> bool:
    """Whether characters [start, end) of a page lie in headings, in captions of the tables that follow, or in a running line."""
    line = page.text[page.text.rfind("\n", 0, start) + 1 :].partition("\n")[0]
    if _PAGE_NUMBER.fullmatch(line) and "\n" not in page.text[start:end]:
        return True
    held = [
        (block, following)
        for block, following in zip_longest(page.blocks, page.blocks[1:])
        if block.start < end and start < block.end
    ]
    return bool(held) and all(_is_heading(page, block, following) for block, following in held)


def _is_heading(page: Page, block: Block, following: Block | None) -> bool:
    if isinstance(block, Table):
        return False
    captions = isinstance(following, Table) and not _ENDS_A_SENTENCE.search(page.text, block.start, block.end)
    return bool(block.level) or captions


def without_headings(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters of [start, end) but for lines like titles in front of a sentence, and behind it; never none."""
    before = _BEFORE.match(text, start, end)
    first = before.end() if before else start
    after = _AFTER.search(text, first, end)
    return first, after.start() if after and after.start() > first else end
