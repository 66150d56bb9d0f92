"""Records from findings: new gaps are opened, known ones get the new figures and keep what people wrote."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from experiments.gaps.finding import find
from experiments.gaps.source import Source
from research.gaps.record import RECORDS, Gap, gap_path, read_gap, to_text
from retrieval.files import write_atomically

Change = Literal["opened", "found again", "not found any more"]


def open_gaps(sources: Iterable[Source], folder: Path = RECORDS) -> dict[str, Change]:
    """Writes the records of all gaps of some sources; returns what became of each.

    A known gap that the runs do not show any more stays, without a reason; whether it is closed is for people to say.

    Args:
        sources: none twice.
        folder: of the records.

    Raises:
        ValueError: two sources go by the same name.
        research.gaps.record.GapError: a record is broken.
    """
    changes: dict[str, Change] = {}
    seen: set[str] = set()
    for source in sources:
        if source.name in seen:
            raise ValueError(f"two of the results are of {source.name}; open their gaps one after the other")
        seen.add(source.name)
        for found in find(source):
            path = gap_path(folder, found.id)
            known = read_gap(path) if path.is_file() else None
            if found.reasons or known:
                gap = known.model_copy(update={"found": found}) if known else Gap(found=found)
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, to_text(gap))
                changes[gap.id] = ("found again" if known else "opened") if found.reasons else "not found any more"
    return changes
