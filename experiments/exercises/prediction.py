"""What a hypothesis predicts: a number, or one of a few words."""

from __future__ import annotations

from dataclasses import dataclass

Value = float | str | None


@dataclass(frozen=True)
class Number:
    """A number is to be predicted.

    Attributes:
        what: it is, with its unit.
        within: how far off it may be and still have come true.
    """

    what: str
    within: float

    def fault(self, prediction: Value) -> str | None:
        """What is wrong with a prediction, if anything."""
        if isinstance(prediction, int | float) and not isinstance(prediction, bool):
            return None
        return f"PREDICTION is {prediction!r}; give a number: {self.what}"

    def came_true(self, prediction: Value, measured: Value) -> bool:
        """Whether what was measured is near enough."""
        if isinstance(prediction, str) or isinstance(measured, str) or prediction is None or measured is None:
            return False
        return abs(prediction - measured) <= self.within


@dataclass(frozen=True)
class Choice:
    """One of a few words is to be predicted.

    Attributes:
        what: it is.
        among: the words.
    """

    what: str
    among: tuple[str, ...]

    def fault(self, prediction: Value) -> str | None:
        """What is wrong with a prediction, if anything."""
        if prediction in self.among:
            return None
        return f"PREDICTION is {prediction!r}; give one of {', '.join(map(repr, self.among))}: {self.what}"

    def came_true(self, prediction: Value, measured: Value) -> bool:
        """Whether it is what came out."""
        return prediction == measured


Asked = Number | Choice
