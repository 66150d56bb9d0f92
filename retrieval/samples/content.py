"""What a sample filing is made of, before it is set as HTML, PDF or text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Amount = int | Decimal | None


@dataclass(frozen=True)
class Cover:
    """The facts of the cover page; `year_words` is the fiscal year as the company calls it."""

    company: str
    form: str
    fiscal_year: int
    period_end: date
    ticker: str
    cik: str
    file_number: str
    state: str
    exchange: str = "The Nasdaq Stock Market LLC"


@dataclass(frozen=True)
class Heading:
    """A part (1), item (2) or note (3)."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Prose."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column of numbers: its heading, and the period behind it (`start` is `None` for a balance)."""

    heading: str
    end: date
    start: date | None = None


@dataclass(frozen=True)
class Row:
    """A line of a statement.

    Attributes:
        label: its words.
        amounts: one a column; empty for a line that heads others.
        indent: 0 for headings and totals, 1 for items under them.
        concept: the XBRL concept; empty for none.
        per_share: whether amounts are dollars and cents.
        sign: -1 where the statement shows the concept's amount in parentheses.
        dollar: whether a currency sign stands before the amounts.
    """

    label: str
    amounts: tuple[Amount, ...] = ()
    indent: int = 1
    concept: str = ""
    per_share: bool = False
    sign: int = 1
    dollar: bool = False


@dataclass(frozen=True)
class Statement:
    """A table: its title, unit line, the words over all columns, columns and rows."""

    title: str
    unit_line: str
    over: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class PageBreak:
    """The next block begins a page."""


Block = Heading | Paragraph | Statement | PageBreak


@dataclass(frozen=True)
class Filing:
    """A cover and what follows it; `scale` is the power of ten of its statements."""

    name: str
    cover: Cover
    scale: int
    blocks: tuple[Block, ...]


def shown(amount: Amount, *, per_share: bool = False) -> str:
    """An amount as statements write it: `1,234`, `(56)`, `2.16`, a dash for zero."""
    if amount is None:
        return ""
    if not amount:
        return "—"
    digits = f"{abs(amount):,.2f}" if per_share else f"{abs(amount):,}"
    return f"({digits})" if amount < 0 else digits
