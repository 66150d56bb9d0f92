"""Currencies as filings write them, by their ISO codes: signs before numbers, names in captions and headers."""

from __future__ import annotations

import re

SIGNS = {
    "$": "USD", "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD",
    "S$": "SGD", "NT$": "TWD", "R$": "BRL", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR",
}  # fmt: skip
SIGN = "(?:" + "|".join(sorted(map(re.escape, SIGNS), key=len, reverse=True)) + ")"
_NAMES = {
    "USD": r"(?:U\.?\s?S\.?|United\s+States)\s+dollars?",
    "CAD": r"Canadian\s+(?:dollars?\b|\$)|CDN\$",
    "AUD": r"Australian\s+dollars?",
    "NZD": r"New\s+Zealand\s+dollars?",
    "HKD": r"(?:HK|Hong\s+Kong)\s+dollars?",
    "SGD": r"Singapore\s+dollars?",
    "TWD": r"(?:NT|New\s+Taiwan)\s+dollars?",
    "BRL": r"reais",
    "EUR": r"euros?",
    "GBP": r"(?<!per\s)pounds?",
    "JPY": r"yen",
    "CNY": r"RMB|renminbi|yuan",
    "CHF": r"Swiss\s+francs?",
    "INR": r"rupees?",
    "SEK": r"Swedish\s+kron(?:a|or)",
    "NOK": r"Norwegian\s+kroner?",
    "DKK": r"Danish\s+kroner?",
}
_SHARED = dict.fromkeys(("CAD", "AUD", "NZD", "HKD", "SGD", "TWD"), "USD") | {"CNY": "JPY"}


def _pattern(code: str) -> str:
    signs = [re.escape(sign) for sign, of in SIGNS.items() if of == code and sign != "$"]
    return "|".join([*signs, rf"(?:{_NAMES[code]}|{code})(?!\w)"])


_DOLLARS = r"\$|dollars?\b"
CURRENCY = "(?<![A-Za-z])(?:" + "|".join([*map(_pattern, _NAMES), _DOLLARS]) + ")"  # any of them
_NAMED = re.compile(
    "(?<![A-Za-z])(?:" + "|".join(f"(?P<{code}>{_pattern(code)})" for code in _NAMES) + ")", re.IGNORECASE
)
_BARE = re.compile(f"(?<![A-Za-z])(?:{_DOLLARS})", re.IGNORECASE)
_US_DOLLARS = re.compile(f"(?<![A-Za-z])(?:{_pattern('USD')})", re.IGNORECASE)


def currency_in(text: str) -> str | None:
    """The first currency that a text names; dollars of which it does not say whose are American."""
    named = _NAMED.search(text)
    if named is not None:
        return named.lastgroup
    return "USD" if _BARE.search(text) else None


def names_us_dollars(text: str) -> bool:
    """Whether a text says of dollars that they are American."""
    return bool(_US_DOLLARS.search(text))


def as_used(code: str | None, currency: str | None) -> str | None:
    """The currency that a bare sign, read as `code`, stands for where amounts are in `currency`: in Canada `$` is CAD."""
    return currency if code and _SHARED.get(currency or "") == code else code
