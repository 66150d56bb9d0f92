"""Words as row labels and questions share them: no dates, no function words, singular."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.loading.periods import without_dates
from retrieval.vocabulary.labels import normalised_label
from retrieval.vocabulary.no_names import FUNCTION_WORDS

_WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)?")
_OF_QUESTIONS = frozenset(
    "fiscal year quarter ended ending month period end company s q fy value figure amount spend spent generate pay out formerly known".split()
)
_OF_COLUMNS = frozenset(("audited", "unaudited"))
_OF_LABELS = frozenset(("before", "excluding"))  # tell one line from another, though questions use them as they please
_TELL_NOTHING = (FUNCTION_WORDS | _OF_QUESTIONS | _OF_COLUMNS) - _OF_LABELS
_FISCAL_YEAR = re.compile(r"\bFY\s?['’]?\d\d(?:\d\d)?\b|\b(?:Q[1-4]|[1-4]Q)\b", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def telling_words(text: str) -> frozenset[str]:
    """The words of a label or a question that tell one line item from another."""
    words = (_singular(word) for word in _WORD.findall(normalised_label(_FISCAL_YEAR.sub(" ", without_dates(text)))))
    return frozenset(words) - _TELL_NOTHING


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
