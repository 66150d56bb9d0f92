"""The plots of the report on data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.data_analysis.memory import BAR, STREAMED, WAYS, Reading, whole_stream
from experiments.report.document import Picture
from experiments.report.figure import HIGH, INK, LOW, SAME, label_points, plotting, to_svg

if TYPE_CHECKING:
    import pandas as pd

_LOOKS = dict(zip(WAYS, ((HIGH, "o"), (INK, "D"), (LOW, "s"), (SAME, "^")), strict=True))
_GIGA, _MEGA = 1e9, 1e6
_TENTHS = 10
_FEWEST = 100  # spans of a data set whose places mean anything


def memory_plot(readings: Sequence[Reading], command: str) -> Picture:
    """Peak memory against the size of the data, a line a way."""
    whole = whole_stream(readings)
    title = f"Streaming {whole.size / _GIGA:.2g} GB takes {whole.peak / _MEGA:,.0f} MB at most"
    with plotting(title, 250) as (figure, axes):
        ends = []
        for way, (colour, marker) in _LOOKS.items():
            points = sorted((each.size / _GIGA, each.peak / _MEGA) for each in readings if each.way == way)
            axes.plot(*zip(*points, strict=True), color=colour, marker=marker)
            ends.append((*points[-1], way))
        axes.axhline(BAR / _MEGA, color=INK, linestyle="--", linewidth=0.9)
        axes.set(xlabel="GB of JSON lines", ylabel="highest resident memory, MB", ylim=(0, None))
        axes.set_xlim(0, 1.3 * axes.get_xlim()[1])
        axes.grid()
        label_points(axes, ends, right=True)
        told = "; ".join(f"{each.way} {each.size / _GIGA:.2f} GB: {each.peak / _MEGA:,.0f} MB" for each in readings)
        alt = f"Line plot of the highest resident memory against size. {told}."
        caption = (
            f"The kernel's high-water mark of a process that reads everything, one process a point. Dashed: {BAR / _MEGA:.0f} MB. "
            "What is mapped belongs to files; the kernel takes it back when it needs the room."
        )
        return Picture("memory", to_svg(figure, "memory", alt), alt, caption, command)


def curve_plot(readings: Sequence[Reading], command: str) -> Picture:
    """Memory while reading the largest data, a line a way."""
    most = max(each.size for each in readings)
    largest = {each.way: each for each in readings if each.size == most}
    title = f"A stream stays at {largest[STREAMED].resident / _MEGA:,.0f} MB, what is mapped grows with what was read"
    with plotting(title, 230) as (figure, axes):
        ends = []
        for each in largest.values():
            read, resident = np.array(each.curve).T
            axes.plot(read / _GIGA, resident / _MEGA, color=_LOOKS[each.way][0])
            ends.append((read[-1] / _GIGA, resident[-1] / _MEGA, each.way))
        axes.set(xlabel="billion characters read", ylabel="resident memory, MB", ylim=(0, None))
        axes.set_xlim(0, 1.3 * axes.get_xlim()[1])
        axes.grid()
        label_points(axes, ends, right=True)
        told = "; ".join(f"{name} ends at {y:,.0f} MB" for _, y, name in ends)
        alt = f"Line plot of resident memory against characters read. {told}."
        caption = (
            f"As psutil tells it, at {len(largest[STREAMED].curve)} points of one reading each, {most / _GIGA:.2f} GB."
        )
        return Picture("reading", to_svg(figure, "reading", alt), alt, caption, command)


def position_plot(frame: pd.DataFrame, command: str) -> Picture | None:
    """Where answers begin in their contexts, by tenths, a line a data set; none where all have few spans."""
    spans = frame[frame["position"].notna()].groupby("dataset", sort=False)["position"]
    shares = {name: 100 * np.histogram(values, _TENTHS, (0, 1))[0] / len(values) for name, values in spans}
    shares = {name: each for name, each in shares.items() if len(spans.get_group(name)) >= _FEWEST}
    if not shares:
        return None
    first, name = max((each[0], name) for name, each in shares.items())
    with plotting(f"{first:.0f}% of {name}'s answers begin in the first tenth", 250) as (figure, axes):
        middles = (np.arange(_TENTHS) + 0.5) / _TENTHS
        looks = list(_LOOKS.values())
        for i, (dataset, each) in enumerate(shares.items()):
            colour, marker = looks[i % len(looks)]
            axes.plot(middles, each, color=colour, marker=marker, markersize=4, label=dataset)
        axes.axhline(100 / _TENTHS, color=INK, linestyle="--", linewidth=0.9)
        axes.set(xlabel="place of the answer's first character in its context", ylabel="% of answers", ylim=(0, None))
        axes.grid()
        axes.legend(frameon=False, fontsize=9)
        told = "; ".join(
            f"{dataset}: {', '.join(f'{share:.0f}' for share in each)}" for dataset, each in shares.items()
        )
        alt = f"Lines of where answers begin, in percent by tenths of the context. {told}."
        counts = ", ".join(f"{dataset} {len(spans.get_group(dataset)):,}" for dataset in shares)
        caption = f"Answers that are a span of their context; n: {counts}. Dashed: evenly spread."
        return Picture("positions", to_svg(figure, "positions", alt), alt, caption, command)


def number_plot(frame: pd.DataFrame, command: str) -> Picture:
    """How many of a context's words are numbers: median and middle half, a row a data set."""
    groups = frame.groupby("dataset", sort=False)["numbers"]
    quarters = {name: 100 * values.quantile([0.25, 0.5, 0.75]).to_numpy() for name, values in groups}
    names = sorted(quarters, key=lambda name: quarters[name][1])
    densest, least = names[-1], names[0]
    title = f"Of {densest}'s words {quarters[densest][1]:.0f}% have a digit, of {least}'s {quarters[least][1]:.0f}%"
    with plotting(title, 200) as (figure, axes):
        for row, name in enumerate(names):
            low, middle, high = quarters[name]
            axes.plot([low, high], [row, row], color=HIGH)
            axes.plot(middle, row, "o", color=HIGH)
        axes.set_yticks(range(len(names)), names)
        axes.set(xlabel="% of the context's words with a digit", xlim=(0, None))
        axes.grid(axis="x")
        told = "; ".join(
            f"{name} {quarters[name][1]:.1f} [{quarters[name][0]:.1f}, {quarters[name][2]:.1f}]" for name in names
        )
        alt = f"Points with ranges: percent of words with a digit by data set. {told}."
        return Picture(
            "numbers",
            to_svg(figure, "numbers", alt),
            alt,
            "Median and middle half of the contexts, a question each.",
            command,
        )
