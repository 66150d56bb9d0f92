"""What a question asks of a table: a line item in words, and a period."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from qa.lookup.words import telling_words
from retrieval.currency import currency_in
from retrieval.document import Cell, Identity, Period
from retrieval.fiscal_periods import named_periods
from retrieval.loading.periods import read_dates, years_in
from retrieval.query import Query
from retrieval.vocabulary.labels import normalised_label
from retrieval.vocabulary.line_items import LineItem
from retrieval.vocabulary.named import named_items, named_synonyms

_YEAR_DAYS, _QUARTER_DAYS, _MONTH = 365.25, 91.3, 30
YEAR = 300  # days; shorter periods are parts of a year
_QUARTER = range(75, 105)  # days
_AT_AN_INSTANT = re.compile(
    r"\b(?:as\s+of|at\s+(?:the\s+)?(?:fiscal\s+)?(?:year[\s-]*|quarter[\s-]*)?end|year[\s-]end|at\s+(?:january|february|march|april|may|june|july|august|"
    r"september|october|november|december))\b",
    re.IGNORECASE,
)
_LOOKS_BACK = 3  # years: a statement of equity opens with the balance of three years ago
_NEAR = 8  # days between two ends that mean the same
_SAME_LENGTH = 20  # days between two lengths that mean the same
_CORE = re.compile(r"\b(?:what|how\s+much|how\s+many)\b[^?]*\?", re.IGNORECASE)  # what else is said says how to answer
_UNIT_WANTED = re.compile(
    r"\(?\b(?:in|as)\s+(?:usd|us\$|\$|a\s+%|%)?\s*(?:thousands|millions|billions|%)?\)", re.IGNORECASE
)
_REPORTED_BY = re.compile(r"\b(?:reported|recorded|disclosed|posted)\s+by\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\b(?:chang\w*|increas\w*|decreas\w*|grow\w*|grew|declin\w*|rose|rise\w*|fell|fall\w*|drop\w*|variance|vs|versus)\b",
    re.IGNORECASE,
)
_QUARTERLY = re.compile(r"\b(?:quarters?|first|second|third|fourth|(?:three|3)\s+months|q[1-4])\b", re.IGNORECASE)
_WHOLE_YEAR = re.compile(r"\b(?:full|whole|entire|fiscal)\s+year\b", re.IGNORECASE)
_DAY = re.compile(r"\b[A-Z][a-z]+\.?\s+\d{1,2},?(?=\s+(?:19|20)\d\d\b)")
_BALANCE_THEN = re.compile(r"\b(?:beginning|opening|balances?)\b", re.IGNORECASE)
_PER_SHARE = re.compile(r"\beps\b|\bper\s+(?:\w+\s+){0,2}share\b", re.IGNORECASE)
_PER = re.compile(r"\bper\s+(?!(?:\w+\s+){0,2}share\b)(\w+)", re.IGNORECASE)
_IN_CURRENCY = re.compile(
    r"\bin\s+(?:(?:thousands|millions|billions)\s+of\s+)?([a-z]+(?:\s+(?:dollars|francs|pounds))?)\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_PLACES = frozenset(
    "africa america apac argentina asia australia austria belgium brazil canada chile china colombia denmark emea europe "
    "finland france germany greece hong india indonesia international ireland israel italy japan kingdom kong korea latin "
    "malaysia mexico netherland norway pacific philippine poland portugal russia singapore spain sweden switzerland taiwan "
    "thailand ukraine vietnam zealand".split()
)
_SHARES = re.compile(
    r"\bshares?\s+(?:counts?|outstanding|used)\b|\bnumber\s+of\s+(?:[\w-]+\s+){0,4}shares\b"
    r"|\bweighted[\s-]+average\s+(?:(?:number|of|common|ordinary|basic|diluted|and)\s+)*shares\b|\bdiluted\s+shares\b",
    re.IGNORECASE,
)
_RATES = frozenset(("rate", "margin", "ratio", "percent", "percentage"))
_TOTAL = frozenset(("total",))
_VERBS = frozenset(("make", "made", "come", "came"))
_FILLERS = _VERBS | {"segment", "division"}
_NAMED_SEGMENT = re.compile(  # "the Data Center segment" is also named without the word, "segment assets" are a line of their own
    r"\b(?!(?:a|adjusted|all|are|average|business|by|combined|each|every|is|its|of|operating|our|per|reportable|s|the|their"
    r"|total|was|were)\b)[a-z]+\s+(?:segment|division)\b",
    re.IGNORECASE,
)
_KINDS_OF_SHARE = frozenset(("basic", "diluted"))
_PAID = re.compile(r"\b(?:pay|paid|spend|spent)\b", re.IGNORECASE)
_PAYMENTS = ("Payments", "Repayments")  # so begin the names of concepts that are outflows
COMPANIES = 2  # that print a label before it is taken for the item's

# `ends then`, `starts then`: a balance is asked for, and the number's column is of a span that ends or starts with it.
Fit = Literal["yes", "no", "unsaid", "ends then", "starts then"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as tables are searched for it.

    Attributes:
        words: of the line item, as labels are compared with them.
        called: for each name of a line item in the question its words, and those of each label that filings print for it.
        text: the question as labels are normalised.
        period: where the question gives its last day; `start` is `None` where it does not say its length.
        instant: whether a balance is asked for.
        flow: whether it names line items that last for a time, as those of income statements, and no others.
        query: what else the question names.
        paid: whether it speaks of a payment, whose amount is meant, not the sign of its cash flow.
        change: whether it speaks of a change.
        per_share: whether it asks for an amount per share.
        shares: whether it asks for how many shares there are, though perhaps those "used in computing earnings per share".
        plain: whether it names line items and nothing else.
        parts: words of what else it names, such as a segment, a product or a place, or by what it divides, as "per
            employee".
        currency: in which it wants the amount, where it says so at its end.
    """

    words: frozenset[str]
    called: tuple[tuple[frozenset[str], frozenset[frozenset[str]]], ...]
    text: str
    period: Period | None
    instant: bool
    query: Query
    flow: bool = False
    paid: bool = False
    change: bool = False
    per_share: bool = False
    shares: bool = False
    plain: bool = False
    parts: frozenset[str] = frozenset()
    currency: str | None = None


