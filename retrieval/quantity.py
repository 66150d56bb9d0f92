"""Quantities, and the one number parser: what a string of a filing says in numbers.

Reads `1,234.5`, `$ (1,234)`, `−5.2%`, `5.2 percent`, `$1.2 billion`, `$394.3B`, `12.5 bps`, `.75`, the European
`€ 1.234,5` and `1.234.567,8`, and number words such as `twenty-five` or `two hundred`. The dash of a range, `$5 – $10`, is
no minus. A lone dash is zero only in a table's cell, so `cell_quantities` reads that one.
`written` is the way back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from retrieval.currency import SIGN, SIGNS
from retrieval.document import Period

MAX_DIGITS = 30  # longer runs are codes, not amounts

SCALE_WORDS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
SCALE_NAMES = {power: word for word, power in SCALE_WORDS.items() if word != "hundred"}
_MINUS = "-−‐‑–—"
_NUMBER = re.compile(
    rf"""(?<![\w.,])                                    # not inside a word or a longer number
    (?P<open>\(\s{{0,2}})?
    (?P<sign>[{_MINUS}]\s{{0,2}})?
    (?:(?P<currency>{SIGN})\s?)?
    (?P<inner>\(\s?)?
    (?P<minus>[{_MINUS}]\s?)?
    (?P<digits>(?>                                      # whole or not at all: 1.2GW does not begin with 1
        (?P<european>[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}},\d{{1,2}}(?![\d.,]*\d)   # 1.234.567,8
            |(?(currency)[1-9]\d{{0,2}}(?:\.\d{{3}})+,\d{{1,2}}(?![\d.,]*\d)|(?!))       # € 1.234,5
            |(?(currency)[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}(?![\d.,]*\d)|(?!)))            # € 1.234.567
        |\d{{1,3}}(?:,\d{{3}}(?!\d))+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+))
    (?(currency)(?P<letter>[kmb]\b)?)                   # $394.3B
    (?:(?=(?:mm|bn)\b)|(?![A-Za-z]))                    # not the head of a code such as 10b5
    (?P<percent>\s?%)?
    (?P<close>\s?\))?
    (?P<after>\s?%|[\s-]?per\s?cent\b)?
    (?:[\s-]?(?P<scale>thousand|million|billion|trillion|mm|bn)s?\b)?
    (?P<points>\s?(?:bps|basis\spoints?)\b)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SHORT_SCALES = {"k": 3, "m": 6, "mm": 6, "b": 9, "bn": 9}
