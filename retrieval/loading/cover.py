"""Who filed what for when, read from a filing's cover page. What it does not say stays `None`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from retrieval.document import Identity
from retrieval.loading.periods import find_date

_FORM = re.compile(
    r"\bform\s*(10-?\s?K(?:T|405|SB)?|10-?\s?Q(?:SB)?|8-?\s?K|20-?\s?F|40-?\s?F|6-?\s?K|S-1|11-K)(\s*/\s*A)?\b",
    re.IGNORECASE,
)
_AMENDED = re.compile(r"\bamendment\s+no\.?\s*\d+", re.IGNORECASE)
_CHARTER = re.compile(r"\(?\s*exact\s+name\s+of\s+(?:the\s+)?(?:registrant|company)", re.IGNORECASE)
_PERIOD = re.compile(
    r"\bfor\s+the\s+(?:(?P<year>fiscal\s+year|year|annual\s+period)|(?P<quarter>quarter(?:ly)?\s*(?:period)?|"
    r"(?:three|six|nine)\s+months?))\s*(?:period\s+)?ended\s*:?",
    re.IGNORECASE,
)
_REPORT_DATE = re.compile(r"\bdate\s+of\s+(?:earliest\s+event\s+)?report(?:ed)?\b[^A-Za-z]{0,5}", re.IGNORECASE)
_FISCAL = re.compile(r"\bfiscal\s+(?:year\s+)?((?:19|20)\d\d)\b", re.IGNORECASE)
_ANNUAL_TITLE = re.compile(
    r"\b((?:19|20)\d\d)\s+annual\s+report\b|\bannual\s+report\s+((?:19|20)\d\d)\b", re.IGNORECASE
)
_CIK = re.compile(r"\bcentral\s+index\s+key\b\D{0,20}(\d{4,10})", re.IGNORECASE)
_TICKER_HEAD = re.compile(r"trading\s+symbol", re.IGNORECASE)
_TICKER = re.compile(r"(?<![\w.])([A-Z]{1,5}(?:[.-][A-Z])?)(?![\w.])")
_NO_TICKER = frozenset(("THE NEW YORK NYSE LLC INC NASDAQ STOCK OF AND ON NONE PAR VALUE CLASS A B C USD").split())
_FORMER = re.compile(r"\bformerly\s+(?:known\s+as\s+)?[\"“]?([A-Z][\w&.,' -]{2,60}?)[\"”]?(?=[).;\n])")
_FILE_NUMBER = re.compile(r"\bcommission\s+file\s+(?:number|no\.?)\s*:?", re.IGNORECASE)
_RULED = re.compile(r"^[\s_*=\-–—.|☐☒]*$")
_NOT_A_NAME = re.compile(
    r"commission|file\s+(?:no|number)|washington|united states|exchange|^form|period|ended|^or$|transition|☒|☐|"
    r"report|^\(mark|pursuant|^[\d\s().-]+$|^\d+-",
    re.IGNORECASE,
)
_MENTIONS = 5  # fewer may speak of another year
_EARLY = 2  # the last month in which a year may end that is named after the one before
_SIGNATURE = re.compile(r"^[ \t]*([^\n]{3,70}?)\s*\(\s*Registrant\s*\)", re.IGNORECASE | re.MULTILINE)
_MONTHS_ENDED = re.compile(
    r"\b(three|six|nine|thirteen|twenty-six|thirty-nine|13|26|39)\s+(?:months|weeks)\s+ended\b", re.IGNORECASE
)
_QUARTER_WORDS = {"first": 1, "second": 2, "third": 3}
_NAMED_QUARTER = re.compile(r"\b(first|second|third)\s+(?:fiscal\s+)?quarter\b|\bQ([1-3])\b", re.IGNORECASE)


def cover_identity(text: str) -> Identity:
    """The identity that the first pages of a filing state.

    Args:
        text: of the first pages; more than 20,000 characters are not looked at.
    """
    text = text[:20_000]
    form = _form(text)
    annual = form is not None and form.startswith(("10-K", "20-F", "40-F"))
    period = _PERIOD.search(text)
    end = find_date(text[period.end() : period.end() + 60]) if period else None
    if end is None and form is not None and form.startswith("8-K"):
        reported = _REPORT_DATE.search(text)
        end = find_date(text[reported.start() : reported.end() + 60]) if reported else None
    quarterly = form is not None and form.startswith("10-Q")
    return Identity(
        company=_company(text),
        ticker=_ticker(text),
        cik=match[1].zfill(10) if (match := _CIK.search(text)) else None,
        former_names=tuple(dict.fromkeys(m[1].strip() for m in _FORMER.finditer(text[:6000]))),
        form=form,
        fiscal_year=_fiscal_year(text, end, annual=annual or quarterly),
        quarter=_quarter(text) if quarterly else None,
        period_end=end,
    )


def _form(text: str) -> str | None:
    match = _FORM.search(text)
    if match is None:
        return "10-K" if _ANNUAL_TITLE.search(text[:2000]) and "Securities Exchange Act" in text else None
    name = re.sub(r"\s", "", match[1].upper())
    name = name if "-" in name else f"{name[:-1]}-{name[-1]}"
    amended = bool(match[2]) or bool(_AMENDED.search(text[match.end() : match.end() + 200]))
    return f"{name}/A" if amended else name


def _company(text: str) -> str | None:
    """The nearest line above "(Exact name of registrant ...)" that looks like a name."""
    match = _CHARTER.search(text)
    if match is None:
        return _after_file_number(text)
    for line in reversed(text[max(0, match.start() - 600) : match.start()].splitlines()):
        name = " ".join(line.split()).strip(" _|*")
        if not name or _RULED.match(name):
            continue
        if _NOT_A_NAME.search(name) or len(name) > 90 or not re.search(r"[A-Za-z]", name):
            return None
        return name
    return None


def _after_file_number(text: str) -> str | None:
    """The line after the commission's file number, where companies put their name that leave the usual words out."""
    match = _FILE_NUMBER.search(text)
    if match is None:
        return None
    for line in text[match.end() : match.end() + 300].splitlines()[1:4]:
        name = " ".join(line.split()).strip(" _|*")
        if name and not _RULED.match(name):
            return (
                name if len(name) <= 60 and re.search(r"[A-Za-z]{2}", name) and not _NOT_A_NAME.search(name) else None
            )
    return None