def asked_of(query: Query) -> Asked:
    """What a question asks of a table."""
    text = query.text_without(mention for mention in query.mentions if mention.companies)
    phrase = read_dates(text)
    text = _REPORTED_BY.sub(" ", _UNIT_WANTED.sub(" ", ([*_CORE.findall(text)] or [text])[-1]))
    named = named_synonyms(text)
    called = tuple((telling_words(name), _labels(items)) for name, items in named)
    period = phrase.period() if phrase.day else None
    words = telling_words(text) - (_FILLERS if _NAMED_SEGMENT.search(text) else _VERBS)
    shares = bool(_SHARES.search(text))
    plain = words <= _TOTAL.union(*(name for name, _ in called))
    others = [mention.text for mention in query.mentions if not mention.companies]
    undated = period is None and query.quarter is None  # a balance is then that of the year's end
    return Asked(
        words=words,
        called=called,
        text=normalised_label(text),
        period=period,
        instant=bool(_AT_AN_INSTANT.search(query.text)) or (plain and undated and is_balance(text)),
        query=query,
        flow=bool(named) and all(item.statement not in ("", "balance sheet") for _, items in named for item in items),
        paid=bool(_PAID.search(text))
        or any(item.concept.startswith(_PAYMENTS) for _, items in named for item in items),
        change=bool(_CHANGE.search(query.text)),
        per_share=bool(_PER_SHARE.search(text)) and not shares,
        shares=shares,
        plain=bool(called) and plain,
        parts=words & (_PLACES | telling_words(" ".join((*others, *_PER.findall(text))))),
        currency=currency_in(wanted[1]) if (wanted := _IN_CURRENCY.search(query.text)) else None,
    )


def is_balance(name: str) -> bool:
    """Whether a figure's name is one of line items of the balance sheet only, and not of a change of them."""
    named = named_items(name)
    return bool(named) and all(item.statement == "balance sheet" for item in named) and not _CHANGE.search(name)


def _labels(items: Iterable[LineItem]) -> frozenset[frozenset[str]]:
    """The words of the labels that several companies print for some line items."""
    companies: Counter[frozenset[str]] = Counter()
    for item in items:
        for label, count in item.labels.items():
            companies[telling_words(label)] += count
    return frozenset(words for words, count in companies.items() if count >= COMPANIES)


def same_day(one: date | None, other: date | None) -> bool:
    """Whether two days, both known, mean the same end of a period."""
    return one is not None and other is not None and abs((one - other).days) <= _NEAR


def fits(cell: Cell, identity: Identity, asked: Asked) -> Fit:
    """Whether a value is of the kind and of the period asked for."""
    if _is_of_another_kind(cell, asked):
        return "no"
    if asked.period is not None:
        return _fits_date(cell, asked.period, identity, asked)
    own, query = cell.period, asked.query
    unsaid = own is None or not (own.days or asked.instant)  # how long the period is
    if unsaid and query.quarter is not None and identity.annual and not _QUARTERLY.search(_column(cell)):
        return "no"
    if own is None:
        return _fits_undated(cell, identity, asked)
    if own.days and not asked.instant and not _fits_length(own, identity, query):
        return "no"
    if query.fiscal_years and _fiscal_quarter(own.end, identity)[0] not in query.fiscal_years:
        return "no"
    if not own.days and query.fiscal_years and _ends_another(own.end, identity, query):
        return "no"
    return "ends then" if own.days and asked.instant else "yes"


