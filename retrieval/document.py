"""What a parsed filing is made of. Plain frozen data; the parsers in `retrieval.loading` make it.

Every position counts characters of its page's text, so `page.text[cell.start:cell.end] == cell.text`
for each cell, and the same for each block.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

Statement = Literal["balance sheet", "cash flow statement", "income statement", "comprehensive income statement"]
STATEMENTS: tuple[Statement, ...] = get_args(Statement)
FISCAL_YEARS = range(1900, 2101)  # which people may say
QUARTERS = range(1, 4)  # of quarterly reports; the fourth has none


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a PDF page, in points from the page's top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def union(self, other: "Box") -> "Box":
        """The smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included, or one day (`start` is `None`) for what is true at an instant."""

    start: date | None
    end: date

    @property
    def days(self) -> int:
        """Length in days; 0 for an instant."""
        return 0 if self.start is None else (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Fact:
    """One inline-XBRL number (`ix:nonFraction`), as the filing tags it.

    Attributes:
        concept: qualified name, such as `us-gaap:Assets`.
        value: with scale and sign applied; `None` where the fact is nil or its text is no number.
        text: the characters inside the tag, as displayed (without the parentheses around it).
        unit: `USD`, `shares`, `USD/shares`, `pure`, ...
        scale: the power of ten that the displayed number is multiplied by.
        negated: whether the tag flips the sign.
        period: the context's period.
        dimensions: (axis, member) pairs; empty for the filing's own totals.
        start: first character of `text` in the page.
    """

    concept: str
    value: Decimal | None
    text: str
    unit: str
    scale: int
    negated: bool
    period: Period
    dimensions: tuple[tuple[str, str], ...]
    start: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; what belongs together visually (`$`, `(1,234`, `)`) is one cell.

    Attributes:
        text: as displayed.
        row: row of the grid, from 0.
        column: first column of the grid that it covers, from 0.
        column_end: one past its last column.
        start: first character in the page's text.
        role: `label` (names a row), `header` (names columns), `value`, or `note` (anything else).
        row_path: headings above the row down to its label; empty for headers.
        column_path: headers above the cell, top first; empty for labels.
        period: when the value holds, from headers, captions and title.
        unit: `USD`, `EUR`, `shares`, `USD/shares`, `percent`, ... where the table says it; `/shares` of an amount per
            share whose currency is unknown.
        scale: power of ten that the displayed number is to be multiplied by (6 for "in millions").
        box: where it stands, for PDFs.
        facts: the inline-XBRL facts inside it.
    """

    text: str
    row: int
    column: int
    column_end: int
    start: int
    role: Literal["label", "header", "value", "note"]
    row_path: tuple[str, ...] = ()
    column_path: tuple[str, ...] = ()
    period: Period | None = None
    unit: str | None = None
    scale: int = 0
    box: Box | None = None
    facts: tuple[Fact, ...] = ()

    @property
    def end(self) -> int:
        """One past its last character in the page's text."""
        return self.start + len(self.text)

    @property
    def is_money(self) -> bool:
        """Whether its unit is a currency."""
        return self.unit is not None and len(self.unit) == 3

    @property
    def is_per_share(self) -> bool:
        """Whether it is an amount per share, of whatever currency."""
        return self.unit is not None and self.unit.endswith("/shares")


@dataclass(frozen=True, slots=True)
class Text:
    """A heading or paragraph: characters [start, end) of the page. `level` is 1 to 6 for headings, else 0."""

    start: int
    end: int
    level: int = 0
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: characters [start, end) of the page, its cells in reading order.

    Attributes:
        title: caption, or the heading or sentence that introduces it; may be empty.
        unit_line: what the table says of its units, such as "(In millions, except per share data)".
        statement: the primary statement that it is, or is a piece of.
    """

    start: int
    end: int
    cells: tuple[Cell, ...]
    title: str = ""
    unit_line: str = ""
    statement: Statement | None = None


Block = Text | Table


@dataclass(frozen=True, slots=True)
class Word:
    """Characters [start, end) of the page and where they stand."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its text, the blocks in reading order (they do not overlap), and word boxes for PDFs.

    `number` counts from 1. `width` and `height` are in points, 0 where the source has no pages.
    """

    number: int
    text: str
    blocks: tuple[Block, ...]
    words: tuple[Word, ...] = ()
    width: float = 0.0
    height: float = 0.0

    @property
    def tables(self) -> tuple[Table, ...]:
        """The blocks that are tables."""
        return tuple(block for block in self.blocks if isinstance(block, Table))


@dataclass(frozen=True, slots=True)
class Identity:
    """Who filed what for when, as the filing says; a field that it does not say is `None` or empty.

    Attributes:
        company: name as the filing gives it.
        ticker: trading symbol.
        cik: SEC's number of the filer, ten digits.
        former_names: earlier names that the cover page states.
        form: `10-K`, `10-K/A`, `10-Q`, `8-K`, ...
        fiscal_year: the company's own count, which need not be the calendar's.
        quarter: 1 to 3 for a quarterly report, `None` for a whole year.
        period_end: last day of the reported period.
    """

    company: str | None = None
    ticker: str | None = None
    cik: str | None = None
    former_names: tuple[str, ...] = ()
    form: str | None = None
    fiscal_year: int | None = None
    quarter: int | None = None
    period_end: date | None = None

    @property
    def amended(self) -> bool:
        """Whether this is an amendment (`10-K/A`)."""
        return (self.form or "").endswith("/A")

    @property
    def annual(self) -> bool:
        """Whether this is an annual report."""
        return (self.form or "").startswith(("10-K", "20-F", "40-F"))

    def is_form(self, name: str) -> bool:
        """Whether a form of this name is meant, in whatever case: `10-K` has amendments with it, `10-K/A` is those only."""
        form = (self.form or "").upper()
        return name.upper() in (form, form.removesuffix("/A"))

    @property
    def period_name(self) -> str:
        """`FY2023` or `Q2 FY2023`; empty where unknown."""
        if self.fiscal_year is None:
            return ""
        return f"FY{self.fiscal_year}" if self.quarter is None else f"Q{self.quarter} FY{self.fiscal_year}"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed filing.

    Attributes:
        id: 16 hexadecimal digits of the content and identity together, so that the same text
            filed by another company or for another year is another document.
        title: for people, such as "3M CO 10-K FY2018".
        identity: company, form and period.
        source: the path or address it was read from.
        pages: at least one.
    """

    id: str
    title: str
    identity: Identity
    source: str
    pages: tuple[Page, ...]

    def tagged_values(self) -> dict[tuple[int, int], Cell]:
        """The table values that carry one XBRL fact each, by page number and first character."""
        return {
            (page.number, cell.start): cell
            for page in self.pages
            for table in page.tables
            for cell in table.cells
            if cell.role == "value" and len(cell.facts) == 1
        }
