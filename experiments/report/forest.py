"""The forest plot: every arm's difference from the baseline with its interval."""

from __future__ import annotations

from experiments.report.document import Picture
from experiments.report.evidence import Evidence
from experiments.report.figure import BAND, COLOURS, INK, MARKERS, MUTED, PAGE, plotting, to_svg
from experiments.report.wording import compared_sizes, headline, p_value

_ROW = 17  # points


def forest(evidence: Evidence) -> Picture | None:
    """Differences on the primary metric, confirmatory arms on top; none where nothing has been compared."""
    arms, smallest = evidence.compared, evidence.study.smallest
    if not arms:
        return None
    found = [arm.comparisons[evidence.metric] for arm in arms]
    rows = [-i for i in range(len(arms))]
    with plotting(headline(evidence), 70 + _ROW * len(arms)) as (figure, axes):
        axes.axvspan(-smallest, smallest, color=BAND, linewidth=0)
        axes.axvline(0, color=MUTED, linewidth=1)
        for row, arm, each in zip(rows, arms, found, strict=True):
            colour = COLOURS[arm.verdict]
            axes.plot([100 * each.low, 100 * each.high], [row, row], color=colour)
            fill = colour if arm.confirmatory else PAGE
            axes.plot(
                100 * each.difference, row, MARKERS[arm.verdict], color=colour, markerfacecolor=fill, markersize=6
            )
            axes.text(
                1.02, row, each.points, transform=axes.get_yaxis_transform(), va="center", fontsize=8.5, color=INK
            )
        axes.set(yticks=rows, yticklabels=[evidence.name(arm.arm) for arm in arms], ylim=(rows[-1] - 0.7, 0.7))
        axes.set_xlabel(f"points of {evidence.metric} over {evidence.against}")
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        alt = "Forest plot. " + "; ".join(
            f"{evidence.name(arm.arm)} {each.points}, {arm.verdict}" for arm, each in zip(arms, found, strict=True)
        )
        return Picture("forest", to_svg(figure, "forest", alt), alt, _caption(evidence), evidence.command)


def _caption(evidence: Evidence) -> str:
    n = compared_sizes(arm.comparisons[evidence.metric] for arm in evidence.compared)
    claimed = [arm for arm in evidence.compared if arm.confirmatory]
    adjusted = "; ".join(f"{arm.arm} p {p_value(arm.adjusted)}" for arm in claimed)
    return (
        f"Each arm less {evidence.against} with its 95% interval over seeds and documents, not widened for the number of arms; "
        f"the verdict, by the adjusted p, is in the marker: up better, down worse, round no difference found, square not decided yet. The band "
        f"is ±{evidence.study.smallest:g}, the smallest effect that matters. Filled: confirmatory "
        f"({adjusted or 'none'}); hollow: exploratory. n = {n}."
    )
