"""What a check says of a script: findings that hold or do not, and the figure that the hypothesis is about."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was tried.

    Attributes:
        holds: whether it is as it must be.
        text: what was tried, and what came of it.
    """

    holds: bool
    text: str


@dataclass(frozen=True)
class Measured:
    """What the hypothesis is about, as it came out.

    Attributes:
        value: a number, or one of the exercise's choices.
        text: what it is, in words.
    """

    value: float | str
    text: str


Said = Finding | Measured
_LONGEST = 160  # characters that are shown of a value


def same(case: str, found: object, expected: object) -> Finding:
    """Whether exactly this came out."""
    holds = bool(type(found) is type(expected) and found == expected)
    shown = f"{case}: {_shown(found)}"
    return Finding(holds, shown if holds else f"{shown}, expected {_shown(expected)}")


def near(case: str, found: float, expected: float, *, within: float) -> Finding:
    """Whether a number is as far from the expected one as it may be, or nearer."""
    number = float(found)
    holds = math.isfinite(number) and abs(number - expected) <= within
    return Finding(holds, f"{case}: {number:.6g}" + ("" if holds else f", expected {expected:.6g}"))


def refuses(case: str, call: Callable[[], object]) -> Finding:
    """Whether a call raises `ValueError`."""
    try:
        found = call()
    except ValueError as error:
        return Finding(True, f"{case}: refused ({error})")
    return Finding(False, f"{case}: {found!r}, expected a ValueError")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
