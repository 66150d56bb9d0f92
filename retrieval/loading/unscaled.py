"""Numbers that a table's scale does not apply to, though it speaks of all: the price of one item, and ratios.

Filings in thousands or millions write amounts without cents. Of ratios below each other they may mark the first alone
with "%", and the amounts around them have no decimals.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from retrieval.document import Cell, Table

_CENTS = re.compile(r"^\(?[$€£]?\s?\(?\d{1,3}\.\d{2,}\)?$")
_BARE = re.compile(r"^\(?\d{1,3}(?P<decimals>\.\d+)?\)?$")
_RATIO = re.compile(r"\b(?:ratios?|margins?|rates?|yields?)\b|\breturns? on\b", re.IGNORECASE)
_SURE_RATIO = re.compile(r"\bratios?\b|\breturns? on (?!plan\b)", re.IGNORECASE)
_MULTIPLE = re.compile(r"\b(?:current|quick|turnover)\b|\bto fixed charges\b", re.IGNORECASE)
_OF_ONE = re.compile(r"\b(?:per|average|prices?)\b", re.IGNORECASE)
_NO_MONEY = re.compile(
    r"\b(?:remaining|contractual|expected)\b.{0,20}\b(?:term|life)\b|\byears\)|\brates?\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^()]{0,200}\)")
_MOST_CENTS = 0.1  # of a filing's amounts, else it writes them with cents


def writes_cents(tables: Iterable[Table]) -> bool:
    """Whether a filing gives amounts in thousands or millions with cents, as few do."""
    amounts = [cell for table in tables if table.unit_line for cell in table.cells if _is_amount(cell)]
    with_cents = [cell for cell in amounts if _CENTS.match(cell.text)]
    others = [cell for cell in with_cents if not _OF_ONE.search(_names(cell)) and not _NO_MONEY.search(_names(cell))]
    return len(others) > _MOST_CENTS * len(amounts)


def without_wrong_scale(cells: tuple[Cell, ...], *, cents: bool) -> tuple[Cell, ...]:
    """The cells of a table; those that are no amounts in its scale with the unit that they have, or none.

    Args:
        cells: with unit and scale as the table says them.
        cents: whether the filing writes amounts with cents.
    """
    changed = {cell.start: cell for cell in (*_prices(cells, cents), *_ratios(cells))}
    return tuple(changed.get(cell.start, cell) for cell in cells) if changed else cells


def _prices(cells: Sequence[Cell], cents: bool) -> list[Cell]:
    """The amounts with cents, without scale; in a currency where their name, row or column shows it."""
    found = [cell for cell in cells if _is_amount(cell) and _CENTS.match(cell.text)]
    signed = [cell for cell in found if not _BARE.match(cell.text)]
    rows, columns = {cell.row for cell in signed}, {cell.column_end for cell in signed}
    prices = []
    for cell in found:
        of_one = _OF_ONE.search(_names(cell)) is not None
        if of_one or not cents:
            shown = of_one or cell.row in rows or cell.column_end in columns
            money = shown and not _NO_MONEY.search(_names(cell))
            prices.append(replace(cell, unit=cell.unit if money else None, scale=0))
    return prices


def _ratios(cells: Sequence[Cell]) -> list[Cell]:
    """The ratios that are read as money: percentages below one that shows "%", unless they are called multiples."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.role == "value":
            rows[cell.row].append(cell)
    blocks = [(ratios, list(block)) for ratios, block in groupby(rows.values(), key=_are_ratios)]
    whole = _are_whole([cell for ratios, block in blocks if not ratios for row in block for cell in row])
    found = []
    for block in (block for ratios, block in blocks if ratios):
        marked: list[bool] = []  # which numbers of a row above show "%"
        for row in block:
            shown = ["%" in cell.text for cell in row]
            alike = marked if len(marked) == len(row) else shown
            found += [
                ratio for cell, percent in zip(row, alike, strict=True) if (ratio := _ratio(cell, percent, whole))
            ]
            marked = shown if any(shown) else marked
    return found


def _ratio(cell: Cell, percent: bool, whole: bool) -> Cell | None:
    """A ratio as a percentage, or without unit; `None` where it may be money.

    Args:
        cell: read as money.
        percent: whether the number above shows "%".
        whole: whether the amounts around it are whole.
    """
    bare, label = _BARE.match(cell.text), cell.row_path[-1]
    if bare is None or not _is_money(cell):
        return None
    if percent and (bare["decimals"] or _SURE_RATIO.search(label)) and not _MULTIPLE.search(label):
        return replace(cell, unit="percent", scale=0)
    return replace(cell, unit=None, scale=0) if whole and bare["decimals"] else None


def _are_ratios(row: Sequence[Cell]) -> bool:
    label = _ASIDE.sub(" ", row[0].row_path[-1]) if row[0].row_path else ""
    return _RATIO.search(label) is not None and not any("$" in cell.text for cell in row)


def _are_whole(cells: Sequence[Cell]) -> bool:
    """Whether cells hold amounts, and most of them have no decimals."""
    amounts = [cell.text for cell in cells if _is_amount(cell) and re.search(r"\d\d", cell.text)]
    return len(amounts) > max(1, 3 * sum("." in text for text in amounts))


def _names(cell: Cell) -> str:
    """What a cell's row and column are called."""
    return " ".join((*cell.row_path[-1:], *cell.column_path))


def _is_money(cell: Cell) -> bool:
    return cell.role == "value" and cell.is_money


def _is_amount(cell: Cell) -> bool:
    """Whether a cell is money in thousands or millions; billions have decimals."""
    return _is_money(cell) and 3 <= cell.scale < 9
