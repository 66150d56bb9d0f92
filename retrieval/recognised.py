"""The companies that words of a question name: those of the index, and well-known ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.names import LEGAL_FORMS, Companies, NameBook, is_known, known_names
from retrieval.question_words import Word
from retrieval.standing import clearly_asked_about
from retrieval.vocabulary.no_names import FUNCTION_WORDS, no_names

_LONGEST = 6  # words of a company's name in a question
_WITHIN_NAME = re.compile(r"^(?:\s?[&.,/–-]?\s?)$")
_ARTICLE = re.compile(r"\b(?:an?|the|this|that|each|every)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownName:
    """Words up to `last` that name companies of the index or, where there are none, a well-known one."""

    last: int
    companies: Companies


def recognised(text: str, words: Sequence[Word], book: NameBook) -> dict[int, KnownName]:
    """The known names in a question, longer ones first, by the place of their first word; they do not overlap."""
    found: dict[int, KnownName] = {}
    taken: set[int] = set()
    for size in range(_LONGEST, 0, -1):
        for first in range(len(words) - size + 1):
            places = range(first, first + size)
            if taken.isdisjoint(places) and (companies := _named(text, words[first : first + size], book)) is not None:
                found[first] = KnownName(first + size - 1, companies)
                taken.update(places)
    return found


def _named(text: str, words: Sequence[Word], book: NameBook) -> Companies | None:
    """The companies that these words together name; none of the index where it is a well-known one; else `None`."""
    first, last = words[0], words[-1]
    if not all(_may_end_name(word) for word in (first, last)):
        return None
    if any(not _WITHIN_NAME.match(text[a.end : b.start]) for a, b in pairwise(words)):
        return None
    key = "".join(word.plain for word in words if word.plain not in LEGAL_FORMS)
    if len(words) > 1:
        return book.by_name.get(key, frozenset() if key in known_names() else None)
    symbol = first.text.upper()
    if symbol in book.by_symbol and _is_symbol(text, first):
        return book.by_symbol[symbol]
    if not (_spoken_as_name(text, first) or (first.start == 0 and key in book.by_name)):
        return None
    if first.plain in no_names():  # "General expenses" are not General Motors'
        return book.by_name.get(key) if first.capital else None
    companies = book.by_name.get(key) or book.by_first_word.get(key)
    return companies or (frozenset() if is_known(first.text) else None)


def _may_end_name(word: Word) -> bool:
    return word.plain not in LEGAL_FORMS and (word.capital or word.plain not in FUNCTION_WORDS)


def _is_symbol(text: str, word: Word) -> bool:
    """Whether letters that are a ticker are meant as one: not in lower case, nor an abbreviation such as AI, unless
    they stand as the company asked about.
    """
    clear = word.start == 0 or clearly_asked_about(text, word.start, word.end)
    return (word.plain not in no_names() or clear) if word.text.isupper() else (word.tells and clear)


def _spoken_as_name(text: str, word: Word) -> bool:
    """Whether a word stands as a name: with a capital, or as the company asked about without an article."""
    article = _ARTICLE.search(text[: word.start])
    return word.capital or (article is None and clearly_asked_about(text, word.start, word.end))