def _ticker(text: str) -> str | None:
    head = _TICKER_HEAD.search(text)
    if head is None:
        return None
    for match in _TICKER.finditer(text[head.end() : head.end() + 500]):
        if match[1] not in _NO_TICKER and len(match[1]) > 1:
            return match[1]
    return None


def _fiscal_year(text: str, end: date | None, *, annual: bool) -> int | None:
    if end is None or not annual:
        title = _ANNUAL_TITLE.search(text[:2000])
        return int(title[1] or title[2]) if title else None
    return fiscal_year_by_end(end)


def fiscal_year_by_end(end: date) -> int:
    """The fiscal year whose last day, or whose quarter's, this is, as SEC's `DocumentFiscalYearFocus` mostly counts.

    It is the year in which the period ends, less one where it ends before February 6, as retailers' years do.
    """
    return (end - timedelta(days=36)).year if end.month <= 2 else end.year


def completed_by_text(identity: Identity, text: str) -> Identity:
    """The identity with what only the filing's whole text says: its signature, its own count of years and quarters."""
    signed = None if identity.company else _signed_by(text)
    quarterly = (identity.form or "").startswith("10-Q")
    return replace(
        identity,
        company=identity.company or signed,
        fiscal_year=_own_fiscal_year(identity, text),
        quarter=identity.quarter or (_quarter_by_length(text) if quarterly else None),
    )


def _signed_by(text: str) -> str | None:
    """The registrant's name as it signs, for covers that show the name as a picture."""
    match = _SIGNATURE.search(text)
    name = " ".join(match[1].split()).strip(" ,") if match else ""
    return name if name and not _NOT_A_NAME.search(name) else None


def _own_fiscal_year(identity: Identity, text: str) -> int | None:
    """The fiscal year as the company counts: the latest that its text speaks of often.

    Best Buy calls the year that ended on January 28, 2023 "fiscal 2023"; Home Depot calls it "fiscal 2022".
    A year that ends from March on is counted by its end everywhere.
    """
    end, by_rule = identity.period_end, identity.fiscal_year
    annual = not (identity.form or "").startswith("10-Q")
    if end is None or by_rule is None or (annual and end.month > _EARLY):
        return by_rule
    stated = Counter(int(year) for year in _FISCAL.findall(text))
    able = (end.year - 1, end.year) if annual else (end.year - 1, end.year, end.year + 1)
    often = max(_MENTIONS, max(stated[year] for year in able) / 4)
    return max((year for year in able if stated[year] >= often), default=by_rule)


def _quarter_by_length(text: str) -> int | None:
    """The quarter that a quarterly report's longest periods reach: nine months end with the third."""
    lengths = Counter(words.lower() for words in _MONTHS_ENDED.findall(text))
    first = lengths["three"] + lengths["thirteen"] + lengths["13"]
    for quarter, names in ((3, ("nine", "thirty-nine", "39")), (2, ("six", "twenty-six", "26"))):
        if sum(lengths[name] for name in names) >= max(2, first / 5):
            return quarter
    return 1 if first >= 2 else None


def _quarter(text: str) -> int | None:
    match = _NAMED_QUARTER.search(text[:4000])
    if match is None:
        return None
    return int(match[2]) if match[2] else _QUARTER_WORDS[match[1].lower()]
