"""Arithmetic as annotators write it, and of which years its figures are."""

from __future__ import annotations

import ast
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from qa.hybrid.context import Context

_NEGATIVE = re.compile(r"(?<![\w)])\((\d[\d.]*)\)")
_PERCENT = re.compile(r"(\d[\d.]*)\s?%")
_ARITHMETIC = re.compile(r"[\d.+\-*/() ]+")
_LEADING_ZEROS = re.compile(r"(?<![\d.])0+(?=\d)")
_SIGNS = str.maketrans({"[": "(", "]": ")", "–": "-", "−": "-", "×": "*", "÷": "/"})
_OPERATIONS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
_YEAR = r"\s(?:(?!from\b|between\b)\w+\s){0,3}?((?:19|20)\d\d)\b"
_FROM = re.compile(rf"\b(from|between){_YEAR}\s(?:to|and){_YEAR}", re.IGNORECASE)
_CHANGE = re.compile(r"change|increase|growth", re.IGNORECASE)  # a decrease alone is the earlier less the later
_UNKNOWN = 0  # a year that contradicts none

Years = Mapping[Decimal, set[int]]


def parse_derivation(text: str) -> ast.expr:
    """The expression that a derivation is; a number alone in parentheses is negative, as in accounts, and 5% is 5/100.

    Raises:
        ValueError: it is none.
    """
    plain = _NEGATIVE.sub(r"(-\1)", re.sub(r"[,$€£¥]", "", text.translate(_SIGNS)).strip())
    plain = _LEADING_ZEROS.sub("", _PERCENT.sub(r"(\1/100)", plain))
    try:
        if _ARITHMETIC.fullmatch(plain):
            return ast.parse(plain, mode="eval").body
    except SyntaxError:
        pass
    raise ValueError(f"{text!r} is no arithmetic")


def value_of(node: ast.expr) -> Decimal:
    """The value of an expression.

    Raises:
        ValueError: something in it is no number or sign.
        ArithmeticError: it divides by zero.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Decimal(str(node.value))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -value_of(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        return _OPERATIONS[type(node.op)](value_of(node.left), value_of(node.right))
    raise ValueError(f"{ast.unparse(node)!r} is no arithmetic")


def operations(expression: ast.expr, kind: type[ast.operator]) -> Iterator[ast.BinOp]:
    """The operations of a kind in an expression."""
    return (node for node in ast.walk(expression) if isinstance(node, ast.BinOp) and isinstance(node.op, kind))


def years_of(context: Context) -> Years:
    """Of which years a table's figures are, by their size: of the column's heading, else of the row's."""
    found: dict[Decimal, set[int]] = defaultdict(set)
    for figure in context.figures.values():
        years = context.columns[figure.column].years or context.rows[figure.row].years
        found[abs(figure.value)] |= years or {_UNKNOWN}
    return found


def reversed_years(question: str, left: Decimal, right: Decimal, years: Years) -> str:
    """What does not fit where a change is worked out as `left - right`, the later year from the earlier; empty where it fits.

    Questions "from 2019 to 2018" mean by it now the one, now the other, and are left out.
    """
    asked = _FROM.search(question)
    if asked is None or not _CHANGE.search(question):
        return ""
    old, new = int(asked[2]), int(asked[3])
    if asked[1].lower() == "between":
        old, new = sorted((old, new))
    if old >= new or years.get(abs(left)) != {old} or years.get(abs(right)) != {new}:
        return ""
    return f"asked from {old} to {new}; worked out as {left} of {old} less {right} of {new}"
