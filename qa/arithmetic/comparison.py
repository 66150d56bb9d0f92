"""Questions that compare a figure over years: in which of them it is the largest, or whether it rose.

A wrong yes is worse than none, so only plain questions count: one line item by its name and years, nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from qa.arithmetic.expression import Item
from qa.hybrid.asked import read_question
from qa.lookup.words import telling_words
from retrieval.query import Query
from retrieval.vocabulary.named import named_items, named_synonyms

_WHICH_YEAR = re.compile(
    r"\b(?:in|for|of)?\s*(?:which|what)\s+(?:one\s+)?(?:of\s+(?:the|these)\s+)?(?:fiscal\s+)?(?:year|years)\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"^\s*(?:is|are|was|were|did|does|do|has|have|had)\b", re.IGNORECASE)
_ROSE = r"increased?|r[io]sen?|gr[eo]wn?|gone?\s+up|went\s+up"
_FELL = r"decreased?|declined?|f[ae]llen|fell|fall|dropped|drop|shr[aiu]nk|gone?\s+down|went\s+down"
_MORE = re.compile(rf"\b(?:{_ROSE}|higher|larger|greater)\b", re.IGNORECASE)
_LESS = re.compile(rf"\b(?:{_FELL}|lower|smaller)\b", re.IGNORECASE)
_MOVED = re.compile(rf"\b(?:{_ROSE}|{_FELL}|growth|changes?)\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:lowest|smallest|least|minimum|lower|smaller)\b", re.IGNORECASE)
_EXTREME = re.compile(
    r"\b(?:(?:high|larg|great|bigg|low|small)est|most|least|maximum|minimum|higher|larger|greater|lower|smaller|peak(?:ed)?"
    r"|than|report(?:ed|s)?|have|had|has|record(?:ed)?)\b",
    re.IGNORECASE,
)
_MORE_THAN_A_COMPARISON = re.compile(
    r"\bn['’]t\b|\b(?:not|never|fail\w*|every|each|why|because|due|restat\w*|expect\w*|plan\w*|project\w*|forecast\w*|since"
    r"|quarters?|recent|consecutive|if|would|could|improv\w*|average|how|more|less)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(
    r"(?:\bFY\s?['’]?|\bfiscal\s+(?:years?\s+)?|\b|['’])(?:(?:19|20)\d\d\b|(?<=FY)\d\d\b|(?<=['’])\d\d\b)", re.I
)
_THAN = re.compile(r"\bthan\b", re.IGNORECASE)
_THAN_A_YEAR = re.compile(rf"\bthan\s+(?:it\s+was\s+)?(?:in\s+|for\s+)?(?:the\s+)?{_YEAR.pattern}", re.IGNORECASE)
_EITHER_SIGN = re.compile(r"income|profit|earnings|loss|cash|equity|deficit|benefit|gain|other|\bnet\b", re.IGNORECASE)


def amounts(figures: Mapping[Item, Decimal]) -> dict[Item, Decimal]:
    """The figures to compute with: costs and payments as amounts, however a filing prints them."""
    return {item: value if has_either_sign(item.name) else abs(value) for item, value in figures.items()}


@lru_cache(maxsize=1000)
def has_either_sign(name: str) -> bool:
    """Whether a figure may be below zero by what it is, as "EPS" and "EBIT" may, and not as costs in parentheses are."""
    return any(map(_EITHER_SIGN.search, (name, *(item.name for item in named_items(name)))))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared.

    Attributes:
        figures: one figure in several years; for `more` and `less` two, the one that is asked about first.
        asks: for the year with the largest or the smallest, or whether the first is more or less than the second.
    """

    figures: tuple[Item, ...]
    asks: Literal["largest", "smallest", "more", "less"]

    def answer(self, values: Mapping[Item, Decimal]) -> str | None:
        """`fiscal 2022`, `yes` or `no`; `None` where the values don't decide it.

        They don't where two years have the largest one, or where signs differ or are those of losses; costs that a
        filing shows in parentheses are compared as amounts.
        """
        mixed = any(value > 0 for value in values.values()) or has_either_sign(self.figures[0].name)
        if mixed and any(value < 0 for value in values.values()):
            return None
        sizes = {figure: abs(value) for figure, value in values.items()}
        if self.asks in ("more", "less"):
            first, second = (sizes[figure] for figure in self.figures)
            return "yes" if (first > second if self.asks == "more" else first < second) else "no"
        extreme = (max if self.asks == "largest" else min)(sizes.values())
        found = [figure for figure in self.figures if sizes[figure] == extreme]
        return f"fiscal {found[0].year}" if len(found) == 1 else None

    def written(self, values: Mapping[Item, Decimal], names: Mapping[Item, str]) -> str:
        """How the sizes of the values stand to each other, largest first: `b > a = c`."""
        order = sorted(self.figures, key=lambda figure: -abs(values[figure]))
        text = names[order[0]]
        for before, figure in pairwise(order):
            text += f" {'>' if abs(values[before]) > abs(values[figure]) else '='} {names[figure]}"
        return text


def comparison_of(query: Query) -> Comparison | None:
    """What a question compares over years; `None` where it is no such question, or asks for more than that."""
    text = re.sub(r"\s+['’]s\b", " ", query.text_without(m for m in query.mentions if m.companies))
    read = read_question(text, frozenset())
    if _MORE_THAN_A_COMPARISON.search(text) or read.limits or query.quarter or query.within_year:
        return None
    years = sorted(query.fiscal_years, key=lambda year: _said_at(text, year))
    if _WHICH_YEAR.search(text):
        ranged = sorted(read.every_year) if set(years) == set(read.years) else years
        name = _line_item(_WHICH_YEAR.sub(" ", text))
        both = read.most > 0 and _LEAST.search(text)
        if len(ranged) < 2 or not read.most or both or _MOVED.search(text) or name is None:
            return None
        return Comparison(tuple(Item(name, year) for year in ranged), "largest" if read.most > 0 else "smallest")
    return _yes_or_no(text, years)


def _yes_or_no(text: str, years: list[int]) -> Comparison | None:
    more, less, than = _MORE.search(text), _LESS.search(text), _THAN.search(text)
    if not _YES_OR_NO.match(text) or bool(more) == bool(less) or not 1 <= len(years) <= 2:
        return None
    if than and (_MOVED.search(text) or len(years) < 2 or not _THAN_A_YEAR.search(text)):
        return None
    name = _line_item(_LESS.sub(" ", _MORE.sub(" ", _YES_OR_NO.sub(" ", text))))
    if name is None:
        return None
    if len(years) == 1:
        years = [years[0], years[0] - 1]
    elif not than:
        years = sorted(years, reverse=True)
    return Comparison(tuple(Item(name, year) for year in years), "more" if more else "less")


def _said_at(text: str, year: int) -> int:
    """Where a question says a year, in full or by its last two digits."""
    found = re.search(rf"{year}|(?:FY\s?['’]?|['’]){year % 100:02}\b", text)
    return found.start() if found else len(text)


def _line_item(text: str) -> str | None:
    """The one line item that is left of a question without years and words that compare; `None` where more is left."""
    rest = re.sub(r"[?,.;:]", " ", _YEAR.sub(" ", _EXTREME.sub(" ", text)))
    named = named_synonyms(rest)
    if len(named) != 1 or telling_words(named[0][0]) != telling_words(rest):
        return None
    return named[0][0]
