"""The names in a question: companies of the index, and other phrases that may be companies, products or people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.names import LEGAL_FORMS, WORD, Companies, NameBook, is_known, known_names, plain_word
from retrieval.standing import Standing, clearly_asked_about, owns_or_acts, standing
from retrieval.vocabulary.no_names import FUNCTION_WORDS, PLACES, no_names

_LONGEST = 6  # words of a company's name in a question
_SHORT = 2  # letters of a ticker that may well be another abbreviation, such as AI
_TOO_MANY = 400  # words of a question; those after are not looked at
_WITHIN_NAME = re.compile(r"^(?:\s?[&.,/–-]?\s?)$")
_WITHIN_PHRASE = re.compile(r"^(?:\s|\s?&\s?|-)$")
_AFTER_INITIAL = re.compile(r"^\.\s$")
_BEFORE_LEGAL_FORM = re.compile(r"^,?\s$")
_OPENS = re.compile(r"(?:^|[.?!:]\s+)[\"“'(]*$")
_ARTICLE = re.compile(r"\b(?:an?|the|this|that|each|every)\s+$", re.IGNORECASE)
_NO_COMPANY = frozenset(
    "act rule agreement program plan project notice committee index award association university".split()
)
_ITSELF = re.compile(r"\b(?:company|registrant|firm|management)\b", re.IGNORECASE)  # then no other is meant
_NUMERAL = re.compile(r"^(?:fy|q|h)?\d+(?:[qh]\d*)?$|^\d+(?:st|nd|rd|th)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters [start, end) of a question that name something.

    Attributes:
        text: the name as written, without possessive.
        companies: the companies of the index that it names.
        more: what it says more than their name, as "Apple Watch" and "General Mills" do.
        standing: as the company asked about, another party, or otherwise.
        plain: it may be ordinary words: in lower case, or the first of a sentence.
    """

    text: str
    start: int
    end: int
    companies: tuple[str, ...] = ()
    more: str = ""
    standing: Standing = "elsewhere"
    plain: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the question; `end` leaves the possessive out, `opens` says that a sentence starts with it."""

    start: int
    end: int
    text: str
    word: str
    owner: bool
    opens: bool

    @property
    def capital(self) -> bool:
        return any(c.isupper() for c in self.text)

    @property
    def may_name(self) -> bool:
        return self.capital and self.word not in FUNCTION_WORDS and not _NUMERAL.match(self.word)


@dataclass(frozen=True, slots=True)
class _Known:
    """Tokens up to `last` that are the name of companies of the index or, where there are none, of a well-known one."""

    last: int
    companies: Companies


def mentions(question: str, book: NameBook) -> tuple[Mention, ...]:
    """The names in a question, in order; words of accounting, authorities and places are left out.

    Args:
        question: any text; one in capitals throughout is read as if it were in lower case.
        book: by what names the companies of the index go.
    """
    text = question if any(c.islower() for c in question) else question.lower()
    tokens = list(_tokens(text))[:_TOO_MANY]
    known = _known(text, tokens, book)
    found = [m for first, last in _phrases(text, tokens, known) if (m := _mention(text, tokens, known, first, last))]
    if not any(mention.companies or mention.standing == "asked" for mention in found):
        found += _in_lower_case(text, tokens)
    return tuple(found)


def _tokens(text: str) -> Iterator[_Token]:
    for match in WORD.finditer(text):
        core = re.sub(r"['’]s$", "", match[0])
        end = match.start() + len(core)
        owner = core != match[0] or bool(re.match(r"['’](?!\w)", text[end:]))
        yield _Token(
            match.start(),
            end,
            core,
            plain_word(core),
            owner,
            bool(_OPENS.search(text[max(0, match.start() - 4) : match.start()])),
        )


def _known(text: str, tokens: Sequence[_Token], book: NameBook) -> dict[int, _Known]:
    """Names that are known, the longest first, by their first token; they do not overlap."""
    found: dict[int, _Known] = {}
    taken: set[int] = set()
    for size in range(_LONGEST, 0, -1):
        for first in range(len(tokens) - size + 1):
            places = range(first, first + size)
            if taken.isdisjoint(places) and (companies := _named(text, tokens[first : first + size], book)) is not None:
                found[first] = _Known(first + size - 1, companies)
                taken.update(places)
    return found


def _named(text: str, words: Sequence[_Token], book: NameBook) -> Companies | None:
    """The companies that these words together name; none of the index where it is a well-known one; else `None`."""
    first, last = words[0], words[-1]
    if first.word in LEGAL_FORMS or last.word in LEGAL_FORMS:
        return None
    if any(not _WITHIN_NAME.match(text[a.end : b.start]) for a, b in pairwise(words)):
        return None
    key = "".join(token.word for token in words if token.word not in LEGAL_FORMS)
    if len(words) > 1:
        return book.by_name.get(key, frozenset() if key in known_names() else None)
    symbol = first.text.upper()
    certain = symbol == first.text and len(symbol) > _SHORT
    if symbol in book.by_symbol and (certain or _stands_alone(text, first)):
        return book.by_symbol[symbol]
    if not _spoken_as_name(text, first):
        return None
    companies = book.by_name.get(key) or (None if key in PLACES else book.by_first_word.get(key))
    return companies or (frozenset() if key not in no_names() and is_known(first.text) else None)


def _stands_alone(text: str, token: _Token) -> bool:
    """Whether letters that may well be another abbreviation stand as the company asked about."""
    return token.word not in no_names() and clearly_asked_about(text, token.start, token.end)


def _spoken_as_name(text: str, token: _Token) -> bool:
    """Whether a word stands as a name: with a capital, or as the company asked about without an article."""
    article = _ARTICLE.search(text[: token.start])
    return token.capital or (article is None and clearly_asked_about(text, token.start, token.end))


def _phrases(text: str, tokens: Sequence[_Token], known: dict[int, _Known]) -> Iterator[tuple[int, int]]:
    """First and last token of each run of known names and capitalised words that follow each other closely."""
    initials = {i for i, token in enumerate(tokens) if len(token.text) == 1}
    at = 0
    while at < len(tokens):
        last = _piece(tokens, known, at)
        if last is None:
            at += 1
            continue
        first = at
        while not tokens[last].owner and last + 1 < len(tokens):
            gap = text[tokens[last].end : tokens[last + 1].start]
            legal = tokens[last + 1].word in LEGAL_FORMS and tokens[last + 1].word != "the"
            more = _piece(tokens, known, last + 1)
            if legal and _BEFORE_LEGAL_FORM.match(gap):
                last += 1
            elif more is not None and (_WITHIN_PHRASE.match(gap) or (last in initials and _AFTER_INITIAL.match(gap))):
                last = more
            else:
                break
        yield first, last
        at = last + 1


def _piece(tokens: Sequence[_Token], known: dict[int, _Known], at: int) -> int | None:
    if at in known:
        return known[at].last
    return at if tokens[at].may_name else None


def _mention(text: str, tokens: Sequence[_Token], known: dict[int, _Known], first: int, last: int) -> Mention | None:
    """The mention that a phrase is; `None` where all of its words name nothing."""
    inside = {at: name for at, name in known.items() if first <= at <= last}
    covered = {i for at, name in inside.items() for i in range(at, name.last + 1)}
    more = [i for i in range(first, last + 1) if i not in covered and _tells(tokens[i])]
    if not inside and not more:
        return None
    companies = {company for name in inside.values() for company in name.companies}
    start, end = tokens[first].start, tokens[last].end
    return Mention(
        text=text[start:end],
        start=start,
        end=end,
        companies=tuple(sorted(companies)),
        more=" ".join(tokens[i].text for i in more) if companies else "",
        standing="elsewhere" if tokens[last].word in _NO_COMPANY else standing(text, start, end),
        plain=first == last
        and not tokens[first].owner
        and (not tokens[first].capital or (not inside and tokens[first].opens)),
    )


def _tells(token: _Token) -> bool:
    return token.word not in LEGAL_FORMS and token.word not in no_names() and not _NUMERAL.match(token.word)


def _in_lower_case(text: str, tokens: Sequence[_Token]) -> Iterator[Mention]:
    """Names that may be written without a capital: words between those of accounting that stand as owner or subject."""
    if _ITSELF.search(text):
        return
    for first, opening in enumerate(tokens):
        if not _may_be_name(opening) or (first and _joined(text, tokens, first - 1)):
            continue
        last = first
        while not owns_or_acts(text, opening.start, tokens[last].end) and _joined(text, tokens, last):
            last += 1
        end = tokens[last].end
        if owns_or_acts(text, opening.start, end):
            yield Mention(text[opening.start : end], opening.start, end, standing="asked", plain=True)


def _joined(text: str, tokens: Sequence[_Token], at: int) -> bool:
    """Whether a telling word in lower case is followed closely by another, or by any after a hyphen."""
    if at + 1 >= len(tokens) or tokens[at].owner or not _may_be_name(tokens[at]):
        return False
    gap = text[tokens[at].end : tokens[at + 1].start]
    return gap == "-" or (gap == " " and _may_be_name(tokens[at + 1]))


def _may_be_name(token: _Token) -> bool:
    return _tells(token) and not token.capital
