"""FinQA's programs (Chen et al., 2021): their execution as in the official script, and when two are the same.

The official script compares programs by symbolic algebra, argument by argument as text; here sums and products may be in
any order, arguments are compared as numbers, and nothing else is rearranged.

A program is a list of steps such as `subtract(5829, 5735), divide(#0, 5735)`; `#0` is the result of the first step,
`const_100` a constant, and `table_average(total, none)` works on the table row of that name. ConvFinQA (Chen et al.,
2022) also has programs that are a number, here one step `number`. Results are rounded to five places and must then be
equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PLACES = 5
Result = float | str  # "yes" or "no" for a comparison
_STEP = re.compile(r"(\w+)\(([^()]*)\)")
_COMMUTES = {"add", "multiply"}


@dataclass(frozen=True, slots=True)
class Step:
    """An operation on two arguments, as the program writes them."""

    operation: str
    left: str
    right: str

    def tokens(self) -> list[str]:
        """The step in the benchmark's submission form."""
        if self.operation == "number":
            return [self.left]
        return [f"{self.operation}(", self.left, self.right, ")"]


class ProgramError(ValueError):
    """A program cannot be read or executed."""


def parse_program(text: str) -> tuple[Step, ...]:
    """The steps of a program.

    Raises:
        ProgramError: it is none.
    """
    steps = []
    if "(" not in text:
        number_of_argument(text)
        return (Step("number", text.strip(), "none"),)
    for match in _STEP.finditer(text):
        parts = match[2].rsplit(",", 1)
        if len(parts) != 2:
            raise ProgramError(f"{match[0]!r} has no two arguments")
        steps.append(Step(match[1], parts[0].strip(), parts[1].strip()))
    if not steps:
        raise ProgramError(f"{text!r} has no steps")
    return tuple(steps)


def execute(steps: Sequence[Step], rows: Mapping[str, Sequence[float]]) -> Result:
    """The result of a program.

    Args:
        steps: at least one.
        rows: the numbers of each table row by its name.

    Raises:
        ProgramError: it divides by zero, or names what is not there.
    """
    results: list[Result] = []
    for step in steps:
        if step.operation.startswith("table_"):
            results.append(_of_row(step, rows))
            continue
        if step.operation == "number":
            results.append(number_of_argument(step.left))
            continue
        left, right = _argument(step.left, results), _argument(step.right, results)
        try:
            results.append(_of_two(step.operation, left, right))
        except (ZeroDivisionError, OverflowError) as error:
            raise ProgramError(str(error)) from error
    last = results[-1]
    return last if isinstance(last, str) else round(last, PLACES)


def number_of_argument(text: str) -> float:
    """The number that an argument says: `25.3%` is 0.253, `const_m1` is -1.

    Raises:
        ProgramError: it says none.
    """
    text = text.replace(",", "").removeprefix("const_")
    if text == "m1":
        return -1.0
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError as error:
        raise ProgramError(f"{text!r} is no number") from error


def same_program(one: Sequence[Step], other: Sequence[Step]) -> bool:
    """Whether two programs are the same expression, the order of what is added or multiplied aside; none is no other."""
    return bool(one) and bool(other) and _expression(one) == _expression(other)


def _argument(text: str, results: Sequence[Result]) -> float:
    if not text.startswith("#"):
        return number_of_argument(text)
    place = int(text[1:]) if text[1:].isdigit() else -1
    if not 0 <= place < len(results) or isinstance(result := results[place], str):
        raise ProgramError(f"{text} is no result of an earlier step")
    return result


def _of_two(operation: str, left: float, right: float) -> Result:
    match operation:
        case "add":
            return left + right
        case "subtract":
            return left - right
        case "multiply":
            return left * right
        case "divide":
            return left / right
        case "exp":
            return float(left**right)
        case "greater":
            return "yes" if left > right else "no"
    raise ProgramError(f"{operation!r} is no operation")


def _of_row(step: Step, rows: Mapping[str, Sequence[float]]) -> float:
    values = rows.get(step.left)
    if not values:
        raise ProgramError(f"no row {step.left!r}")
    match step.operation:
        case "table_sum":
            return sum(values)
        case "table_average":
            return sum(values) / len(values)
        case "table_max":
            return max(values)
        case "table_min":
            return min(values)
    raise ProgramError(f"{step.operation!r} is no operation")


def _expression(steps: Sequence[Step]) -> object:
    """A program as nested operations: sums and products flat and in no order, quotients and differences as they are."""
    built: list[object] = []
    for step in steps:
        left, right = (_leaf(text, built) for text in (step.left, step.right))
        if step.operation in _COMMUTES:
            terms = [*_terms(step.operation, left), *_terms(step.operation, right)]
            built.append((step.operation, tuple(sorted(terms, key=repr))))
        else:
            built.append((step.operation, left, right))
    return built[-1]


def _terms(operation: str, of: object) -> list[object]:
    if isinstance(of, tuple) and of[0] == operation:
        return list(of[1])
    return [of]


def _leaf(text: str, built: Sequence[object]) -> object:
    if text.startswith("#") and text[1:].isdigit() and int(text[1:]) < len(built):
        return built[int(text[1:])]
    try:
        return number_of_argument(text)
    except ProgramError:
        return text
