"""A goal, and an entry of the log, one TOML file each; people write them.

A source is a file of the repository, "experiments/reports/scale.md", or one as it was once, "README.md at 68a2da0":
what is reported of the past has to stand there still when the file has changed.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from research.record import read_record

ENTRIES = Path(__file__).with_name("entries")
GOALS = Path(__file__).with_name("goals")
SOURCE = re.compile(r"(?P<path>[\w./-]+)(?: at (?P<commit>[0-9a-f]{7,40}))?")


class LogError(ValueError):
    """A record of the log is broken; the message names the file and the fix."""


class Goal(BaseModel):
    """Something to reach, so that one can tell whether it was reached.

    Attributes:
        key: by which entries call it; its file has that name.
        goal: in a sentence, with its reason.
        measure: what is measured, on what.
        unit: of the figures.
        target: to reach.
        better: which way.
        stated: on which day.
        stated_in: a source that has the target; empty where it was stated here.
        now: the last figure; none where nothing was measured yet.
        read_in: the source that has it.
        command: measures it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)

    key: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    goal: str = Field(min_length=1)
    measure: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    target: float
    better: Literal["higher", "lower"]
    stated: date
    stated_in: str = ""
    now: float | None = None
    read_in: str = ""
    command: str = Field(min_length=1)

    @field_validator("stated_in", "read_in")
    @classmethod
    def _a_source(cls, source: str) -> str:
        return source and _checked(source)

    @model_validator(mode="after")
    def _figure_with_source(self) -> Goal:
        if (self.now is None) != (not self.read_in):
            raise ValueError("give now and read_in, or neither")
        return self

    @property
    def status(self) -> str:
        """`reached`, `not reached`, or `not measured`."""
        if self.now is None:
            return "not measured"
        reached = self.now >= self.target if self.better == "higher" else self.now <= self.target
        return "reached" if reached else "not reached"


class Entry(BaseModel):
    """What was done on a day, and what came of it.

    Attributes:
        day: when.
        title: in a few words.
        goal: what was wanted.
        goals: keys of the goals, of those stated by then, that it served.
        hypothesis: what was expected, and why.
        ran: the commands.
        result: what came of it; each figure stands in one of the sources.
        sources: of the figures.
        next: what follows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    day: date
    title: str = Field(min_length=1)
    goal: str = Field(min_length=1)
    goals: tuple[str, ...] = ()
    hypothesis: str = Field(min_length=1)
    ran: tuple[str, ...] = Field(min_length=1)
    result: str = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    next: str = Field(min_length=1)

    @field_validator("sources")
    @classmethod
    def _are_sources(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(_checked, sources))


def read_goals(folder: Path = GOALS) -> list[Goal]:
    """All goals, by the day on which they were stated.

    Raises:
        LogError: one is broken, or its file goes by another name.
    """
    goals = []
    for path in sorted(folder.glob("*.toml")):
        goal = read_record(path, Goal, LogError)
        if path.stem != goal.key:
            raise LogError(f"{path}: the goal is {goal.key}; call the file {goal.key}.toml")
        goals.append(goal)
    return sorted(goals, key=lambda goal: goal.stated)


def read_entries(folder: Path = ENTRIES) -> list[tuple[Path, Entry]]:
    """All entries with their files, by name: `2026-11-24-1-a-few-words.toml`.

    Raises:
        LogError: one is broken, or its file's name does not begin with its day.
    """
    entries = []
    for path in sorted(folder.glob("*.toml")):
        entry = read_record(path, Entry, LogError)
        if not path.stem.startswith(f"{entry.day}-"):
            raise LogError(f"{path}: the entry is of {entry.day}; begin the file's name with it")
        entries.append((path, entry))
    return entries


def _checked(source: str) -> str:
    if not SOURCE.fullmatch(source):
        raise ValueError(f'{source!r} is no source; write "PATH" or "PATH at COMMIT"')
    return source
