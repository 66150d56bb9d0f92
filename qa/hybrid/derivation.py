"""An answer and how it comes from a table or its text: the operator, what it works on, and the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from qa.hybrid.context import Figure
from retrieval.document import Cell

Operator = Literal[
    "cell", "cells", "heading", "headings", "count", "span", "spans",
    "difference", "change", "average", "sum", "ratio", "share", "product",
    "difference of averages", "change of ratio", "change of sum",
]  # fmt: skip
OPERATORS: tuple[Operator, ...] = get_args(Operator)
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way to answer.

    Attributes:
        operator: what is done.
        figures: the numbers that it works on, or that a comparison looks at, in order.
        labels: for headings and counts, the cells that are the answer or are counted.
        spans: for text, the characters [start, end) of the context's text.
        parts: the answer as strings: one, or a list's.
        value: what was computed, before scale; `None` for an answer that stands as it is.
    """

    operator: Operator
    parts: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    labels: tuple[Cell, ...] = ()
    spans: tuple[Place, ...] = ()
    value: Decimal | None = None


def computed(operator: Operator, figures: Sequence[Figure]) -> Derivation | None:
    """The result of an arithmetic operator on figures; `None` where it divides by zero."""
    values = [figure.value for figure in figures]
    try:
        value = _COMPUTE[operator](values)
    except ArithmeticError:
        return None
    return Derivation(operator, (rounded(value),), tuple(figures), value=value)


def rounded(value: Decimal) -> str:
    """A result to two places, as TAT-QA's answers are."""
    return format(round(value, 2).normalize(), "f")


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _half(values: Sequence[Decimal]) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
    return values[: len(values) // 2], values[len(values) // 2 :]


def _over_halves(
    join: Callable[[Decimal, Decimal], Decimal], each: Callable[[Sequence[Decimal]], Decimal]
) -> Callable[[Sequence[Decimal]], Decimal]:
    """An operator on what another makes of the first and of the second half of its operands."""

    def work(values: Sequence[Decimal]) -> Decimal:
        left, right = _half(values)
        return join(each(left), each(right))

    return work


def _ratio(values: Sequence[Decimal]) -> Decimal:
    return values[0] / values[1]


def _change(new: Decimal, old: Decimal) -> Decimal:
    return 100 * (new - old) / old


_COMPUTE: dict[Operator, Callable[[Sequence[Decimal]], Decimal]] = {
    "difference": lambda values: values[0] - values[1],
    "change": lambda values: _change(values[0], values[1]),
    "average": _mean,
    "sum": lambda values: sum(values, Decimal(0)),
    "ratio": _ratio,
    "share": lambda values: 100 * values[0] / values[1],
    "product": lambda values: values[0] * values[1],
    "difference of averages": _over_halves(lambda left, right: left - right, _mean),
    "change of ratio": _over_halves(lambda left, right: left - right, _ratio),
    "change of sum": _over_halves(_change, lambda values: sum(values, Decimal(0))),
}
