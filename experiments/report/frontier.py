"""Quality against cost."""

from __future__ import annotations

from experiments.report.document import Picture
from experiments.report.evidence import Evidence
from experiments.report.figure import MUTED, plotting, short_numbers, to_svg
from experiments.report.scatter import HEIGHT, Point, draw, listed, marks, pareto, told

COSTS = {"trained_weights": "trained weights", "training_seconds": "CPU seconds of training"}
_UNLIKE = 1.05  # largest to smallest cost of arms that differ in it


def frontier(evidence: Evidence, cost: str) -> Picture | None:
    """The primary metric against a cost of `COSTS`; none where arms do not differ in it."""
    points = [
        Point(arm.arm, arm.verdict, value, arm.metrics[evidence.metric][0])
        for arm in evidence.ranked
        if (value := arm.cost.get(cost)) and not evidence.untrained(arm.arm)
    ]
    start = [arm for arm in evidence.ranked if evidence.untrained(arm.arm)]
    if len(points) < 2 or max(p.x for p in points) < _UNLIKE * min(p.x for p in points):
        return None
    best = pareto(points, low=True)
    title = f"Pareto-efficient in {COSTS[cost]}, {len(best)} of {len(points)} trained arms: {listed(best)}"
    log = max(p.x for p in points) > 10 * min(p.x for p in points)
    with plotting(title, HEIGHT) as (figure, axes):
        if log:
            axes.set_xscale("log")
        axes.margins(0.1, 0.12)
        axes.step([p.x for p in best], [p.y for p in best], where="post", color=MUTED, linewidth=1, zorder=1)
        for arm in start:
            mean = arm.metrics[evidence.metric][0]
            axes.axhline(mean, color=MUTED, linestyle="--", linewidth=1)
            label = f"{arm.arm}: untrained"
            axes.text(0.99, mean, label, transform=axes.get_yaxis_transform(), ha="right", va="bottom", fontsize=9)
        if log:
            short_numbers(axes)
        axes.set(xlabel=COSTS[cost] + (" (log)" if log else ""), ylabel=evidence.metric)
        draw(axes, evidence, points, best)
        alt = f"Scatter plot of {evidence.metric} against {COSTS[cost]}. On the frontier: " + told(best)
        name = f"frontier-{cost}"
        caption = f"{evidence.metric} against {COSTS[cost]}, cheap and good is up and left. {marks(evidence)}"
        return Picture(name, to_svg(figure, name, alt), alt, caption, evidence.command)
