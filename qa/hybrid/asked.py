"""What a question says that matters to a table: its words, its years, its numbers, and which way it compares."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.hybrid.context import fiscal_years, stems
from retrieval.loading.periods import without_dates
from retrieval.quantity import Quantity, parse_quantities

_MOST = re.compile(
    r"\b(?:highest|largest|most|greatest|biggest|maximum|max|higher|larger|greater|more|best)\b", re.IGNORECASE
)
_LEAST = re.compile(r"\b(?:lowest|smallest|least|minimum|min|lower|smaller|less|fewest|fewer|worst)\b", re.IGNORECASE)
_ABOVE = re.compile(
    r"\b(?:more than|greater than|larger than|higher than|exceed\w*|above|over|at least|surpass\w*)\b", re.IGNORECASE
)
_BELOW = re.compile(r"\b(?:less than|lower than|smaller than|below|under|fewer than|at most)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_RANGE = re.compile(
    r"(?:from|between)\s+(?:\w+\s+){0,3}(?:19|20)\d\d\s+(?:to|through|until|and)|\d\s*(?:-|–)\s*\d", re.I
)
_PART_OF_WHOLE = (  # of a share: what is divided by what
    re.compile(r"ratio\s+(?:of|between)\s+(?P<part>.+?)\s+(?:to|and|over)\s+(?P<whole>.+)", re.IGNORECASE),
    re.compile(
        r"(?P<part>.+?)\s+(?:as|represent\w*|express\w*|in terms of|account\w* for|made up|constitut\w*|compris\w*)\b.{0,12}?"
        r"\b(?:percent\w*|proportion|ratio|share|fraction|portion|%)\s+(?:of|to)\s+(?P<whole>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:percent\w*|proportion|share|fraction|portion|part|%|how much)\s+of\s+(?P<whole>.+?)\s+"
        r"(?:was|were|is|are|did|do|does|came|comes|come|that|consist\w*|compris\w*|relat\w*|attribut\w*|made|due|"
        r"located|belong\w*|represent\w*|will|has|have|had|from|under)\b(?P<part>.*)",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read against one table.

    Attributes:
        text: as asked.
        plain: in lower case, with single spaces and no punctuation, for finding headings in it.
        words: stems of its words.
        known: those that the headings have too.
        years: the years that it names, in order.
        every_year: with the years between where it names a range.
        limits: numbers that it may compare with.
        most: 1 where it asks for the largest, -1 for the smallest, 0 for neither.
        beyond: 1 where it asks for what is above a number, -1 for what is below, 0 for neither.
        part: stems of what it divides, where it asks for a share or a ratio.
        whole: stems of what it divides by.
        part_years: the years named in what it divides.
        whole_years: those named in what it divides by.
    """

    text: str
    plain: str
    words: frozenset[str]
    known: frozenset[str]
    years: tuple[int, ...]
    every_year: frozenset[int]
    limits: tuple[Quantity, ...]
    most: int
    beyond: int
    part: frozenset[str]
    whole: frozenset[str]
    part_years: frozenset[int]
    whole_years: frozenset[int]


def read_question(question: str, vocabulary: frozenset[str]) -> Asked:
    """What a question says to a table or to facts whose headings have these stems."""
    words = stems(question)
    in_order = [int(year) for year in _YEAR.findall(question)]
    years = tuple(dict.fromkeys([*in_order, *sorted(fiscal_years(question))]))
    ranged = bool(_RANGE.search(question)) and len(years) == 2
    every = range(min(years), max(years) + 1) if ranged else years
    divided = next((match for pattern in _PART_OF_WHOLE if (match := pattern.search(question))), None)
    return Asked(
        text=question,
        plain=plain(question),
        words=words,
        known=words & vocabulary,
        years=years,
        every_year=frozenset(every),
        limits=tuple(parse_quantities(without_dates(question))),
        most=_direction(_MOST, _LEAST, question),
        beyond=_direction(_ABOVE, _BELOW, question),
        part=stems(divided["part"]) if divided else frozenset(),
        whole=stems(divided["whole"]) if divided else frozenset(),
        part_years=_years(divided["part"]) if divided else frozenset(),
        whole_years=_years(divided["whole"]) if divided else frozenset(),
    )


def plain(text: str) -> str:
    """Text in lower case without punctuation, one space around every word."""
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "


def leans(asked: Asked, first: frozenset[str], second: frozenset[str]) -> float:
    """How far two names stand as a question divides them, -1 to 1: the first as its part, the second as its whole."""
    if not asked.whole:
        return 0.0
    sides = [_lean(first, asked), -_lean(second, asked)]
    return sum(sides) / 2


def leans_in_years(asked: Asked, first: frozenset[int], second: frozenset[int]) -> float:
    """The same of the years of two numbers."""
    part, whole = asked.part_years - asked.whole_years, asked.whole_years - asked.part_years
    sides = [bool(first & part) - bool(first & whole), bool(second & whole) - bool(second & part)]
    return sum(sides) / 2


def _years(text: str) -> frozenset[int]:
    return frozenset(map(int, _YEAR.findall(text)))


def _lean(name: frozenset[str], asked: Asked) -> float:
    """1 where the words of a name stand in the part only, -1 where in the whole only."""
    part, whole = len(name & asked.part - asked.whole), len(name & asked.whole - asked.part)
    return (part - whole) / (part + whole) if part + whole else 0.0


def _direction(up: re.Pattern[str], down: re.Pattern[str], text: str) -> int:
    return 1 if up.search(text) else -1 if down.search(text) else 0
