"""Text to search terms: numbers, codes and hyphenated words stay whole, case and endings do not matter."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

MAX_QUERY_TERMS = 64
_TERM = re.compile(
    r"\([$€£]?\d[\d,]*(?:\.\d+)?%?\)"  # (1,234) a negative
    r"|[$€£]?\d[\d,]*(?:\.\d+)?(?:%|(?![\w-]))"  # $1,234.5  5%
    r"|\w+(?:[-'’.&/]\w+)*",  # 10-K  COVID-19  U.S  R&D  don't
    re.UNICODE,
)
_STOP = frozenset(
    (
        "a an and are as at be been by for from had has have in into is it its of on or that the their "
        "there these this to was were what when where which who whom whose why how with did does do much "
        "many"
    ).split()
)


def terms(text: str) -> list[str]:
    """The terms of a text, in order, lower case."""
    return [_fold(match[0]) for match in _TERM.finditer(text)]


def query_terms(text: str) -> list[str]:
    """The distinct terms of a question that say something, at most 64; all of them where none does."""
    found = list(dict.fromkeys(terms(text[:20_000])))
    telling = [term for term in found if term not in _STOP]
    return (telling or found)[:MAX_QUERY_TERMS]


def unsplit(term: str) -> str:
    """A term that no other engine's tokenizer splits or changes: by its hexadecimal where it is not plain ASCII."""
    return term if term.isascii() and term.isalnum() else "x" + term.encode("utf-8", "surrogatepass").hex()


@lru_cache(maxsize=1 << 16)
def _fold(term: str) -> str:
    """Lower case, words by their stem (Porter2), numbers and codes as they are with thousands commas kept."""
    term = term.casefold().replace("’", "'")
    if term.endswith("'s"):
        term = term[:-2]
    word = len(term) > 3 and term.isascii() and term.isalpha() and term not in _STOP
    return str(_stemmer().stemWord(term)) if word else term


@lru_cache(maxsize=1)
def _stemmer() -> Any:  # noqa: ANN401 (untyped)
    from Stemmer import Stemmer

    return Stemmer("english", 0)  # the cache above is ours
