"""A heat map of slices by arms, for the report over all studies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.gaps.finding import find
from experiments.gaps.from_study import study_source
from experiments.gaps.source import Source
from experiments.report.document import Picture
from experiments.report.heat_map import heat_map
from experiments.study.results import FOLDER
from experiments.study.study import Size
from research.gaps.record import Found

SLICES = 10  # drawn at most, the worst first
ARMS = 10  # drawn at most, the baseline and the best others


def gap_picture(name: str = "techniques", size: Size = "cpu", folder: Path = FOLDER) -> Picture | None:
    """The mean of each arm of a study on its gaps; `None` where it has no runs yet.

    Raises:
        ValueError: there is no such study.
    """
    source = study_source(name, size, folder)
    return None if source is None else picture_of(source)


def picture_of(source: Source) -> Picture:
    """The mean of each arm on the gaps of a source, and on all questions; on the worst slices where it has no gaps."""
    found = sorted(find(source), key=lambda each: each.difference)
    gaps = [each for each in found if each.reasons]
    drawn = (gaps or found)[:SLICES]
    arms = _arms(source)
    rows = ["all questions", *(f"{each.dimension}: {each.value}" for each in drawn)]
    values = [[_mean(source, arm, each) for arm in arms] for each in (None, *drawn)]
    kind = "gaps" if gaps else "slices furthest below the rest, none of them a gap"
    return heat_map(
        rows,
        arms,
        values,
        title=_title(drawn),
        caption=(
            f"{source.metric} of {source.name}, mean over seeds and questions: the {len(drawn)} {kind}, of {len(found)} "
            f"slices tested; {source.baseline} and the {len(arms) - 1} best others of {len(source.scores) - 1} arms. "
            f"Questions: {len(source.documents):,} in all; {'; '.join(_counted(each) for each in drawn)}."
        ),
        command=source.command,
        name="gaps",
        shown=".0f",
    )


def _title(drawn: Sequence[Found]) -> str:
    if not drawn:
        return "No slice is large enough to be compared"
    worst = drawn[0]
    return f"{worst.dimension} {worst.value}: {worst.difference:+.1f} [{worst.low:+.1f}, {worst.high:+.1f}] points from the rest"


def _arms(source: Source) -> list[str]:
    """The baseline, then the others by their mean over all questions."""
    others = sorted(source.scores.keys() - {source.baseline}, key=lambda arm: -source.mean(arm).mean())
    return [source.baseline, *others][:ARMS]


def _mean(source: Source, arm: str, of: Found | None) -> float:
    scores = source.mean(arm)
    if of is None:
        return 100 * float(scores.mean())
    inside = [slices.get(of.dimension) == of.value for slices in source.slices]
    return 100 * float(scores[inside].mean())


def _counted(found: Found) -> str:
    return f"{found.value} {found.questions}"
