"""Of what period a table's values are: what their column, their row and what stands around them say of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.document import Cell, Period
from retrieval.loading.parsed import RawCell
from retrieval.loading.periods import DatePhrase, dates_in, is_period, read_dates, years_in

_DUE = re.compile(
    r"\b(?:due|matur(?:es|ing|ity)|expir(?:es|ing)|through|until)\b", re.IGNORECASE
)  # no period of a figure


@dataclass(frozen=True, slots=True)
class Around:
    """What is said of periods around a value.

    Attributes:
        phrase: what holds where its column does not say.
        days: of each year that heads a column, the day of it that the text before the table names.
    """

    phrase: DatePhrase
    days: Mapping[int, date]


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
    column = read_dates(" ".join(column_path))
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


def years_of_rows(cells: Sequence[Cell]) -> dict[int, int]:
    """By row the year of the last row above that names a year alone, as where years stand one above the other."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        rows[cell.row].append(cell)
    years: dict[int, int] = {}
    year: int | None = None
    for number in sorted(rows):
        row = rows[number]
        if is_period(row[0].text):
            year = read_dates(row[0].text).year if len(row) == 1 else None
        elif row[0].role == "header":
            year = None
        elif year is not None:
            years[number] = year
    return years
