"""The names in a question: companies of the index, and other phrases that may be companies, products or people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval.names import LEGAL_FORMS, NameBook
from retrieval.question_words import Word, words_of
from retrieval.recognised import KnownName, recognised
from retrieval.standing import Standing, owns_or_acts, standing

_WITHIN_PHRASE = re.compile(r"^(?:\s|\s?&\s?|-)$")
_AFTER_INITIAL = re.compile(r"^\.\s$")
_BEFORE_LEGAL_FORM = re.compile(r"^,?\s$")
# A phrase that ends so is no company's name.
_NO_COMPANY = frozenset(
    "act rule agreement program plan project notice committee index award association university".split()
)
_OF_A_PLACE = frozenset("bank company corporation trust university".split())  # Bank of Marlow
_ITSELF = re.compile(r"\b(?:company|registrant|firm|management)\b", re.IGNORECASE)  # then no other is meant


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters [start, end) of a question that name something.

    Attributes:
        text: the name as written, without possessive.
        companies: the companies of the index that it names.
        more: what it says more than their name, as "Apple Watch" and "General Mills" do.
        known: it holds the name of a well-known company that is none of the index.
        standing: as the company asked about, another party, or otherwise.
        plain: it may be ordinary words: in lower case, or the first of a sentence.
    """

    text: str
    start: int
    end: int
    companies: tuple[str, ...] = ()
    more: str = ""
    known: bool = False
    standing: Standing = "elsewhere"
    plain: bool = False


def mentions(question: str, book: NameBook) -> tuple[Mention, ...]:
    """The names in a question, in order; words of accounting, authorities and places are left out.

    Args:
        question: any text; one in capitals throughout is read as if it were in lower case.
        book: by what names the companies of the index go.
    """
    text = question if any(c.islower() for c in question) else question.lower()
    words = words_of(text)
    known = recognised(text, words, book)
    found = [m for first, last in _phrases(text, words, known) if (m := _mention(text, words, known, first, last))]
    if not any(mention.companies or mention.standing == "asked" for mention in found):
        found += _in_lower_case(text, words)
    return tuple(found)


def _phrases(text: str, words: Sequence[Word], known: dict[int, KnownName]) -> Iterator[tuple[int, int]]:
    """Places of the first and last word of each run of known names and capitalised words that follow each other closely.

    What hangs on an ordinary word by a hyphen is no name: "On-Premises Software".
    """
    at = 0
    while at < len(words):
        last = _piece(words, known, at)
        if last is None:
            at += 1
            continue
        first = at
        while (further := _further(text, words, known, last)) is not None:
            last = further
        if first in known or text[words[first].start - 1 : words[first].start] != "-":
            yield first, last
        at = last + 1


def _further(text: str, words: Sequence[Word], known: dict[int, KnownName], last: int) -> int | None:
    """Up to where a phrase goes on after the word at `last`."""
    if words[last].owner or last + 1 >= len(words):
        return None
    word, following = words[last], words[last + 1]
    gap = text[word.end : following.start]
    if following.plain in LEGAL_FORMS - {"the"} and _BEFORE_LEGAL_FORM.match(gap):
        return last + 1
    if word.plain in _OF_A_PLACE and following.plain == "of" and last + 2 < len(words):
        return _piece(words, known, last + 2)
    if _WITHIN_PHRASE.match(gap) or (len(word.text) == 1 and _AFTER_INITIAL.match(gap)):
        return _piece(words, known, last + 1)
    return None


def _piece(words: Sequence[Word], known: dict[int, KnownName], at: int) -> int | None:
    if at in known:
        return known[at].last
    return at if words[at].may_name else None


def _mention(text: str, words: Sequence[Word], known: dict[int, KnownName], first: int, last: int) -> Mention | None:
    """The mention that a phrase is; `None` where all of its words name nothing."""
    inside = {at: name for at, name in known.items() if first <= at <= last}
    covered = {i for at, name in inside.items() for i in range(at, name.last + 1)}
    more = [i for i in range(first, last + 1) if i not in covered and words[i].tells]
    if not inside and not more:
        return None
    companies = {company for name in inside.values() for company in name.companies}
    start, end = words[first].start, words[last].end
    lower = not any(word.capital for word in words[first : last + 1])
    return Mention(
        text=text[start:end],
        start=start,
        end=end,
        companies=tuple(sorted(companies)),
        more=" ".join(words[i].text for i in more) if companies else "",
        known=bool(inside) and not companies,
        standing="elsewhere" if words[last].plain in _NO_COMPANY else standing(text, start, end),
        plain=not (words[last].owner or words[last].plain in LEGAL_FORMS)
        and (lower or (first == last and not inside and words[first].opens)),
    )


def _in_lower_case(text: str, words: Sequence[Word]) -> Iterator[Mention]:
    """Names that may be written without a capital: words between those of accounting that stand as owner or subject."""
    if _ITSELF.search(text):
        return
    for first, opening in enumerate(words):
        if not opening.may_name_in_lower_case or (first and _joined(text, words, first - 1)):
            continue
        last = first
        while not owns_or_acts(text, opening.start, words[last].end) and _joined(text, words, last):
            last += 1
        end = words[last].end
        named = any(word.tells for word in words[first : last + 1])
        opens_question = first == 0 < last
        if named and (opens_question or owns_or_acts(text, opening.start, end)):
            yield Mention(text[opening.start : end], opening.start, end, standing="asked", plain=True)


def _joined(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether a telling word in lower case is followed closely by another, or by any after a hyphen."""
    if at + 1 >= len(words) or words[at].owner or not words[at].may_name_in_lower_case:
        return False
    gap = text[words[at].end : words[at + 1].start]
    return gap == "-" or (gap == " " and words[at + 1].may_name_in_lower_case)
