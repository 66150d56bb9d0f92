"""Works an expression out, and says how."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, DecimalException

from qa.arithmetic.expression import Constant, Expression, ExpressionError, Item

_BEYOND = Decimal(10) ** 21
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}


def compute(expression: Expression, figures: Mapping[Item, Decimal]) -> Decimal:
    """The value of an expression.

    Args:
        expression: over items.
        figures: the value of each.

    Raises:
        ExpressionError: something is divided by zero, a root is of what is not above zero, or a value has more digits
            than any figure.
    """
    value = _value(expression, figures)
    if abs(value) >= _BEYOND:
        raise ExpressionError("its value has more digits than any figure")
    return value


def _value(expression: Expression, figures: Mapping[Item, Decimal]) -> Decimal:
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Item):
        return figures[expression]
    left, right = _value(expression.left, figures), _value(expression.right, figures)
    if expression.sign == "+":
        return left + right
    if expression.sign == "-":
        return left - right
    if expression.sign == "*":
        return left * right
    if expression.sign == "^":
        return _power(left, right)
    if not right:
        raise ExpressionError("it divides by zero")
    return left / right


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if base <= 0:
        raise ExpressionError("a root or power is taken of what is not above zero")
    try:
        return base**exponent
    except DecimalException:
        raise ExpressionError("its value has more digits than any figure") from None


def written(expression: Expression, names: Mapping[Item, str], binds: int = 0) -> str:
    """An expression in signs, with a name for each item: `(a + b) / 2`."""
    if isinstance(expression, Constant):
        return format(expression.value.normalize(), "f")
    if isinstance(expression, Item):
        return names[expression]
    own = _BINDS[expression.sign]
    left = written(expression.left, names, own + (expression.sign == "^"))
    right = written(expression.right, names, own + (expression.sign in "-/^"))
    text = f"{left} {expression.sign} {right}"
    return f"({text})" if own < binds else text


def same_unit(expression: Expression, units: Mapping[Item, str | None]) -> str | None:
    """The unit of a sum, a difference or an average of figures of one unit; `None` for anything else."""
    if isinstance(expression, Item):
        return units[expression]
    if isinstance(expression, Constant):
        return None
    left, right = same_unit(expression.left, units), same_unit(expression.right, units)
    if isinstance(expression.right, Constant) and expression.sign in "*/":
        return left
    return left if left == right and expression.sign in "+-" else None
