"""Sentence boundaries, with their characters: "U.S.", "No. 001-234" and "3.2%" do not end one."""

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _segmenter() -> Any:  # noqa: ANN401 (nupunkt is untyped)
    import nupunkt

    return nupunkt


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end characters of each sentence of `text`, surrounding white space left out."""
    spans = []
    for start, end in _segmenter().sent_spans(text):
        sentence = text[start:end]
        start += len(sentence) - len(sentence.lstrip())
        end -= len(sentence) - len(sentence.rstrip())
        if start < end:
            spans.append((start, end))
    return spans
