"""The learning curve: the primary metric against the number of examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from experiments.report.document import Picture
from experiments.report.evidence import Evidence
from experiments.report.figure import HIGH, INK, LOW, SAME, label_points, plotting, to_svg
from experiments.study.verdict import ArmResult

Series = Mapping[str, Sequence[tuple[int, ArmResult]]]
_LOOKS = ((HIGH, "o"), (LOW, "s"), (SAME, "^"), (INK, "D"))


def series_of(evidence: Evidence) -> Series:
    """The arms of each series of the study's learning curve (`Arm.curve`), in order of their examples; one alone is none."""
    found: dict[str, list[tuple[int, ArmResult]]] = defaultdict(list)
    for arm in evidence.ranked:
        curve = evidence.study.arms[arm.arm].curve
        if curve:
            found[curve[0]].append((curve[1], arm))
    ordered = {name: sorted(points, key=lambda point: point[0]) for name, points in sorted(found.items())}
    return {name: points for name, points in ordered.items() if len(points) > 1}


def learning_curve(evidence: Evidence) -> Picture | None:
    """Means over seeds against the number of examples, a line a series; none where the study has no series with results."""
    series, metric = series_of(evidence), evidence.metric
    if not series:
        return None
    with plotting(_title(series, metric), 260) as (figure, axes):
        axes.set_xscale("log")
        axes.margins(0.08, 0.12)
        axes.grid()
        ends = []
        for i, (name, points) in enumerate(series.items()):
            colour, marker = _LOOKS[i % len(_LOOKS)]
            counts, (means, deviations) = (
                [x for x, _ in points],
                zip(*(arm.metrics[metric] for _, arm in points), strict=True),
            )
            axes.errorbar(counts, means, deviations, color=colour, marker=marker, capsize=2, elinewidth=0.9)
            ends.append((counts[-1], means[-1], name))
        axes.set(xlabel="examples (log)", ylabel=metric)
        counts = sorted({count for points in series.values() for count, _ in points})
        axes.set_xticks(counts, [f"{count:,}" for count in counts])
        axes.set_xticks([], minor=True)
        low, high = axes.get_xlim()
        axes.set_xlim(low, high * (high / low) ** 0.12)  # room for the names
        label_points(axes, ends, right=True)
        told = "; ".join(
            f"{n}: " + ", ".join(f"{x:,} {a.metrics[metric][0]:.1f}" for x, a in s) for n, s in series.items()
        )
        alt = f"Line plot of {metric} against examples. {told}."
        return Picture("curve", to_svg(figure, "curve", alt), alt, _caption(evidence, series), evidence.command)


def _title(series: Series, metric: str) -> str:
    """The best curve's gain over all examples and over the last step."""
    name, points = max(series.items(), key=lambda each: each[1][-1][1].metrics[metric][0])
    (low, first), (middle, last_but_one), (high, last) = points[0], points[-2], points[-1]
    whole, end = (last.metrics[metric][0] - other.metrics[metric][0] for other in (first, last_but_one))
    step = f", of it {end:+.1f} from {middle:,}" if len(points) > 2 else ""
    return f"{name}: {whole:+.1f} {metric} from {low:,} to {high:,} examples{step}"


def _caption(evidence: Evidence, series: Series) -> str:
    seeds = sorted({arm.seeds for points in series.values() for _, arm in points})
    best = evidence.best.arm
    return (
        f"Mean over {' or '.join(map(str, seeds))} seeds an arm, bars one standard deviation over seeds; differences with their intervals "
        f"are in the tables. n = {evidence.sample(best, evidence.metric)} in {best}."
    )
