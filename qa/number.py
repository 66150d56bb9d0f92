"""The number that an answer is: its value with sign and scale, its unit, and how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from retrieval.document import Cell
from retrieval.quantity import SCALE_WORDS, Quantity, cell_quantities, parse_quantities

SCALE_NAMES = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}
_AFTER = re.compile(rf"\s*({'|'.join(SCALE_WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """Value (scale applied), unit and the name of the scale that it is written in; each `None` where unknown."""

    value: Decimal | None = None
    unit: str | None = None
    scale: str | None = None


def number_of(text: str, cell: Cell | None, after: str = "") -> Number:
    """The number in an answer; an answer of several numbers or none is no number.

    Args:
        text: the answer.
        cell: the table cell that it is, which knows unit and scale; `None` for prose.
        after: what follows the answer in the text, where "billion" may stand.
    """
    quantities = cell_quantities(text) if cell else parse_quantities(text)
    if len(quantities) != 1:
        return Number()
    quantity = quantities[0]
    if cell is not None:
        return Number(quantity.value.scaleb(cell.scale), cell.unit or quantity.unit, SCALE_NAMES.get(cell.scale))
    if _is_words(text, quantity):
        return Number()
    scale = quantity.scale
    if not scale and (word := _AFTER.match(after)) is not None:
        scale = SCALE_WORDS[word[1].lower()]
    return Number(quantity.value.scaleb(scale), quantity.unit, SCALE_NAMES.get(scale))


def written_number(value: Decimal, unit: str | None, scale: str | None, decimals: int | None) -> str:
    """A computed number for people: `65.4%`, `0.83`, `1,832 million`.

    Args:
        value: with scale applied.
        unit: `percent` or `ratio` or `days`, or that of an amount.
        scale: the name of the scale to write an amount in; `None` for none.
        decimals: how many to give; `None` for one of a percentage or of days, two of a ratio, none of an amount.
    """
    if unit == "percent":
        return f"{value:,.{1 if decimals is None else decimals}f}%"
    if unit in ("ratio", "days"):
        return f"{value:,.{(2 if unit == 'ratio' else 1) if decimals is None else decimals}f}"
    power = next((power for power, name in SCALE_NAMES.items() if name == scale), 0)
    amount = value.scaleb(-power)
    exact = max(0, -int(amount.normalize().as_tuple().exponent))
    places = min(exact, 2) if decimals is None else decimals
    return f"{amount:,.{places}f}" + (f" {scale}" if scale else "")


def _is_words(text: str, quantity: Quantity) -> bool:
    """Whether the answer says more than its number, such as "higher sales in 12 new stores"."""
    rest = text[: quantity.start] + text[quantity.end :]
    return len(re.findall(r"[A-Za-z]+", rest)) > 4
