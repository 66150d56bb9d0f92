"""Arms between two things that are wanted at once, with those marked that no other beats on both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from experiments.report.evidence import Evidence
from experiments.report.figure import COLOURS, GRID, MARKERS, PAGE, label_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 270  # points
_NAMED = 8  # points that all have a name beside them
_FEW = 6  # names on the frontier that a title can hold


class Point(NamedTuple):
    """An arm between two axes."""

    arm: str
    verdict: str
    x: float
    y: float


def pareto(points: Sequence[Point], *, low: bool) -> list[Point]:
    """The points that no other beats: none is as good on one axis and better on the other. Of equals it is the first.

    Args:
        points: whose y is best high.
        low: whether x is best low (a cost) or high.

    Returns:
        From the lowest y to the highest.
    """
    best: list[Point] = []
    for point in sorted(points, key=lambda p: (p.x if low else -p.x, -p.y)):
        if not best or point.y > best[-1].y:
            best.append(point)
    return best


def draw(axes: Axes, evidence: Evidence, points: Sequence[Point], best: Sequence[Point]) -> None:
    """Draws efficient arms filled and above the others, which are hollow; names all of few, else efficient arms, baseline and start."""
    for point in points:
        colour, efficient = COLOURS[point.verdict], point in best
        axes.plot(
            point.x, point.y, MARKERS[point.verdict], color=colour, markerfacecolor=colour if efficient else PAGE,
            markersize=6.5, zorder=4 if efficient else 3,
        )  # fmt: skip
    axes.grid(color=GRID)
    few = len(points) <= _NAMED
    chosen = [p for p in points if few or p in best or p.arm == evidence.study.baseline or evidence.untrained(p.arm)]
    named = [(p.x, p.y, p.arm + (" (untrained)" if evidence.untrained(p.arm) else "")) for p in chosen]
    label_points(axes, named, [(p.x, p.y) for p in points])


def listed(best: Sequence[Point]) -> str:
    """The names on a frontier, or its ends where they are many."""
    return ", ".join(p.arm for p in best) if len(best) <= _FEW else f"{best[0].arm} to {best[-1].arm}"


def told(best: Sequence[Point]) -> str:
    """The points of a frontier in words."""
    return "; ".join(f"{p.arm} {p.y:.1f} at {p.x:,.1f}" for p in best) + "."


def marks(evidence: Evidence) -> str:
    """How to read the plot, and of how many questions it is."""
    best = evidence.best.arm
    return (
        f"Means over seeds, without intervals: points close together cannot be told apart (differences with intervals are in the tables). "
        f"Filled: Pareto-efficient. Marker: up better, down worse, round no difference found, square not decided yet, diamond baseline. "
        f"n = {evidence.sample(best, evidence.metric)} in {best}; seeds of each arm are in the table."
    )
