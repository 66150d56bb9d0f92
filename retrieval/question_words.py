"""The words of a question, each with where it stands and whether it may name something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from retrieval.names import LEGAL_FORMS, WORD, plain_word
from retrieval.vocabulary.no_names import FUNCTION_WORDS, PLACES, no_names

TOO_MANY = 400  # words; those after are not looked at
_OPENS = re.compile(r"(?:^|[.?!:]\s+)[\"“'(]*$")
_NUMERAL = re.compile(r"^(?:fy|q|h)?\d+(?:[qh]\d*)?$|^\d+(?:st|nd|rd|th)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """Characters [start, end) of the question, the possessive left out.

    Attributes:
        text: as written.
        plain: in lower case, without dots.
        owner: a possessive follows.
        opens: a sentence starts with it.
    """

    start: int
    end: int
    text: str
    plain: str
    owner: bool
    opens: bool

    @property
    def capital(self) -> bool:
        """Whether any letter of it is a capital, as in eBay."""
        return any(c.isupper() for c in self.text)

    @property
    def tells(self) -> bool:
        """Whether it may tell one name from another: no word of accounting, law or place, no legal form, no number."""
        return self.plain not in LEGAL_FORMS and self.plain not in no_names() and not _NUMERAL.match(self.plain)

    @property
    def may_name(self) -> bool:
        """Whether it may be part of a name that is written with capitals."""
        return self.capital and self.plain not in FUNCTION_WORDS and not _NUMERAL.match(self.plain)

    @property
    def may_name_in_lower_case(self) -> bool:
        """Whether it may be part of a name that is written without a capital."""
        return not self.capital and (self.tells or self.plain in PLACES)


def words_of(question: str) -> list[Word]:
    """The words of a question, `TOO_MANY` at most."""
    return list(islice(_words(question), TOO_MANY))


def _words(text: str) -> Iterator[Word]:
    for match in WORD.finditer(text):
        core = re.sub(r"['’]s$", "", match[0])
        end = match.start() + len(core)
        owner = core != match[0] or bool(re.match(r"['’](?!\w)", text[end:]))
        yield Word(
            match.start(),
            end,
            core,
            plain_word(core),
            owner,
            bool(_OPENS.search(text[max(0, match.start() - 4) : match.start()])),
        )
