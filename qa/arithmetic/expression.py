"""Expressions over figures, as people write them: "(FY2019 COGS) / (average inventory between FY2018 and FY2019)".

    expression = term { ("+" | "-") term }        term   = power { ("*" | "/") power }
    power      = factor [ "^" factor ]            factor = number | item | "(" expression ")"

An item is any run of words; a year in it says of which year its figure is, "average" that the mean is meant of the
years it names, or of its year and the one before. "plus", "divided by" and the like stand for the signs, and a minus
has a space on each side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Literal

Sign = Literal["+", "-", "*", "/", "^"]


class ExpressionError(ValueError):
    """A text is no expression over figures."""


@dataclass(frozen=True, slots=True)
class Item:
    """A figure by its name; `year` is a fiscal year, or `None` for that of the question."""

    name: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that is given."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Operation:
    """Two expressions and what is done with them."""

    sign: Sign
    left: Expression
    right: Expression


Expression = Item | Constant | Operation
_Parser = Callable[[list[str], int | None], tuple[Expression, list[str]]]

_SIGNS = (
    (re.compile(r"\s+(?:divided\s+by|over\s+the)\s+|\s*[÷]\s*", re.IGNORECASE), " / "),
    (re.compile(r"\s+plus\s+", re.IGNORECASE), " + "),
    (re.compile(r"\s+(?:minus|less|net\s+of)\s+|\s[−–—]\s", re.IGNORECASE), " - "),
    (re.compile(r"\s+(?:times|multiplied\s+by)\s+|\s*×\s*", re.IGNORECASE), " * "),
)
_TOKEN = re.compile(r"[()/+*^]|\s-\s")
_YEAR = re.compile(r"\b(?:in\s+|for\s+|of\s+)?(?:FY\s?|fiscal\s+(?:year\s+)?)?((?:19|20)\d\d)\b", re.IGNORECASE)
_AVERAGE = re.compile(r"\baverage(?!\s+(?:number|shares|common))\s+(?:of\s+)?", re.IGNORECASE)
_JOINING = re.compile(r"\b(?:between|from)\s+(?=(?:and|to|-|\s|$))|\s(?:and|to|-)\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?$")
_MOST_TOKENS = 60  # more than any formula has


def parse_expression(text: str, year: int | None = None) -> Expression:
    """The expression that a text is.

    Args:
        text: as a question or a formula writes it.
        year: that of the question, for averages of it and the year before.

    Raises:
        ExpressionError: it is none, or longer than any formula.
    """
    for pattern, sign in _SIGNS:
        text = pattern.sub(sign, text)
    tokens = list(islice(_tokens(text), _MOST_TOKENS + 1))
    if len(tokens) > _MOST_TOKENS:
        raise ExpressionError(f"it has more than {_MOST_TOKENS} figures and signs")
    expression, rest = _sum(tokens, year)
    if rest:
        raise ExpressionError(f"{text!r} goes on after an expression: {' '.join(rest)!r}")
    return expression


def items(expression: Expression) -> list[Item]:
    """The items of an expression, each once, in order."""
    return list(dict.fromkeys(_items(expression)))


def in_year(expression: Expression, year: int) -> Expression:
    """The expression with its items that name no year put into one."""
    if isinstance(expression, Operation):
        return Operation(expression.sign, in_year(expression.left, year), in_year(expression.right, year))
    if isinstance(expression, Item) and expression.year is None:
        return Item(expression.name, year)
    return expression


def mean(expressions: list[Expression]) -> Expression:
    """The average of some expressions."""
    return Operation("/", total(expressions), Constant(Decimal(len(expressions))))


def total(expressions: list[Expression]) -> Expression:
    """The sum of some expressions."""
    whole = expressions[0]
    for expression in expressions[1:]:
        whole = Operation("+", whole, expression)
    return whole


def _items(expression: Expression) -> Iterator[Item]:
    if isinstance(expression, Operation):
        yield from _items(expression.left)
        yield from _items(expression.right)
    elif isinstance(expression, Item):
        yield expression


def _tokens(text: str) -> Iterator[str]:
    """Signs, parentheses, and what stands between them; an aside in parentheses behind a name is left out."""
    at, named = 0, False
    while at < len(text):
        match = _TOKEN.search(text, at)
        word = text[at : match.start() if match else len(text)].strip(" .,;:")
        if word:
            yield word
            named = True
        if match is None:
            return
        at = match.end()
        sign = match[0].strip()
        if sign == "(" and named:
            end = text.find(")", at)
            at = len(text) if end < 0 else end + 1
            continue
        yield sign
        named = False


def _sum(tokens: list[str], year: int | None) -> tuple[Expression, list[str]]:
    return _chain(tokens, year, ("+", "-"), _product)


def _product(tokens: list[str], year: int | None) -> tuple[Expression, list[str]]:
    return _chain(tokens, year, ("*", "/"), _power)


def _chain(
    tokens: list[str], year: int | None, signs: tuple[Sign, Sign], part: _Parser
) -> tuple[Expression, list[str]]:
    """Parts that are joined by signs of one rank, from left to right."""
    whole, rest = part(tokens, year)
    while rest and (sign := next((sign for sign in signs if sign == rest[0]), None)):
        right, rest = part(rest[1:], year)
        whole = Operation(sign, whole, right)
    return whole, rest


def _power(tokens: list[str], year: int | None) -> tuple[Expression, list[str]]:
    base, rest = _factor(tokens, year)
    if not rest or rest[0] != "^":
        return base, rest
    exponent, rest = _factor(rest[1:], year)
    return Operation("^", base, exponent), rest


def _factor(tokens: list[str], year: int | None) -> tuple[Expression, list[str]]:
    if not tokens or tokens[0] in ("+", "-", "*", "/", "^", ")"):
        raise ExpressionError("a figure is missing")
    if tokens[0] != "(":
        return _item(tokens[0], year), tokens[1:]
    inner, rest = _sum(tokens[1:], year)
    if not rest or rest[0] != ")":
        raise ExpressionError("a parenthesis is not closed")
    return inner, rest[1:]


def _item(text: str, year: int | None) -> Expression:
    if _NUMBER.match(text):
        return Constant(Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1))
    years = [int(found) for found in _YEAR.findall(text)]
    averaged = bool(_AVERAGE.search(text))
    name = " ".join(_JOINING.sub(" ", _YEAR.sub(" ", _AVERAGE.sub(" ", text))).split())
    name = re.sub(r"\s+(?:between|from|and|to)(?:\s+(?:and|to))?$", "", re.sub(r"^(?:the|its)\s+", "", name))
    if not any(c.isalpha() for c in name):
        raise ExpressionError(f"{text!r} names no figure")
    if not averaged:
        if len(years) > 1:
            raise ExpressionError(f"{text!r} is of several years")
        return Item(name, years[0] if years else None)
    if not years and year is not None:
        years = [year - 1, year]
    if len(years) < 2:
        raise ExpressionError(f"{text!r} does not say of which years the average is")
    return mean([Item(name, year) for year in years])
