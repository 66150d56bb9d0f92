"""Do the runs exist that the gaps rest on?

A study's run is `STUDY/SIZE/ARM, seeds 1 2, commit f8d6495`, a saved evaluation `PATH, sha256 DIGEST`. A gap that was
opened from an evaluation that nobody kept says so in its note.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from research.gaps.record import RECORDS, Gap, read_gaps

ROOT = Path(__file__).resolve().parents[2]
RESULTS = Path("experiments") / "results"
NOT_KEPT = "The evaluation was not kept"
_OF_STUDY = re.compile(r"(?P<arm>\S+), seeds (?P<seeds>[\d ]+), commit (?P<commits>[0-9a-f ]+)")
_SAVED = re.compile(r"(?P<path>\S+), sha256 (?P<digest>[0-9a-f]+)")


def check_gaps(records: Path = RECORDS, root: Path = ROOT) -> list[str]:
    """The runs that are not there, or are others than those cited, a line each.

    Raises:
        research.gaps.record.GapError: a record is broken.
    """
    return [f"{gap.id}: {fault}" for gap in read_gaps(records) for fault in _faults(gap, root)]


def _faults(gap: Gap, root: Path) -> Iterator[str]:
    if not gap.found.runs:
        yield "it rests on no run"
    for run in gap.found.runs:
        if of_study := _OF_STUDY.fullmatch(run):
            yield from _missing_runs(of_study, root / RESULTS)
        elif saved := _SAVED.fullmatch(run):
            path = root / saved["path"]
            kept = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest().startswith(saved["digest"])
            if kept == (NOT_KEPT in gap.note):
                yield f"{run}: " + (
                    "is there" if kept else f"not there; evaluate and open it again, or note {NOT_KEPT!r}"
                )
        else:
            yield f"{run!r} names no run"


def _missing_runs(cited: re.Match[str], results: Path) -> Iterator[str]:
    for seed in cited["seeds"].split():
        path = results / f"{cited['arm']}-{seed}.json"
        if not path.is_file():
            yield f"there is no {path.relative_to(results)}"
        elif json.loads(path.read_text(encoding="utf-8"))["commit"][:7] not in cited["commits"].split():
            yield f"{path.relative_to(results)} is of another commit; open the gaps again"