def _fits_undated(cell: Cell, identity: Identity, asked: Asked) -> Fit:
    """Whether a value is of the period asked for, where its table gives no date: by what heads its column."""
    column, query = _column(cell), asked.query
    if _names_another_part(column, asked):
        return "no"
    if not query.fiscal_years:
        return "unsaid"
    years = years_in(column)
    if years:
        return "yes" if years & set(query.fiscal_years) else "no"
    if set(query.fiscal_years) & years_in(" ".join(cell.row_path[-1:])):
        return "unsaid"
    if not identity.annual and identity.quarter not in (None, query.quarter) and not query.within_year:
        return "no"  # a quarterly report's figures are of its quarter, where it does not say when
    return "unsaid" if any(_may_report(identity, year, cell) for year in query.fiscal_years) else "no"


def _fits_date(cell: Cell, wanted: Period, identity: Identity, asked: Asked) -> Fit:
    """Whether a value is of a period that the question names by its last day."""
    own = cell.period
    if own is None:
        years = _column_years(cell)
        may = wanted.end.year in years if years else _may_report(identity, wanted.end.year, cell)
        return "unsaid" if may else "no"
    if same_day(own.end, wanted.end):
        if own.days and asked.instant:
            return "ends then"
        return "yes" if 0 in (own.days, wanted.days) or abs(own.days - wanted.days) <= _SAME_LENGTH else "no"
    begins = asked.instant and same_day(own.start, wanted.end) and _BALANCE_THEN.search(" ".join(cell.row_path))
    return "starts then" if begins else "no"


def _may_report(identity: Identity, year: int, cell: Cell) -> bool:
    """Whether a filing may mean a year where a table says nothing of periods: one of its last, or one that its row names."""
    end = identity.period_end
    return end is None or end.year - _LOOKS_BACK <= year <= end.year or year in years_in(" ".join(cell.row_path))


def _is_of_another_kind(cell: Cell, asked: Asked) -> bool:
    """Whether a value is a change where none is asked for, money where a rate is, or of the other thing that shares have."""
    label = telling_words(cell.row_path[-1]) if cell.row_path else frozenset()
    of_share = (label - asked.words) & _KINDS_OF_SHARE and asked.words & _KINDS_OF_SHARE - label
    return bool(
        (not asked.change and _CHANGE.search(_column(cell)))
        or (cell.is_money and asked.words & _RATES and not label & _RATES)
        or (cell.is_money and asked.currency not in (None, "USD", cell.unit))
        or (asked.per_share and (cell.unit == "shares" or cell.is_money))
        or (asked.shares and cell.is_per_share)
        or ((asked.per_share or asked.shares) and of_share)
    )


def _fits_length(own: Period, identity: Identity, query: Query) -> bool:
    """Whether a value is of a quarter where the question names one, else of a year.

    A quarterly report has no fiscal year's figures: its longest spans are of the year so far, or of the last twelve months.
    """
    if query.quarter is not None:
        return own.days in _QUARTER
    return own.days >= YEAR if identity.annual else not query.fiscal_years


def _names_another_part(column: str, asked: Asked) -> bool:
    """Whether a column is headed "Second Quarter 2023" or "Six Months 2023", and another quarter or a whole year is asked for.

    The balance at the end of the fourth quarter is that of the year.
    """
    query = asked.query
    if query.within_year or not (query.fiscal_years or query.quarter) or _WHOLE_YEAR.search(column):
        return False
    quarter, within_year = _part_named(column)
    if quarter is not None:
        return quarter != query.quarter and not (quarter == 4 and query.quarter is None and asked.instant)
    return within_year and bool(years_in(column)) and (query.quarter is None or not _QUARTERLY.search(column))


@lru_cache(maxsize=10_000)
def _part_named(column: str) -> tuple[int | None, bool]:
    """The quarter that a column's head names, and whether it names another part of a year; days say neither."""
    named = named_periods(_DAY.sub(" ", column), ())
    return named.quarter, named.within_year


def _ends_another(day: date, identity: Identity, query: Query) -> bool:
    """Whether another quarter ends on a day than the one asked for, which in a quarterly report is else the year's last."""
    wanted = query.quarter or (None if identity.annual else 4)
    _, quarter = _fiscal_quarter(day, identity)
    return None not in (wanted, quarter) and quarter != wanted


def _fiscal_quarter(day: date, identity: Identity) -> tuple[int, int | None]:
    """The fiscal year that a day lies in, and its quarter that ends about then; `None` where none does.

    Quarters have 11 to 17 weeks, so that an end may be a month from where those of 13 weeks would have it.
    """
    end, year = identity.period_end, identity.fiscal_year
    if end is None or year is None:
        return day.year, None
    if identity.quarter is None and not identity.annual:
        return year - round((end - day).days / _YEAR_DAYS), None
    before = (end - day).days + (4 - (identity.quarter or 4)) * _QUARTER_DAYS  # the fiscal year's end
    if before < -_MONTH:
        return year - round(before / _YEAR_DAYS), None
    back, rest = divmod(before + _MONTH, _YEAR_DAYS)
    after, apart = divmod(rest, _QUARTER_DAYS)
    return year - int(back), 4 - int(after) if apart <= 2 * _MONTH and after < 4 else None


def _column_years(cell: Cell) -> set[int]:
    return years_in(_column(cell))


def _column(cell: Cell) -> str:
    return " ".join(cell.column_path)
