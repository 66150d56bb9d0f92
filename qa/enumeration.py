"""Lists in prose: where a question asks for several things, the answer is all that its sentence lists.

A reader points at one span, often one item of the list; here the span grows to the whole of it.
"""

from __future__ import annotations

import re

from retrieval.sentences import sentence_spans

_ASKS = re.compile(
    r"^\W*(?:(?:what|which|who)\s+(?:are|were)\b"
    r"|(?:list|name|enumerate|identify)\b"
    r"|(?:what|which)\s+(?:\w+\s+){0,3}?\w+[^s\s]s\s+(?:do|does|did|are|were|have|has|make|made)\b)",
    re.IGNORECASE,
)
_LEAD = (
    r"(?:\b(?:are|were|includ(?:e[sd]?|ing)|compris(?:e[sd]?|ing)|comprised\s+of|consist(?:s|ed|ing)?\s+of|such\s+as|"
    r"namely|into|between)\b(?:\s+the\s+following)?|\bas\s+follows|[:—–])"
)
_WORD = r"(?:[^\s,;:.()—–]|[.,](?=\w))+"
_ITEM = rf"{_WORD}(?:\s+(?!(?:and|or)\b){_WORD}|\s+\([^()]*\)){{0,9}}"
_MOST = 30  # items before the last two
_LAST = r"(?:and|or|as\s+well\s+as)\s+"
_LISTS = tuple(
    re.compile(rf"{_LEAD}[\s:]*(?P<list>{pattern})", re.IGNORECASE)
    for pattern in (
        rf"[^;:]{{1,100}}(?:;\s+(?!{_LAST})[^;:]{{1,100}}){{0,{_MOST}}};\s+{_LAST}[^;:]{{1,99}}[^;:.\s]",
        rf"{_ITEM}(?:\s*,\s+(?!{_LAST}){_ITEM}){{0,{_MOST}}}\s*,?\s+{_LAST}{_ITEM}",
    )
)


def asks_for_several(question: str) -> bool:
    """Whether a question asks for a list."""
    return bool(_ASKS.match(question))


def whole_list(text: str, start: int, end: int) -> tuple[int, int]:
    """The characters of the list that holds some of the characters [start, end); these where none does."""
    for first, last in sentence_spans(text):
        for found in (found for pattern in _LISTS for found in pattern.finditer(text, first, last)):
            if found.start("list") < end and start < found.end("list"):
                return min(start, found.start("list")), max(end, found.end("list"))
    return start, end
