import re
from decimal import Decimal

HYPOTHESIS = "In 40 %, because most hundredths are no binary fractions and ten roundings often do not cancel."
PREDICTION = 40.0

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_UNITS = {"$": "USD", "€": "EUR", "£": "GBP", "%": "percent", "bps": "percent"}
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "bps": -2}


def parse(text):
    found = _NUMBER.search(text)
    if found is None:
        return None
    value = Decimal(found[0].replace(",", ""))
    before, after = text[: found.start()], text[found.end() :]
    if ("(" in before and ")" in after) or re.search(r"[-−–]\s*\D?\s*$", before):
        value = -value
    unit = next((name for sign, name in _UNITS.items() if sign in text), None)
    scale = next((power for word, power in _SCALES.items() if word in after), 0)
    return value, unit, scale
