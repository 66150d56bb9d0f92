"""An invention's page: what it says, and whether its verdict rests on a run.

A page is Markdown with a title and paragraphs that begin with their names in bold. What its experiment printed when it
last ran is in `experiments/results/inventions/<page>.json`; a verdict repeats figures of that alone. What a study tests
has the study's results instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from research.figures import numbers_of_file, unsupported

PAGES = Path(__file__).parent
RESULTS = Path(__file__).resolve().parents[2] / "experiments" / "results"
NOT_KEPT = "What it printed was not kept"  # a verdict without a run says so
SECTIONS = ("Gap", "Hypothesis", "Prediction", "Refuted if", "Measure", "Known before", "Verdict")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.:;](?:\s|$)")
_STUDY = re.compile(r"financeqa study run (\w+)")


class InventionError(ValueError):
    """A page is broken; the message names the file and the fix."""


@dataclass(frozen=True)
class Invention:
    """A page.

    Attributes:
        name: of its file.
        title: of the page.
        sections: what it says, by `SECTIONS`.
        command: runs its experiment.
    """

    name: str
    title: str
    sections: dict[str, str]
    command: str

    @property
    def verdict(self) -> str:
        """In a few words: `Refuted`, `Kept`, `Open`."""
        return _SENTENCE_END.split(self.sections["Verdict"], maxsplit=1)[0]

    @property
    def is_open(self) -> bool:
        """Whether it has no verdict yet."""
        return self.verdict.startswith("Open")


def read_invention(path: Path) -> Invention:
    """Reads a page.

    Raises:
        InventionError: it lacks its title, a section or its command.
    """
    text = path.read_text(encoding="utf-8")
    title = _TITLE.search(text)
    sections = {name: _section(text, name) for name in SECTIONS}
    missing = [name for name, said in sections.items() if not said]
    commands = re.findall(r"^    (\S.*)$", text, re.MULTILINE)
    if title is None or missing or len(commands) != 1:
        raise InventionError(
            f"{path}: a page has a title, one command set in by four spaces, and {', '.join(SECTIONS)}"
            + (f"; it lacks {', '.join(missing)}" if missing else "")
        )
    return Invention(path.stem, title[1], sections, commands[0])


def read_inventions(folder: Path = PAGES) -> list[Invention]:
    """All pages, by name.

    Raises:
        InventionError: as `read_invention`.
    """
    return [read_invention(path) for path in sorted(folder.glob("*.md")) if path.name != "README.md"]


def run_of(invention: Invention, results: Path = RESULTS) -> Path | None:
    """What its experiment left: a file, or a study's folder; `None` where there is nothing."""
    study = _STUDY.match(invention.command)
    path = results / study[1] if study else results / "inventions" / f"{invention.name}.json"
    return path if path.exists() else None


def check_inventions(folder: Path = PAGES, results: Path = RESULTS) -> list[str]:
    """Verdicts without a run, and figures that the run did not print, a line each.

    Raises:
        InventionError: a page is broken.
    """
    return [fault for invention in read_inventions(folder) for fault in _faults(invention, run_of(invention, results))]


def _faults(invention: Invention, run: Path | None) -> Iterator[str]:
    verdict = invention.sections["Verdict"]
    if (run is None) != (NOT_KEPT in verdict) and not (run is None and invention.is_open):
        kept = "there is a run" if run else f"there is no run; run it again, or say {NOT_KEPT!r}"
        yield f"{invention.name}: {kept}"
    if run is None or run.is_dir():
        return
    record = json.loads(run.read_text(encoding="utf-8"))
    if record["command"] != invention.command:
        yield f"{invention.name}: the page runs {invention.command!r}, the run was {record['command']!r}"
    printed = numbers_of_file("\n".join(record["printed"]), ".txt")
    yield from (f"{invention.name}: {value:,.10g} was not printed" for value in unsupported(verdict, printed))


def _section(text: str, name: str) -> str:
    found = re.search(rf"^\*\*{name}[.:]?\*\*[ ]?(.+?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""
