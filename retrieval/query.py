"""What a question names: companies, fiscal years, a quarter, a form, line items, statements."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.document import Identity, Statement
from retrieval.fiscal_periods import named_periods
from retrieval.mentions import Mention, mentions
from retrieval.names import name_book
from retrieval.vocabulary.line_items import LineItem
from retrieval.vocabulary.named import named_items, named_statements

_FORM = re.compile(r"\b(10-K(?:405|SB|T)?(?:/A)?|10-Q(?:/A)?|8-K|20-F|40-F|6-K)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """A question and what it names.

    Attributes:
        text: the question, with the year put in for "last year".
        companies: companies of the index that it names, as the index names them.
        fiscal_years: years that it names, in order.
        quarter: 1 to 4.
        within_year: whether it names more within a year than one quarter, such as six months or two quarters.
        form: `10-K`, ...
        mentions: the names in it, of these companies and others.
        items: line items that it names or that its measure needs.
        statements: primary statements to look at.
        assumed: how words such as "last year" were read.
    """

    text: str
    companies: tuple[str, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    quarter: int | None = None
    within_year: bool = False
    form: str | None = None
    mentions: tuple[Mention, ...] = ()
    items: tuple[LineItem, ...] = ()
    statements: tuple[Statement, ...] = ()
    assumed: tuple[str, ...] = ()

    def text_without(self, mentions: Iterable[Mention], *, instead: str = " ") -> str:
        """The question with a space, or what is given `instead`, in place of each of some of its mentions."""
        text = self.text
        for mention in sorted(mentions, key=lambda mention: -mention.start):
            text = f"{text[: mention.start]}{instead}{text[mention.end :]}"
        return text


def companies_called(said: str, identities: Iterable[Identity]) -> tuple[str, ...]:
    """The companies that go by a name or a ticker; as a company it may be one letter, which no question would mean."""
    known, ticker = list(identities), said.strip().upper()
    named = {each.company for each in known if each.company and (each.ticker or "").upper() == ticker}
    return parse_query(said, known).companies or tuple(sorted(named))


def parse_query(question: str, identities: Iterable[Identity]) -> Query:
    """What `question` names, in terms of the filings that the index holds.

    Args:
        question: any text.
        identities: of the documents in the index.
    """
    known = list(identities)
    book = name_book(frozenset(known))
    named = mentions(question, book)
    companies = {company for mention in named for company in mention.companies}
    periods = named_periods(question, [i for i in known if not companies or i.company in companies])
    if periods.text != question:
        named = mentions(periods.text, book)
    form = _FORM.search(question)
    items = named_items(question)
    return Query(
        text=periods.text,
        companies=tuple(dict.fromkeys(company for mention in named for company in mention.companies)),
        fiscal_years=periods.fiscal_years,
        quarter=periods.quarter,
        within_year=periods.within_year,
        form=form[1].upper() if form else None,
        mentions=named,
        items=items,
        statements=named_statements(question, items),
        assumed=periods.assumed,
    )
