"""Of what period a table's values are: what their column, their row and what stands around them say of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.document import Cell, Period
from retrieval.loading.parsed import RawCell
from retrieval.loading.periods import DatePhrase, dates_in, is_period, read_dates, years_in

# When something is due is no period of its amount.
_DUE = re.compile(r"\b(?:due|matur(?:es|ing|ity)|expir(?:es|ing)|through|until)\b", re.IGNORECASE)
NAMED_QUARTER = re.compile(r"\b(?:(?:first|second|third|fourth)\s+quarters?|[1-4]q|q[1-4])\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Around:
    """What is said of periods around a value.

    Attributes:
        phrase: what holds where its column does not say.
        days: of each year that heads a column, the day of it that the text before the table names.
    """

    phrase: DatePhrase
    days: Mapping[int, date]

    def under(self, row: str, stub: DatePhrase) -> Around:
        """Below a row that names a period and no more, where the head of the label column says `stub`.

        Below a quarter by its name nothing is known: the day that is named before the table may be of another one.
        """
        if NAMED_QUARTER.search(row):
            return Around(DatePhrase(), {})
        return replace(self, phrase=read_dates(row).filled_from(stub.filled_from(self.phrase)))


def _names_period(label: str) -> bool:
    """Whether a label names a period and nothing else: a date, a year, or a quarter of a year."""
    return is_period(label) or bool(NAMED_QUARTER.search(label) and is_period(NAMED_QUARTER.sub(" ", label)))


def said_before(lead: str, headers: Sequence[RawCell | Cell]) -> Around:
    """What the text before a table says of its periods.

    A fiscal year 2023 may end on January 28, 2024; "2023" and that day together would be a year too early, so dates of
    none of the columns' years say nothing. "As of September 30, 2023 and December 31, 2022" stands over columns that are
    headed "2023" and "2022" and gives each its day.
    """
    years = years_in(" ".join(cell.text for cell in headers))
    days = {day.year: day for day in dates_in(lead)}
    strange = years and days and not years & days.keys()
    return Around(DatePhrase() if strange else read_dates(lead), days if days.keys() == years else {})


def period_of(column_path: tuple[str, ...], row_path: tuple[str, ...], around: Around) -> Period | None:
    """When a value holds: its column says, completed by what stands around; else its row; else the latter alone."""
    heads = " ".join(column_path)
    column = read_dates(heads)
    if NAMED_QUARTER.search(heads) and column.month is None:
        return None  # the day before the table may be of another quarter
    phrase = column
    label = row_path[-1] if row_path else ""
    if column.year is None and not _DUE.search(label):
        row = read_dates(label)
        if row.year is not None and row.month is not None:
            phrase = row
    if phrase.year is None and (phrase.month is None or around.phrase.year is None):
        return around.phrase.period() if around.phrase.year is not None and phrase == DatePhrase() else None
    period = phrase.filled_from(around.phrase).period()
    day = around.days.get(phrase.year) if period is None and phrase.year and phrase.month is None else None
    return period if day is None else Period(None, day)


def periods_over_rows(rows: Sequence[Sequence[RawCell | Cell]], headers: Collection[int]) -> list[str]:
    """Of each row the last one above that names a period alone, as where years or quarters stand one above the other.

    Args:
        rows: cells by row, none empty.
        headers: positions of the rows that name columns; the first of several ends what stood over the rows before.
    """
    over = []
    period = ""
    for number, row in enumerate(rows):
        text = row[0].text
        if _names_period(text):
            period = text if len(row) == 1 else ""
        elif number in headers and number - 1 not in headers:
            period = ""
        over.append(period)
    return over
