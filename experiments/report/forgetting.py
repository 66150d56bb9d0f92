"""What is learned of the target against what is forgotten of the source."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.report.document import Picture
from experiments.report.evidence import Evidence
from experiments.report.figure import MUTED, plotting, to_svg
from experiments.report.scatter import HEIGHT, Point, draw, listed, marks, pareto, told


def forgetting(evidence: Evidence, source: str) -> Picture | None:
    """The primary metric against one of another data set, high on both being best; none where fewer than two arms have both."""
    points = [
        Point(arm.arm, arm.verdict, arm.metrics[source][0], arm.metrics[evidence.metric][0])
        for arm in evidence.ranked
        if source in arm.metrics
    ]
    if len(points) < 2:
        return None
    best = pareto(points, low=False)
    start = next((point for point in points if evidence.untrained(point.arm)), None)
    name = f"forgetting-{source.replace('.', '-')}"
    with plotting(_title(points, best, start, source), HEIGHT) as (figure, axes):
        axes.margins(0.12)
        if start:
            axes.axvline(start.x, color=MUTED, linestyle="--", linewidth=1)
            axes.axhline(start.y, color=MUTED, linestyle="--", linewidth=1)
        axes.set(xlabel=f"source: {source}", ylabel=f"target: {evidence.metric}")
        draw(axes, evidence, points, best)
        alt = f"Scatter plot of {evidence.metric} against {source}. On the frontier: " + told(best)
        return Picture(name, to_svg(figure, name, alt), alt, _caption(evidence, source, start), evidence.command)


def _title(points: Sequence[Point], best: Sequence[Point], start: Point | None, source: str) -> str:
    if start is None:
        return f"Pareto-efficient between target and {source}, {len(best)} of {len(points)} arms: {listed(best)}"
    trained = [point for point in points if point != start]
    lower = sum(point.x < start.x for point in trained)
    worst = min(trained, key=lambda point: point.x)
    return f"{lower} of {len(trained)} trained arms score below the untrained start on {source}, {worst.arm} by most ({worst.x - start.x:+.1f})"


def _caption(evidence: Evidence, source: str, start: Point | None) -> str:
    lines = f" Dashed: {start.arm}, the untrained start." if start else ""
    best = evidence.best.arm
    return (
        f"What is learned ({evidence.metric}) against what is kept ({source}), best is up and right.{lines} {marks(evidence)} "
        f"Source: {evidence.sample(best, source)} in {best}."
    )
