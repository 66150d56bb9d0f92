"""Dates and periods as headers, captions and covers write them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.document import Period

_MONTH_NAMES = ("january february march april may june july august september october november december").split()
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {name[:3]: i for i, name in enumerate(_MONTH_NAMES, 1)}
_MONTHS["sept"] = 9
_MONTH = r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?"
_DATE = re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:\s*,|\s)?\s*(?P<year>(?:19|20)\d\d)?\b", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b(?P<day>\d{{1,2}})\s+{_MONTH}(?:\s*,?\s+(?P<year>(?:19|20)\d\d))?\b", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>(?:19|20)\d\d|\d\d)\b")
_MONTH_YEAR = re.compile(rf"\b{_MONTH}\s*,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_COUNTS = {"three": 3, "six": 6, "nine": 9, "twelve": 12, "3": 3, "6": 6, "9": 9, "12": 12}
_LENGTH = re.compile(
    r"\b(?:(?P<months>three|six|nine|twelve|3|6|9|12)[\s-]+months?|(?P<weeks>\d\d|thirteen|twenty-six|thirty-nine|"
    r"fifty-two|fifty-three)[\s-]+weeks?|(?P<quarter>quarter(?:s|ly)?(?:\s+period)?)|(?P<year>fiscal\s+years?|years?))"
    r"\s+(?:period\s+)?end(?:ed|ing)\b",
    re.IGNORECASE,
)
_OF_PERIODS = frozenset(
    "as of at and for in the on fiscal year years period quarter ended unaudited audited restated".split()
)
_WEEKS = {"thirteen": 13, "twenty-six": 26, "thirty-nine": 39, "fifty-two": 52, "fifty-three": 53}


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """What a phrase says of a period; each field is `None` where it does not say. Its length is in months or weeks."""

    month: int | None = None
    day: int | None = None
    year: int | None = None
    months: int | None = None
    weeks: int | None = None

    def filled_from(self, other: DatePhrase) -> DatePhrase:
        """This phrase with what it lacks taken from `other`; a month and its day come together."""
        month, day = (self.month, self.day) if self.month else (other.month, other.day)
        length = self if self.months or self.weeks else other
        return DatePhrase(month, day, self.year or other.year, length.months, length.weeks)

    def period(self) -> Period | None:
        """The period, or `None` where month, day or year is missing."""
        if self.month is None or self.year is None:
            return None
        last = calendar.monthrange(self.year, self.month)[1]
        end = date(self.year, self.month, min(self.day or last, last))
        if self.weeks is not None:
            return Period(end - timedelta(weeks=self.weeks) + timedelta(days=1), end)
        return Period(None if self.months is None else _start(end, self.months), end)


def read_dates(text: str) -> DatePhrase:
    """What `text` says of one period; where it names several years, only what they share."""
    text = text[:2000]
    length = _LENGTH.search(text)
    months, weeks = _length(length) if length else (None, None)
    found = list(_DATE.finditer(text)) or list(_DAY_FIRST.finditer(text))
    if found:
        days = {(_MONTHS[m["month"].lower()], int(m["day"])) for m in found}
        month, day = next(iter(days)) if len(days) == 1 else (None, None)
        return DatePhrase(month, day, _only(years_in(text)), months, weeks)
    numeric = _NUMERIC_DATE.search(text)
    if numeric and 1 <= int(numeric["month"]) <= 12 and 1 <= int(numeric["day"]) <= 31:
        year = int(numeric["year"])
        year += 2000 if year < 100 else 0
        return DatePhrase(int(numeric["month"]), int(numeric["day"]), year, months, weeks)
    named = _MONTH_YEAR.search(text)
    if named:
        return DatePhrase(_MONTHS[named["month"].lower()], None, int(named["year"]), months, weeks)
    return DatePhrase(None, None, _only(years_in(text)), months, weeks)


def dates_in(text: str) -> Iterator[date]:
    """The full dates of `text`: those like `January 28, 2023`, then those like `28 January 2023`."""
    for match in [*_DATE.finditer(text), *_DAY_FIRST.finditer(text)]:
        if match["year"]:
            try:
                yield date(int(match["year"]), _MONTHS[match["month"].lower()], int(match["day"]))
            except ValueError:
                continue


def years_in(text: str) -> set[int]:
    """The calendar years, from 1900 on, that `text` names."""
    return {int(year) for year in _YEAR.findall(text)}


def without_dates(text: str) -> str:
    """`text` with a space in place of each year, date and length of time."""
    for pattern in (_LENGTH, _DATE, _DAY_FIRST, _NUMERIC_DATE, _MONTH_YEAR, _YEAR):
        text = pattern.sub(" ", text)
    return text


def find_date(text: str) -> date | None:
    """The first full date of `text`."""
    return next(dates_in(text), None)


def is_period(text: str) -> bool:
    """Whether a row's label names a year or a date and nothing else: "As of and for the year ended June 30, 2022"."""
    phrase = read_dates(text)
    rest = re.findall(r"\w+", without_dates(text).lower())
    return (phrase.year is not None or phrase.month is not None) and all(word in _OF_PERIODS for word in rest)


def is_date_like(text: str) -> bool:
    """Whether a cell holds nothing but a year, a date or a length of time."""
    rest = without_dates(text)
    return rest != text and not re.search(r"\d", rest) and len(re.findall(r"[A-Za-z]+", rest)) <= 6


def _length(match: re.Match[str]) -> tuple[int | None, int | None]:
    """A length of time in months or in weeks."""
    if match["months"]:
        return _COUNTS[match["months"].lower()], None
    if match["weeks"]:
        weeks = match["weeks"].lower()
        return None, _WEEKS.get(weeks) or int(weeks)
    return (3 if match["quarter"] else 12), None


def _start(end: date, months: int) -> date:
    """First day of the `months` before and including `end`."""
    index = end.year * 12 + end.month - 1 - months
    year, month = divmod(index, 12)
    day = min(end.day, calendar.monthrange(year, month + 1)[1])
    if end.day == calendar.monthrange(end.year, end.month)[1]:
        day = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, day) + timedelta(days=1)


def _only(values: set[int]) -> int | None:
    return values.pop() if len(values) == 1 else None
