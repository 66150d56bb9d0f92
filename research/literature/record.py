"""A record of a work that others did: what it claims, its figures and where we read them, what we take and doubt.

Records are written by people, in our own words, one TOML file a work. A figure says where it was read, or that it was
not: "unverified" is from memory, and a review that repeats it has to say so.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from research.record import read_record

RECORDS = Path(__file__).with_name("records")
UNVERIFIED = "unverified"
_KEY = re.compile(r"[a-z]+-(?:19|20)\d\d-[a-z0-9]+")  # first author, year, a short name: zhu-2021-tatqa

Kind = Literal["benchmark", "system", "reader", "technique", "retrieval", "evaluation", "statistics"]
KINDS: tuple[str, ...] = get_args(Kind)


class LiteratureError(ValueError):
    """A record is broken; the message names the file and the fix."""


class Figure(BaseModel):
    """A number that a work reports, or that was counted in its data.

    Attributes:
        what: is measured, of what, on what.
        value: as printed there.
        unit: of the value, or what is counted.
        read_in: the address where we read it and in which part; or "unverified".
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False)

    what: str = Field(min_length=1)
    value: float
    unit: str = Field(min_length=1)
    read_in: str

    @field_validator("read_in")
    @classmethod
    def _read_somewhere(cls, place: str) -> str:
        if place != UNVERIFIED and "https://" not in place:
            raise ValueError(
                f"{place!r} is no place where the figure was read; give its https address, or {UNVERIFIED!r}"
            )
        return place

    @property
    def verified(self) -> bool:
        """Was it read, not remembered?"""
        return self.read_in != UNVERIFIED


class Work(BaseModel):
    """A paper, a data set or a system of others.

    Attributes:
        key: by which the review refers to it; its file has that name too.
        title: in full.
        authors: short.
        year: of publication.
        where: it was published, with its address.
        kind: what it is to us.
        claim: what it says, in our words.
        data: on which the claim rests.
        licence: of its data or model; "unknown" where we don't know.
        we_take: what follows for this project.
        we_doubt: what we would not rest anything on.
        figures: its numbers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    key: str
    title: str = Field(min_length=1)
    authors: str = Field(min_length=1)
    year: int
    where: str
    kind: Kind
    claim: str = Field(min_length=1)
    data: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    we_take: str = Field(min_length=1)
    we_doubt: str = Field(min_length=1)
    figures: tuple[Figure, ...] = ()

    @field_validator("where")
    @classmethod
    def _addressed(cls, where: str) -> str:
        if "https://" not in where:
            raise ValueError(f"{where!r} has no address; add the https address of the work")
        return where

    @model_validator(mode="after")
    def _keyed(self) -> Work:
        if not _KEY.fullmatch(self.key) or f"-{self.year}-" not in self.key:
            raise ValueError(f"the key {self.key!r} is not of the form author-{self.year}-name")
        return self


def read_work(path: Path) -> Work:
    """Reads and checks a record.

    Raises:
        LiteratureError: it is no valid record, or its file goes by another name.
    """
    work = read_record(path, Work, LiteratureError)
    if path.stem != work.key:
        raise LiteratureError(f"{path}: the record is of {work.key}; call it {work.key}.toml")
    return work


def read_works(folder: Path = RECORDS) -> list[Work]:
    """All records, by key.

    Raises:
        LiteratureError: as `read_work`; or two records are of the same work.
    """
    works = [read_work(path) for path in sorted(folder.glob("*.toml"))]
    seen: dict[str, str] = {}
    for work in works:
        other = seen.setdefault(work.title.casefold(), work.key)
        if other != work.key:
            raise LiteratureError(f"{other} and {work.key} are both of {work.title!r}; keep one of them")
    return works


def work_path(folder: Path, key: str) -> Path:
    """Where the record of a work lies."""
    return folder / f"{key}.toml"
