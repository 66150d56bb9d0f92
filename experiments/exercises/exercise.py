"""What an exercise is, and which there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import experiments.exercises
from experiments.exercises.finding import Said
from experiments.exercises.prediction import Asked
from experiments.sections import section

SECTIONS = ("Task", "Hypothesis", "Reading", "Size")
LAST = 15
_STARTERS = Path(__file__).with_name("starters")


@dataclass(frozen=True)
class Exercise:
    """An exercise.

    Attributes:
        number: its place on the path, from 1.
        name: of its module and its starting script.
        text: the module's docstring: a title, and a paragraph for each of `SECTIONS`.
        asked: what its hypothesis predicts.
        check: tries a learner's script, one finding after the other; the figure of the hypothesis comes last.
    """

    number: int
    name: str
    text: str
    asked: Asked
    check: Callable[[ModuleType], Iterator[Said]]

    def __post_init__(self) -> None:
        missing = [name for name in SECTIONS if not section(self.text, name)]
        if missing:
            raise ValueError(f"exercise {self.number}: its docstring does not say {', '.join(missing)}")

    @property
    def title(self) -> str:
        """The docstring's first line."""
        return self.text.split("\n", 1)[0].rstrip(".")

    @property
    def starter(self) -> str:
        """The script to begin with."""
        return (_STARTERS / f"{self.name}.py").read_text(encoding="utf-8")


def exercise_modules() -> dict[int, str]:
    """The module of each exercise, by its number: `e03_best_spans` is the third."""
    names = [name for _, name, _ in iter_modules(experiments.exercises.__path__) if name[1:3].isdigit()]
    return {int(name[1:3]): name for name in sorted(names)}


def load_exercise(number: int) -> Exercise:
    """An exercise by its number.

    Raises:
        ValueError: there is none of that number.
    """
    modules = exercise_modules()
    if number not in modules:
        raise ValueError(f"no exercise {number}; there are {min(modules)} to {max(modules)}")
    module = import_module(f"{experiments.exercises.__name__}.{modules[number]}")
    return Exercise(number, modules[number], module.__doc__ or "", module.ASKED, module.check)
