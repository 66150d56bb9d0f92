"""Questions that compare a figure over years: in which of them it is the largest, or whether it rose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from qa.arithmetic.expression import Item
from qa.hybrid.asked import read_question
from qa.lookup.words import telling_words
from retrieval.query import Query

_WHICH_YEAR = re.compile(
    r"\b(?:in|for|of)?\s*(?:which|what)\s+(?:one\s+)?(?:of\s+(?:the|these)\s+)?(?:fiscal\s+)?(?:year|years)\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(r"^\s*(?:is|are|was|were|did|does|do|has|have|had)\b", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:increased?|r[io]sen?|gr[eo]wn?|improved?|go(?:ne)?\s+up|went\s+up|higher|larger|greater|more|above|exceed(?:ed)?)\b",
    re.I,
)
_LESS = re.compile(
    r"\b(?:decreased?|declined?|f[ae]llen|fell|fall|dropped|drop|shr[aiu]nk|go(?:ne)?\s+down|went\s+down|lower|smaller|less|below)\b",
    re.I,
)
_EXTREME = re.compile(
    r"\b(?:the\s+)?(?:highest|largest|most|greatest|biggest|maximum|higher|larger|lowest|smallest|least|minimum|lower|smaller"
    r"|peak(?:ed)?|than|report(?:ed|s)?|have|had|has|record(?:ed)?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:FY\s?|fiscal\s+(?:years?\s+)?)?(?:19|20)\d\d\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared.

    Attributes:
        figures: one figure in several years; for `rose` and `fell` two, the one that is asked about first.
        asks: for the year with the largest or the smallest, or whether the first is more or less than the second.
    """

    figures: tuple[Item, ...]
    asks: Literal["largest", "smallest", "more", "less"]

    def answer(self, values: Mapping[Item, Decimal]) -> str | None:
        """`fiscal 2022`, `yes` or `no`; `None` where several years have the largest or smallest value."""
        if self.asks in ("more", "less"):
            first, second = (values[figure] for figure in self.figures)
            return "yes" if (first > second if self.asks == "more" else first < second) else "no"
        extreme = (max if self.asks == "largest" else min)(values.values())
        found = [figure for figure in self.figures if values[figure] == extreme]
        return f"fiscal {found[0].year}" if len(found) == 1 else None

    def written(self, values: Mapping[Item, Decimal], names: Mapping[Item, str]) -> str:
        """How the values stand to each other, largest first: `b > a = c`."""
        order = sorted(self.figures, key=lambda figure: -values[figure])
        text = names[order[0]]
        for before, figure in pairwise(order):
            text += f" {'>' if values[before] > values[figure] else '='} {names[figure]}"
        return text


def comparison_of(query: Query) -> Comparison | None:
    """What a question compares over years; `None` where it is no such question."""
    text = re.sub(r"\s+['’]s\b", " ", query.text_without(query.mentions))
    read = read_question(text, frozenset())
    years = sorted(read.every_year | set(query.fiscal_years))
    if _WHICH_YEAR.search(text):
        name = _name(_EXTREME.sub(" ", _WHICH_YEAR.sub(" ", text)))
        if len(years) < 2 or not read.most or name is None:
            return None
        return Comparison(tuple(Item(name, year) for year in years), "largest" if read.most > 0 else "smallest")
    more, less = _MORE.search(text), _LESS.search(text)
    if not _YES_OR_NO.match(text) or bool(more) == bool(less) or not 1 <= len(set(read.years)) <= 2:
        return None
    name = _name(_EXTREME.sub(" ", _LESS.sub(" ", _MORE.sub(" ", text))))
    if name is None:
        return None
    first, second = _pair(text, read.years)
    return Comparison((Item(name, first), Item(name, second)), "more" if more else "less")


def _pair(text: str, years: tuple[int, ...]) -> tuple[int, int]:
    """The year asked about and the one it is compared with: with "than" as they are said, else the later one first."""
    if len(years) == 1:
        return years[0], years[0] - 1
    first, second = years[:2]
    return (first, second) if re.search(r"\bthan\b", text, re.IGNORECASE) else (max(years), min(years))


def _name(text: str) -> str | None:
    """What is left of a question when what compares is taken away; `None` where that names nothing."""
    name = " ".join(_YEAR.sub(" ", re.sub(r"[?,.;:]", " ", _YES_OR_NO.sub(" ", text))).split())
    return name if telling_words(name) else None
