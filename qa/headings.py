"""Answers without the headings and page numbers that stand in lines of their own beside their sentences."""

from __future__ import annotations

import re

_TITLE = r"[^\n.;:,•]{1,80}"
_BEFORE = re.compile(rf"(?:{_TITLE}\n)+(?=[A-Z“\"])")
_AFTER = re.compile(rf"(?:(?<=[.?!”])\s*\n{_TITLE}|\n\s*\d{{1,4}}\s*)\Z")


def without_headings(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters of [start, end) but for lines like titles in front of a sentence, and behind it; never none."""
    before = _BEFORE.match(text, start, end)
    first = before.end() if before else start
    after = _AFTER.search(text, first, end)
    return first, after.start() if after and after.start() > first else end
