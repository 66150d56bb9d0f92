"""What a question names: companies, fiscal years, a quarter, a form, line items, statements."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.document import Identity, Statement
from retrieval.names import capitalised_names, name_words, named_companies
from retrieval.vocabulary.line_items import LineItem
from retrieval.vocabulary.named import named_items, named_statements

_YEAR = re.compile(r"\b(?:FY|fiscal(?:\s+year)?|fy)?\s*['’]?((?:19|20)\d\d)\b", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"\b(?:FY|fiscal(?:\s+year)?)\s*['’]?(\d\d)\b", re.IGNORECASE)
_QUARTER = re.compile(r"\bQ([1-4])\b|\b(first|second|third|fourth)[\s-]+(?:fiscal[\s-]+)?quarter\b", re.IGNORECASE)
_FORM = re.compile(r"\b(10-K(?:/A)?|10-Q(?:/A)?|8-K|20-F|40-F|6-K)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december)\s+\d{1,2},?\s+"
    r"((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_MONTHS = ("january february march april may june july august september october november december").split()
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


@dataclass(frozen=True, slots=True)
class Query:
    """A question and what it names.

    Attributes:
        text: the question.
        companies: companies of the index that it names, as the index names them.
        fiscal_years: years that it names, in order.
        quarter: 1 to 4.
        form: `10-K`, ...
        names: other capitalised phrases in it, which may be companies that the index does not hold.
        items: line items that it names or that its measure needs.
        statements: primary statements to look at.
    """

    text: str
    companies: tuple[str, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    quarter: int | None = None
    form: str | None = None
    names: tuple[str, ...] = ()
    items: tuple[LineItem, ...] = ()
    statements: tuple[Statement, ...] = ()


def parse_query(question: str, identities: Iterable[Identity]) -> Query:
    """What `question` names, in terms of the filings that the index holds.

    Args:
        question: any text.
        identities: of the documents in the index.
    """
    known = list(identities)
    companies = named_companies(question, known)
    taken = {word for company in companies for word in name_words(company)}
    tickers = {identity.ticker for identity in known if identity.company in companies}
    quarter = _QUARTER.search(question)
    form = _FORM.search(question)
    items = named_items(question)
    return Query(
        text=question,
        companies=companies,
        fiscal_years=_fiscal_years(question, [i for i in known if not companies or i.company in companies]),
        quarter=None if quarter is None else int(quarter[1] or _ORDINALS[quarter[2].lower()]),
        form=form[1].upper() if form else None,
        names=tuple(
            name for name in capitalised_names(question) if name not in tickers and not set(name_words(name)) & taken
        ),
        items=items,
        statements=named_statements(question, items),
    )


def _fiscal_years(question: str, identities: list[Identity]) -> tuple[int, ...]:
    """The years named, as fiscal years: "the year ended January 28, 2023" is the company's 2022 where it says so."""
    found: dict[int, int] = {}
    for match in _DATE.finditer(question):
        month, year = _MONTHS.index(match[1].lower()) + 1, int(match[2])
        found[match.start(2)] = _fiscal_year_of(month, year, identities)
    for match in _YEAR.finditer(question):
        found.setdefault(match.start(1), int(match[1]))
    for match in _SHORT_YEAR.finditer(question):
        found.setdefault(match.start(1), 2000 + int(match[1]))
    return tuple(dict.fromkeys(found[place] for place in sorted(found)))


def _fiscal_year_of(month: int, year: int, identities: list[Identity]) -> int:
    for identity in identities:
        end, fiscal = identity.period_end, identity.fiscal_year
        if end is not None and fiscal is not None and identity.quarter is None and abs(end.month - month) <= 1:
            return year - (end.year - fiscal)
    return year
