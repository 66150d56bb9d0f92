"""A record of the gap register: what a command found of it, and what people say of it, in one TOML file.

`[found]` is written from runs and carries a digest, so that figures cannot be edited unnoticed; all else is people's
and stays when the gap is opened again from other runs.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from research.gaps.toml import to_toml

RECORDS = Path(__file__).with_name("records")
INVENTIONS = Path(__file__).resolve().parents[1] / "inventions"
_NOT_NAME = re.compile(r"[^a-z0-9]+")
_TAG = re.compile(r"\[[VOM](?:[,;] [^\]]+)?\]")  # read in a source, computed, from memory
_HEAD = "# [found] is written by `financeqa gaps open`; all above it is written by people and kept.\n\n"

Reason = Literal["worse than the rest", "no technique moves it"]
Status = Literal["open", "tried", "closed", "refuted"]
STATUSES: tuple[Status, ...] = get_args(Status)


class GapError(ValueError):
    """A record is broken; the message names the file and the fix."""


class Found(BaseModel):
    """What runs say of a slice of questions. Means and differences are in points of a hundred.

    Attributes:
        source: the study, or the evaluation that was saved.
        metric: what is compared.
        dimension: by what questions are cut into slices.
        value: which slice.
        reasons: why it is a gap; empty where the last runs do not show it any more.
        questions: in the slice.
        documents: that they are about.
        mean: of the slice, by the baseline.
        rest: mean of all other questions that the dimension cuts.
        difference: of the slice from the rest.
        low: lower end of its 95% interval.
        high: upper end.
        p: one-sided, of a slice that is no more than `smallest` worse than the rest.
        adjusted: the same after Benjamini and Hochberg over the `tested` slices of the source: exploratory.
        tested: how many slices were.
        method: what was resampled, and what is left out.
        smallest: the smallest effect that matters.
        baseline: the arm that the figures are of; empty where the source has one system only.
        arms: how many others were compared with it.
        best: the one that gains most on the slice; empty where there are no others.
        gain: by how much. The largest of many, so it is flattered.
        gain_low: lower end of its 95% interval, not corrected for having been picked.
        gain_high: upper end.
        runs: on which this rests.
        command: finds it again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    source: str
    metric: str
    dimension: str
    value: str
    reasons: tuple[Reason, ...]
    questions: int
    documents: int
    mean: float
    rest: float
    difference: float
    low: float
    high: float
    p: float
    adjusted: float
    tested: int
    method: str
    smallest: float
    baseline: str
    arms: int
    best: str
    gain: float
    gain_low: float
    gain_high: float
    runs: tuple[str, ...]
    command: str

    @property
    def id(self) -> str:
        """The gap's name, which its file has too."""
        return "-".join(
            _NOT_NAME.sub("-", part.lower()).strip("-") for part in (self.source, self.dimension, self.value)
        )

    @property
    def digest(self) -> str:
        """Of all fields."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


class Gap(BaseModel):
    """A gap.

    Attributes:
        status: `open`, `tried` (an invention was), `closed` (it is one no more) or `refuted` (it never was one).
        hypothesis: why it is there.
        literature: who tried, tagged with where that is known from: [V] read in a source, [O] computed, [M] from memory.
        inventions: pages of `research/inventions` that bear on it.
        note: what else is to be said; needed where the status is not `open`.
        found: what the runs say.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    status: Status = "open"
    hypothesis: str = ""
    literature: tuple[str, ...] = ()
    inventions: tuple[str, ...] = ()
    note: str = ""
    found: Found

    @field_validator("literature")
    @classmethod
    def _tagged(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        for entry in entries:
            if not _TAG.search(entry):
                raise ValueError(f"{entry!r} does not say where it is known from; add [V], [O] or [M]")
        return entries

    @field_validator("inventions")
    @classmethod
    def _existing(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not (INVENTIONS / f"{name}.md").is_file():
                raise ValueError(f"there is no invention {name!r} in research/inventions")
        return names

    @model_validator(mode="after")
    def _explained(self) -> Gap:
        if self.status != "open" and not self.note:
            raise ValueError(f"the status is {self.status!r}; say in note why")
        return self

    @property
    def id(self) -> str:
        """Its name."""
        return self.found.id


def read_gap(path: Path) -> Gap:
    """Reads and checks a record.

    Raises:
        GapError: it is no valid record, its figures were edited, or its file goes by another name.
    """
    try:
        record = tomllib.loads(path.read_text(encoding="utf-8"))
        digest = record.get("found", {}).pop("digest", None)
        gap = Gap.model_validate(record)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise GapError(f"{path}: {error}") from error
    if digest != gap.found.digest:
        raise GapError(f"{path}: [found] was edited; run its command again: {gap.found.command}")
    if path.stem != gap.id:
        raise GapError(f"{path}: the record is of {gap.id}; call it {gap.id}.toml")
    return gap


def read_gaps(folder: Path = RECORDS) -> list[Gap]:
    """All records, by name.

    Raises:
        GapError: as `read_gap`.
    """
    return [read_gap(path) for path in sorted(folder.glob("*.toml"))]


def gap_path(folder: Path, name: str) -> Path:
    """Where the record of a gap lies."""
    return folder / f"{name}.toml"


def to_text(gap: Gap) -> str:
    """The record as its file holds it."""
    fields = gap.model_dump(mode="json")
    found = fields.pop("found")
    return f"{_HEAD}{to_toml(fields)}\n[found]\n{to_toml({**found, 'digest': gap.found.digest})}"
