"""Labels that may be wrong: what the checks of each data set find, and what a person made of a sample of it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args
from zlib import crc32

JUDGED = Path(__file__).with_name("judged.toml")
SAMPLE = 10  # suspects of a check that a person looks at
Verdict = Literal["wrong", "unclear", "right"]  # the label: wrong, or right, or open to more than one reading


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that a check does not believe.

    Attributes:
        dataset: where it is.
        id: of the question; of all that contradict each other.
        said: what does not fit.
    """

    dataset: str
    id: str
    said: str


@dataclass(frozen=True)
class Check:
    """A way to find wrong labels.

    Attributes:
        name: by which `judged.toml` calls it.
        looks_for: what it takes for suspect.
        find: finds the suspects.
    """

    name: str
    looks_for: str
    find: Callable[[], Iterable[Suspect]]


@dataclass(frozen=True)
class Judged:
    """A suspect that a person looked at, and what it is."""

    verdict: Verdict
    why: str


class JudgedError(ValueError):
    """The file of what was judged is broken; the message says where."""


def sample(suspects: Sequence[Suspect]) -> list[Suspect]:
    """The suspects to look at: always the same, whatever their order."""
    return sorted(suspects, key=lambda suspect: (crc32(suspect.id.encode()), suspect.id))[:SAMPLE]


def read_judged(path: Path = JUDGED) -> dict[tuple[str, str], Judged]:
    """What people judged, by check and suspect.

    Raises:
        JudgedError: the file is no list of them.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("judged", [])
        found = {(entry["check"], entry["id"]): Judged(entry["verdict"], entry["why"]) for entry in entries}
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise JudgedError(f"{path}: {error!r}; each [[judged]] needs check, id, verdict and why") from error
    for (check, name), judged in found.items():
        if judged.verdict not in get_args(Verdict) or not judged.why:
            raise JudgedError(f"{path}: {check} {name}: a verdict is {', '.join(get_args(Verdict))}, and has a reason")
    if len(found) < len(entries):
        raise JudgedError(f"{path}: a suspect is judged twice")
    return found
