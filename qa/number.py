"""The quantity that an answer is, and how a computed one is written."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from retrieval.document import Cell
from retrieval.loading.periods import is_date_like
from retrieval.quantity import SCALE_NAMES, SCALE_WORDS, Quantity, cell_quantities, parse_quantities

_AFTER = re.compile(rf"\s*({'|'.join(SCALE_WORDS)})\b", re.IGNORECASE)


def quantity_of(text: str, cell: Cell | None, after: str = "") -> Quantity | None:
    """The one quantity in an answer; `None` for an answer of several numbers or none, and for a date.

    Args:
        text: the answer.
        cell: the table cell that it is, which knows unit, scale and period; `None` for prose.
        after: what follows the answer in the text, where "billion" may stand.
    """
    quantities = cell_quantities(text) if cell else parse_quantities(text)
    if len(quantities) != 1:
        return None
    quantity = quantities[0]
    if cell is None and is_date_like(text):
        return None
    if cell is not None:
        return replace(quantity, unit=cell.unit or quantity.unit, scale=cell.scale, period=cell.period)
    if _is_words(text, quantity):
        return None
    word = None if quantity.scale else _AFTER.match(after)
    return replace(quantity, scale=SCALE_WORDS[word[1].lower()]) if word else quantity


def cell_value(cell: Cell) -> Decimal | None:
    """The number in a table's cell, its scale applied; `None` where it holds several or none."""
    quantity = quantity_of(cell.text, cell)
    return None if quantity is None else quantity.scaled


def plain_decimal(value: Decimal) -> Decimal:
    """The same number without an exponent and without zeros at its end that say nothing."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


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
