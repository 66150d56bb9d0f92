"""The fiscal years and the quarter that a question names, as the companies count them.

"The year ended January 28, 2023" is the company's 2022 where it says so; "last year" is the latest year that it
has filed for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.document import Identity
from retrieval.names import filers

_YEAR = re.compile(r"(?<![\w.,$])(?:FY|[1-4]Q|Q[1-4])?\s*['’]?((?:19|20)\d\d)(?![\w%]|,\d)", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"\b(?:FY|fiscal(?:\s+year)?|[1-4]Q|Q[1-4])\s*['’]?(\d\d)\b", re.IGNORECASE)
_QUARTER = re.compile(
    r"\bQ([1-4])(?=\b|\d\d)|\b([1-4])Q(?=\b|\d\d)|"
    r"\b(first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal[\s-]+)?quarter\b",
    re.IGNORECASE,
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?"
_DATE = re.compile(
    rf"(?P<part>\b(?:quarter(?:ly\s+period)?|three\s+months)\s+end(?:ed|ing)\s+(?:on\s+)?)?\b"
    rf"(?:(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH})),?\s+"
    r"(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:last|(?:most\s+)?recent(?:ly\s+(?:ended|completed|reported))?|latest|current)\s+"
    r"(?:(?:completed|reported|full)\s+)?(?:fiscal\s+|financial\s+)?(?P<length>year|quarter)\b(?!['’]s|[\s-]+end)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:prior|previous|preceding)\s+(?:fiscal\s+|financial\s+)?year\b|\byear\s+before\b", re.IGNORECASE
)
_COMPARED = re.compile(
    r"\b(?:compar\w+|than|over|versus|vs\.?|from|against|relative|since)\s+(?:(?:to|with)\s+)?(?:(?:the|its|in)\s+)*$",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(r"\s*(?:\b(?:in|for|during|of|the|its)\s+)*$", re.IGNORECASE)
_NEAR = 10  # days between a date and a period's end that mean the same
_WITHIN_A_YEAR = re.compile(
    r"\b(?:one|two|four|five|six|seven|eight|nine|ten|eleven|[1245-9]|1[01])[\s-]months?\b|\bhalf[\s-]years?\b|\bH[12]\b"
    r"|\b(?:first|second|1st|2nd)[\s-]half\b|\byear[\s-]to[\s-]date\b|\bYTD\b|\bquarter[\s-]over[\s-]quarter\b|\bQ[o/]Q\b"
    r"|\bsequential(?:ly)?\b|\b(?:prior|previous|preceding)\s+(?:fiscal\s+)?quarter\b",
    re.IGNORECASE,
)
_THREE_MONTHS = re.compile(r"\b(?:three|3)[\s-]months?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Periods:
    """What periods a question names.

    Attributes:
        text: the question, with the year put in for "last year".
        fiscal_years: in the order in which they are named.
        quarter: 1 to 4.
        within_year: whether it names more within a year than one quarter: some months, a day on which no year ends, or
            two quarters.
        assumed: how "last year" was read.
    """

    text: str
    fiscal_years: tuple[int, ...] = ()
    quarter: int | None = None
    within_year: bool = False
    assumed: tuple[str, ...] = ()


def named_periods(question: str, identities: Sequence[Identity]) -> Periods:
    """The periods that `question` names.

    Args:
        question: any text.
        identities: of the filings of the companies that it asks about.
    """
    named = [_ordinal(match[1] or match[2] or match[3]) for match in _QUARTER.finditer(question)]
    found: dict[int, int] = {}
    for dated in _DATE.finditer(question):
        found[dated.start("year")], by_date = _fiscal_period(dated, identities)
        named += [by_date] if by_date else []
    quarter = named[0] if named else None
    for pattern, century in ((_YEAR, 0), (_SHORT_YEAR, 2000)):
        for year in pattern.finditer(question):
            found.setdefault(year.start(1), century + int(year[1]))
    if found:
        years = tuple(dict.fromkeys(found[place] for place in sorted(found)))
        periods = Periods(question, years, quarter)
    else:
        periods = _relative(question, identities, quarter)
    within = len(set(named)) > 1 or _is_within_a_year(question, periods.quarter, identities)
    return replace(periods, within_year=within)


def _is_within_a_year(question: str, quarter: int | None, identities: Sequence[Identity]) -> bool:
    """Whether some months, a change from quarter to quarter, or a day on which neither a year nor `quarter` ends is named."""
    if _WITHIN_A_YEAR.search(question) or (quarter is None and _THREE_MONTHS.search(question)):
        return True
    if quarter is not None:
        return False
    days = [_day(match) for match in _DATE.finditer(question)]
    ends = [i.period_end for i in identities if _annual(i) and i.period_end] or [date(2000, 12, 31)]
    return any(all(_apart(day, end) > _NEAR for end in ends) for day in days)


def _apart(one: date, other: date) -> int:
    """Days between two days of the year, whichever year."""
    days = abs(one.timetuple().tm_yday - other.timetuple().tm_yday)
    return min(days, 366 - days)


def _relative(question: str, identities: Sequence[Identity], quarter: int | None) -> Periods:
    """Periods counted from the latest filing, where one company's are asked about; each without a name is another's."""
    named = filers(frozenset(identity.company for identity in identities if identity.company))
    if len(set(named.values())) + sum(not identity.company for identity in identities) > 1:
        return Periods(question, (), quarter)
    for pattern, back in ((_LATEST, 0), (_BEFORE, 1)):
        match = pattern.search(question)
        if match is None or _COMPARED.search(question[: match.start()]):
            continue
        of_quarter = back == 0 and match["length"].lower() == "quarter"
        ends = [
            (i.fiscal_year, i.quarter or 0)
            for i in identities
            if i.fiscal_year and (i.quarter is not None) == of_quarter
        ]
        if ends:
            year, part = max(ends)
            name = f"Q{part} of fiscal {year}" if of_quarter else f"fiscal {year - back}"
            said = f"“{match[0]}” was read as {name}, counted from the latest filing"
            before = _LEADS_IN.sub("", question[: match.start()])
            text = f"{before} in {name}{question[match.end() :]}".strip()
            return Periods(text, (year - back,), part or quarter, assumed=(said,))
    return Periods(question, (), quarter)


def _fiscal_period(match: re.Match[str], identities: Sequence[Identity]) -> tuple[int, int | None]:
    """The fiscal year, and where the question says so the quarter, that a date lies in."""
    named = _day(match)
    month, year = named.month, named.year
    if match["part"] is None:
        return _fiscal_year(month, year, identities), None
    for identity in identities:
        end, fiscal = identity.period_end, identity.fiscal_year
        if end and fiscal and identity.quarter and abs((end - named).days) <= _NEAR:
            return fiscal, identity.quarter
    ends = [
        (i.period_end.month, i.fiscal_year - i.period_end.year)
        for i in identities
        if _annual(i) and i.period_end and i.fiscal_year
    ]
    last, shift = ends[0] if ends else (12, 0)
    return year + (month > last) + shift, ((month - last - 1) % 12) // 3 + 1


def _day(match: re.Match[str]) -> date:
    """The day of a date, the 28th for later ones."""
    month = _MONTHS.index((match["month"] or match["month2"])[:3].lower()) + 1
    return date(int(match["year"]), month, max(1, min(int(match["day"] or match["day2"]), 28)))


def _fiscal_year(month: int, year: int, identities: Sequence[Identity]) -> int:
    """The fiscal year that ends in a month, where a company's years end about then."""
    for identity in identities:
        end, fiscal = identity.period_end, identity.fiscal_year
        if _annual(identity) and end is not None and fiscal is not None and abs(end.month - month) <= 1:
            return year - (end.year - fiscal)
    return year


def _annual(identity: Identity) -> bool:
    return identity.quarter is None and not (identity.form or "").startswith("10-Q")


def _ordinal(text: str) -> int:
    return int(text[0]) if text[0].isdigit() else _ORDINALS[text.lower()]
