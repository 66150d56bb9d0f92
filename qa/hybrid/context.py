"""A table seen as numbers in rows and columns, with the text around it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

import Stemmer

from qa.lookup.words import telling_words
from retrieval.document import Cell, Page, Table, Text
from retrieval.loading.periods import years_in
from retrieval.quantity import cell_quantities, parse_quantities

_SHORT_YEAR = re.compile(r"\b(?:FY|CY)\s?['’]?(\d\d)\b|['’](\d\d)\b", re.IGNORECASE)
_TOTAL = re.compile(r"\btotal\b", re.IGNORECASE)
_TELLING_DIGITS = 3  # fewer agree by chance
_STEMMER = Stemmer.Stemmer("english")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the table.

    Attributes:
        cell: where it stands.
        value: as displayed, sign applied, scale not.
        row: of the grid.
        column: which of the table's columns of numbers, from 0.
    """

    cell: Cell
    value: Decimal
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What names a row or a column.

    Attributes:
        text: of the label itself, or of the lowest header.
        words: stems of the label's own words.
        above: stems of the words of the headings over it.
        years: the fiscal years that it names, itself or by the headings over it.
        cell: where it stands; `None` for a row without a label.
    """

    text: str
    words: frozenset[str]
    above: frozenset[str]
    years: frozenset[int]
    cell: Cell | None


@dataclass(frozen=True, slots=True)
class Group:
    """Labels that stand together, the heading over them and the total under them; either may be empty."""

    title: str
    total: str
    cells: tuple[Cell, ...]


class Context:
    """A table of a page, ready to be asked."""

    def __init__(self, page: Page, table: Table, name: str = "") -> None:
        """Reads the numbers of a table.

        Args:
            page: where it stands; its other text is read too.
            table: one of the page's.
            name: for telling contexts apart.
        """
        self.page = page
        self.table = table
        self.name = name

    @cached_property
    def figures(self) -> dict[tuple[int, int], Figure]:
        """The numbers by row and column."""
        found: dict[tuple[int, int], Figure] = {}
        for cell in self.table.cells:
            quantities = cell_quantities(cell.text) if cell.role == "value" else []
            if quantities:
                column = self._column_of(cell)
                found.setdefault((cell.row, column), Figure(cell, quantities[0].value, cell.row, column))
        return found

    @cached_property
    def rows(self) -> dict[int, Heading]:
        """What names each row that holds numbers."""
        labels = {cell.row: cell for cell in self.table.cells if cell.role == "label"}
        rows: dict[int, Heading] = {}
        for figure in self.figures.values():
            if figure.row not in rows:
                rows[figure.row] = _heading(figure.cell.row_path, labels.get(figure.row))
        return rows

    @cached_property
    def columns(self) -> dict[int, Heading]:
        """What names each column of numbers: the headers over its first number."""
        headers = [cell for cell in self.table.cells if cell.role == "header"]
        columns: dict[int, Heading] = {}
        for figure in self.figures.values():
            if figure.column in columns:
                continue
            path = tuple(part for part in figure.cell.column_path if not _UNITS.search(part)) if headers else ()
            over = [h for h in headers if h.column < figure.cell.column_end and figure.cell.column < h.column_end]
            named = [cell for cell in over if cell.row < figure.row and not _UNITS.search(cell.text)]
            nearest = max(named, key=lambda cell: (bool(fiscal_years(cell.text)), cell.row), default=None)
            columns[figure.column] = _heading(path, nearest)
        return columns

    @cached_property
    def groups(self) -> list[Group]:
        """The labels that stand together: under a heading, or over a total; both may name them."""
        groups: list[Group] = []
        title, cells = "", list[Cell]()
        for cell in self.table.cells:
            if cell.role != "label":
                continue
            heads = cell.row not in self.rows
            if not heads and not _TOTAL.search(cell.text):
                cells.append(cell)
                continue
            if cells:
                groups.append(Group(title, "" if heads else cell.text, tuple(cells)))
            title, cells = (cell.text if heads else ""), []
        return [*groups, *([Group(title, "", tuple(cells))] if cells else [])]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The stems of all headings."""
        headings = [*self.rows.values(), *self.columns.values()]
        return frozenset().union(*(heading.words | heading.above for heading in headings)) if headings else frozenset()

    @cached_property
    def text(self) -> str:
        """The page's text without its tables."""
        parts = [self.page.text[b.start : b.end] for b in self.page.blocks if isinstance(b, Text)]
        return "\n".join(parts)

    @cached_property
    def restated_scale(self) -> int | None:
        """The power of ten by which the text says the table's numbers again, as in `24,193` and "$24.2 million"."""
        votes: Counter[int] = Counter()
        values = {abs(figure.value) for figure in self.figures.values() if abs(figure.value) >= 10}
        for quantity in parse_quantities(self.text):
            said = abs(quantity.scaled)
            if len(quantity.value.normalize().as_tuple().digits) < _TELLING_DIGITS or quantity.unit == "percent":
                continue
            unit = Decimal(1).scaleb(int(quantity.value.as_tuple().exponent) + quantity.scale)
            for scale in (0, 3, 6, 9):
                if any(abs(value.scaleb(scale) - said) <= unit / 2 for value in values):
                    votes[scale] += 1
        best = votes.most_common(1)
        return best[0][0] if best else None

    @cached_property
    def _bands(self) -> list[tuple[int, int]]:
        """The columns of numbers as grid columns [start, end): values that overlap stand in one."""
        bands: list[tuple[int, int]] = []
        for start, end in sorted({(c.column, c.column_end) for c in self.table.cells if c.role == "value"}):
            if bands and start < bands[-1][1]:
                bands[-1] = (bands[-1][0], max(end, bands[-1][1]))
            else:
                bands.append((start, end))
        return bands

    def _column_of(self, cell: Cell) -> int:
        return next(i for i, (start, end) in enumerate(self._bands) if start <= cell.column < end)


_UNITS = re.compile(r"^\W*$|\bin\s?(?:thousand|million|billion)|^\W*(?:thousand|million|billion)s?\W*$", re.IGNORECASE)


def fiscal_years(text: str) -> set[int]:
    """The years that a heading or a question names, `FY19` among them."""
    short = {2000 + int(match[1] or match[2]) for match in _SHORT_YEAR.finditer(text)}
    return years_in(text) | {year for year in short if year < 2050}


@lru_cache(maxsize=100_000)
def stems(text: str) -> frozenset[str]:
    """The stems of the words of a heading or a question that tell one line item from another."""
    return frozenset(_STEMMER.stemWords(sorted(telling_words(text))))


def _heading(path: tuple[str, ...], cell: Cell | None) -> Heading:
    """A heading from what stands over a number, top first, and the cell that is nearest to it."""
    own = cell.text if cell is not None else path[-1] if path else ""
    above = tuple(part for part in path if part != own)
    lowest = next((years for part in reversed(path) if (years := fiscal_years(part))), set())
    return Heading(
        text=own,
        words=stems(own),
        above=frozenset().union(*(stems(part) for part in above)) if above else frozenset(),
        years=frozenset(lowest),
        cell=cell,
    )