_BASIS_POINT = -2
_DASH_CELL = re.compile(rf"^{SIGN}?\s*[{_MINUS}]{{1,3}}\s*%?$")
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = {
    word: 10 * i
    for i, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_WORDS = {word: i for i, word in enumerate(_ONES)} | _TENS | {"no": 0, "none": 0, "nil": 0}
_WORD_NUMBER = re.compile(
    rf"\b(?:{'|'.join([*_WORDS, 'hundred', 'thousand', 'million', 'billion'])})\b"
    rf"(?:[\s-]+(?:and\s+)?(?:{'|'.join([*_ONES, *_TENS, *SCALE_WORDS])})\b)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a string, with what is known of it.

    Attributes:
        value: as written, sign applied, scale not: `(1.2) billion` is -1.2.
        start: first character of the whole mention in the string that it was read from, currency and parenthesis
            included.
        end: one past its last.
        unit: `USD`, `EUR`, `shares`, `USD/shares`, ..., `percent`, or `None` where unknown.
        scale: power of ten that a word beside it or its table says (`million` is 6, a basis point is a percentage's
            -2), else 0.
        period: when it holds, where its table says it.
    """

    value: Decimal
    start: int
    end: int
    unit: str | None = None
    scale: int = 0
    period: Period | None = None

    @property
    def scaled(self) -> Decimal:
        """The value with its scale applied."""
        return self.value.scaleb(self.scale)

    @property
    def scale_name(self) -> str | None:
        """`thousand`, `million`, ...; `None` where it is written in ones."""
        return SCALE_NAMES.get(self.scale)


def parse_quantities(text: str) -> list[Quantity]:
    """All numbers of `text` in order: digits first, then number words where no digits stand."""
    found: list[Quantity] = []
    for match in _NUMBER.finditer(text):
        to = bool(found and match["sign"]) and _is_to(text[found[-1].end : match.start("sign")], match["sign"])
        quantity = _from_digits(match, signed=not to)
        if quantity is not None:
            found.append(quantity)
    covered = {place for quantity in found for place in range(quantity.start, quantity.end)}
    for match in _WORD_NUMBER.finditer(text):
        if match.start() not in covered:
            value = _from_words(match[0])
            if value is not None:
                found.append(Quantity(value, match.start(), match.end()))
    return sorted(found, key=lambda quantity: quantity.start)


def cell_quantities(text: str) -> list[Quantity]:
    """The numbers of a table's cell, where a lone dash means zero."""
    stripped = text.strip()
    if _DASH_CELL.match(stripped):
        unit = next((code for sign, code in SIGNS.items() if stripped.startswith(sign)), None)
        start = text.index(stripped)
        return [Quantity(Decimal(0), start, start + len(stripped), unit)]
    return parse_quantities(text)


def written(value: Decimal, unit: str | None = None, scale: int = 0) -> str:
    """A number of up to 28 digits as filings write it; `parse_quantities` reads the same value, unit and scale again.

    Args:
        value: sign applied, scale not.
        unit: a currency's code, `percent`, or `None`; others have no sign and are left out.
        scale: power of ten that a word says: 3, 6, 9 or 12; -2 of a percentage for basis points; 0 for none.

    Raises:
        ValueError: no word says this scale.
    """
    sign = next((sign for sign, code in SIGNS.items() if code == unit), "")
    number = f"{sign}{abs(value):,f}"
    if unit == "percent" and scale == _BASIS_POINT:
        after = " bps"
    elif scale:
        if scale not in SCALE_NAMES or unit == "percent":
            raise ValueError(f"no word says 10^{scale} of {unit or 'a number'}")
        after = f" {SCALE_NAMES[scale]}"
    else:
        after = "%" if unit == "percent" else ""
    return f"({number}){after}" if value.is_signed() else f"{number}{after}"


def _is_to(before: str, dash: str) -> bool:
    """Whether a dash joins its number to the one before it, as in `$5 – $10`, `5%–10%`; `5 –10` are two."""
    return not before or (len(before) == 1 and before.isspace() and dash[-1].isspace())


def _from_digits(match: re.Match[str], *, signed: bool) -> Quantity | None:
    """The quantity of a match; `signed` where the dash that it may begin with is a minus."""
    digits = match["digits"]
    if len(digits) > MAX_DIGITS:
        return None
    if match["european"]:
        digits = digits.replace(".", "").replace(",", ".")
    value = Decimal(digits.replace(",", ""))
    opened, closed = bool(match["open"] or match["inner"]), bool(match["close"])
    if (opened and closed) or (match["sign"] and signed) or match["minus"]:
        value = -value
    start, end = match.start() if signed else match.end("sign"), match.end()
    if opened and not closed and match["open"]:
        start = (
            match.start("sign") if match["sign"] else match.start("currency") if match["currency"] else _first(match)
        )
    percent = match["percent"] or match["after"] or match["points"]
    currency = match["currency"]
    word = (match["letter"] or match["scale"] or "").lower()
    return Quantity(
        value=value,
        start=start,
        end=end,
        unit="percent" if percent else SIGNS[currency.upper()] if currency else None,
        scale=_BASIS_POINT if match["points"] else SCALE_WORDS.get(word) or _SHORT_SCALES.get(word, 0),
    )


def _first(match: re.Match[str]) -> int:
    return match.start("inner") if match["inner"] else match.start("digits")


def _from_words(text: str) -> Decimal | None:
    """`two hundred and five thousand` as 205000; `None` where the words make no number."""
    total, current = 0, 0
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in SCALE_WORDS:
            total += max(current, 1) * 10 ** SCALE_WORDS[word]
            current = 0
    return Decimal(total + current)
