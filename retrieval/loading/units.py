"""Units and scales, from what a table says of itself and from a row's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.currency import CURRENCY, as_used, currency_in, names_us_dollars
from retrieval.loading.periods import is_date_like
from retrieval.quantity import Quantity, cell_quantities

_SCALES = {"thousand": 3, "000": 3, "million": 6, "billion": 9, "m": 6, "mn": 6, "mm": 6, "bn": 9}
_SHORT = r"(?:[A-Za-z]{0,3}[$€£¥]|\b(?:USD|EUR|GBP|RMB|CHF|CAD|AUD|SEK|NOK|DKK|JPY))\s?(?:['’‘`]?(000)(?![\d]|[.,]\d)|(mn|mm|m|bn)\b(?!&))"  # "€m"
_SHORT_SCALE = re.compile(_SHORT, re.IGNORECASE)
_SCALE = re.compile(
    r"\b(?:in|of)\s+(?:[\w.$€£]+\s+){0,3}?(thousand|million|billion)s?\b|\(?\$?\s?(000)['’]?s\b|\b(thousand|million|billion)s\s+of\b|\((thousand|million|billion)s\b",
    re.IGNORECASE,
)
_TRAILING_SCALE = re.compile(
    r"[$€£]\s?(thousand|million|billion)s?\b|\b(?:dollars?|amounts?)\s+in\s+(thousand|million|billion)s?", re.IGNORECASE
)
UNIT_LINE = re.compile(
    r"\([^()]{0,120}\b(?:in\s+(?:[\w.$€£]+\s+){0,3}?(?:thousands|millions|billions)|000s)[^()]{0,160}\)"
    r"|\((?:thousands|millions|billions)\b[^()]{0,120}\)"
    rf"|\(?\b(?:thousands|millions|billions)\s+of\s+{CURRENCY}[^()]{{0,80}}\)?"
    rf"|(?:(?:{CURRENCY}|\bamounts)\s+(?:are\s+)?|\b)in\s+(?:[\w.$€£]+\s+){{0,3}}?(?:thousands|millions|billions)"
    rf"(?:\s+of\s+{CURRENCY})?(?:,?\s+except[^.;:()]{{0,80}})?"
    rf"|{_SHORT}",
    re.IGNORECASE,
)
_PER_SHARE = re.compile(r"\bper\b.{0,40}\b(?:share|unit|ads)(?:\b|\d)|\bearnings per\b|\beps\b", re.IGNORECASE)
_SHARES = re.compile(r"\bshares\b", re.IGNORECASE)
_SHARE_COUNT = re.compile(
    r"\bshares used\b|\b(?:effect\s+of|incremental)\s+dilutive\b|\bdilutive\s+(?:effect|securities|potential|common|stock|share)\w*|\bweighted[- ]average\b.{0,60}\b(?:shares|outstanding|common (?:stock|shares))\b|\bnumber of\b.{0,40}\bshares\b",
    re.IGNORECASE,
)
_SECTION_OF_SHARES = re.compile(r"^shares\b|\bshares\s+(?:outstanding|issued|authorized|repurchased)\b", re.IGNORECASE)
_AWARDS = re.compile(
    r"\bnumber\s+of\s+(?:[\w-]+\s+){0,3}(?:shares|units|awards|options|warrants|[RP]SUs)\b", re.IGNORECASE
)
_AWARD = re.compile(
    r"^(?:[\w-]+\s+)?(?:options|[RP]SUs?|restricted\s+stock|stock\s+appreciation\s+rights|(?:performance\s+)?share\s+units)\b",
    re.IGNORECASE,
)
_MOVES_AWARDS = re.compile(
    r"\b(?:granted|exercised|vest(?:ed)?|forfeited|cancel+ed|expired|outstanding|exercisable|(?:un|non)vested|converted|earned)\b",
    re.IGNORECASE,
)
_PRICE = re.compile(r"\bexercise\s+price\b|\bgrant[-\s]+date\s+fair\s+value\b|\bfair\s+value\s+per\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:aggregate|total)\b", re.IGNORECASE)
_STOCK = re.compile(  # a class of stock with its particulars, of which a balance sheet gives the amount
    r"\bpar\s+value\b.*\bshares\b|\bauthorized\b.{0,6}\d"
    r"|\d\s+(?:million\s+|billion\s+)?(?:\w+\s+){0,3}shares(?:\s+(?:authorized|issued|outstanding|held|in|at|as)\b|,|$)",
    re.IGNORECASE,
)
_PERCENT = re.compile(  # but not the rate that a debt has by its name, as "5.125% senior notes"
    r"(?<!\d)(?<!\d\s)%|\bpercentage\b|\bas a percent\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^()]{0,200}\)")  # "Dividends ($0.69 per share)" is no per-share row
_EXCEPTION = re.compile(r"\([^()]{0,80}\bexcept\b[^()]{0,200}\)", re.IGNORECASE)  # a unit line among the headers
_NUMERATOR = re.compile(  # what is divided to get a figure per share is none itself
    r"\b(?:used\s+(?:in|to|for)|for)\s+(?:the\s+)?(?:comput\w+\s+|calculat\w+\s+)?(?:of\s+)?(?:basic|diluted|net\s+\w+|earnings)?"
    r"[^:;]{0,40}\bper\s+(?:common\s+)?share.*",
    re.IGNORECASE,
)
_SHARES_IN = re.compile(r"\bshares,?\s+(?:(?:which|that)\s+are\s+)?(?:\w+\s+)?in\s+(thousand|million)s", re.IGNORECASE)
_OWN_SCALE = re.compile(
    r"\((?:[^()]{0,40}\bin\s+)?(thousand|million|billion)s\b[^()]{0,40}\)|\((000)['’]?s\)", re.IGNORECASE
)
_MOST_SHARES = 10**11
_EXCEPT_SHARES = re.compile(r"except\b.{0,60}\bshares?\b(?!.{0,20}\bper\b)", re.IGNORECASE)
_EXCEPT_PER_SHARE_ONLY = re.compile(r"except\s+(?:for\s+)?(?:net\s+)?(?:\w+\s+)?per[\s-]+share", re.IGNORECASE)
_EXPRESSED = re.compile(rf"\b(?:expressed|stated|presented|reported)\s+in\s+{CURRENCY}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableUnits:
    """What a table says of its units: scales are powers of ten, `currency` is an ISO code or `None`."""

    scale: int = 0
    currency: str | None = None
    shares_scale: int = 0

    def of_cell(self, text: str, row_path: Sequence[str], column_path: Sequence[str]) -> tuple[str | None, int]:
        """Unit and scale of a value cell; `/shares` is an amount per share of an unknown currency.

        Args:
            text: of the cell.
            row_path: headings above its row down to its label.
            column_path: headers above it.
        """
        quantities = cell_quantities(text)
        header = _EXCEPTION.sub(" ", " ".join(column_path))
        currency = "USD" if names_us_dollars(f"{text} {header}") else self.currency
        unit = as_used(quantities[0].unit, currency) if quantities else None
        if unit == "percent":
            return "percent", quantities[0].scale
        if quantities and quantities[0].scale:
            return unit or currency, quantities[0].scale
        label = _NUMERATOR.sub(" ", _ASIDE.sub(" ", " ".join(row_path)))
        own = row_path[-1] if row_path else ""
        own_scale = _own_scale(own) if _ASIDE.sub("", own).strip() else None
        per_share = own_scale is None and _may_be_per_share(text, said=bool(_PER_SHARE.search(own)))
        if _PRICE.search(header) and not _WHOLE.search(header) and _may_be_per_share(text, said=True):
            return f"{unit or currency or ''}/shares", 0
        dated = not header or is_date_like(header)  # else the column says what it counts, not the row
        counted = (
            _SHARES.search(header)
            or _AWARDS.search(f"{header} {own}")
            or (_MOVES_AWARDS.search(own) and any(map(_AWARD.search, column_path)))
            or (dated and (_counts_shares(own) or any(map(_heads_counts_of_shares, row_path[:-1]))))
        )
        named_per_share = per_share and _PER_SHARE.search(label + header)
        if unit is None and (
            _SHARE_COUNT.search(label) or _SHARE_COUNT.search(own) or (counted and not named_per_share)
        ):
            return "shares", self._scale_of_shares(quantities, " ".join(row_path))
        if per_share and (_PER_SHARE.search(label) or (_PER_SHARE.search(header) and unit is not None)):
            return f"{unit or currency or ''}/shares", 0
        if unit is None and (_PERCENT.search(header) or _PERCENT.search(label)):
            return "percent", 0
        return unit or currency, self.scale if own_scale is None else own_scale

    def _scale_of_shares(self, quantities: Sequence[Quantity], label: str) -> int:
        """The scale of a number of shares; none where it would make more shares than any company has."""
        own = _own_scale(label)
        scale = self.shares_scale if own is None else own
        many = any(abs(quantity.value).scaleb(scale) > _MOST_SHARES for quantity in quantities)
        return 0 if many else scale


def _counts_shares(label: str) -> bool:
    """Whether a label speaks of shares and does not give their number itself."""
    return bool(_SHARES.search(_NUMERATOR.sub(" ", _ASIDE.sub(" ", label)))) and not _STOCK.search(label)


def _heads_counts_of_shares(section: str) -> bool:
    return bool(_SECTION_OF_SHARES.search(section)) and not _STOCK.search(section)


def _own_scale(label: str) -> int | None:
    """The power of ten that a row says of itself, as in "Attendance (in thousands)"."""
    own = _OWN_SCALE.search(label)
    return _SCALES[(own[1] or own[2]).lower()] if own else None


def _may_be_per_share(text: str, *, said: bool) -> bool:
    """Whether a number as displayed can be an amount per share: no thousands, and cents unless its row says so."""
    return not re.search(r"\d,\d", text) and (said or "." in text)


def table_units(unit_line: str, *, around: str, cells_use: str | None) -> TableUnits:
    """The units of a table.

    Args:
        unit_line: what stands in or above it, such as "(In millions, except per share data)".
        around: all text in and above it that may say "Expressed in Canadian dollars".
        cells_use: a currency that its cells show, or `None`.
    """
    scale = scale_in(unit_line)
    currency = currency_in(" ".join([unit_line, *_EXPRESSED.findall(around)]))
    excepted = bool(_EXCEPT_SHARES.search(unit_line)) and not _EXCEPT_PER_SHARE_ONLY.search(unit_line)
    own = _SHARES_IN.search(unit_line)
    shares_scale = _SCALES[own[1].lower()] if own else 0 if excepted else scale
    return TableUnits(scale, as_used(cells_use, currency) or currency, shares_scale)


def scale_in(text: str) -> int:
    """The power of ten that "in millions" or "$000s" says; 0 where nothing does."""
    match = _SCALE.search(text) or _TRAILING_SCALE.search(text) or _SHORT_SCALE.search(text)
    return _SCALES[next(group for group in match.groups() if group).lower()] if match else 0
