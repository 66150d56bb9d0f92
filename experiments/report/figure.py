"""What all plots share: size, colours and the way to an SVG that is the same each time.

Colours are those of Okabe and Ito (2008), which the colour-blind can tell apart, and become CSS variables, so that a
plot follows the page into the dark. A plot is 350 points wide: its letters are legible on a phone and not large on a desk.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import isotonic_regression

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 350  # points
_LABELS = 20  # that fit above each other
_LETTER, _MARGIN = 0.018, 0.04  # a letter's width and the space around a marker, as shares of the axes
INK, MUTED, GRID, BAND, PAGE = "#1b1f24", "#57606a", "#d5dae0", "#eceff2", "#ffffff"
HIGH, LOW, SAME = "#0072b2", "#c04a00", "#6a737d"
COLOURS = {"better": HIGH, "worse": LOW, "no difference found": SAME, "not decided yet": MUTED, "baseline": INK}
MARKERS = {"better": "^", "worse": "v", "no difference found": "o", "not decided yet": "s", "baseline": "D"}
_VARIABLES = {
    INK: "ink", MUTED: "muted", GRID: "grid", BAND: "band", PAGE: "page", HIGH: "high", LOW: "low", SAME: "same",
}  # fmt: skip
_STYLE: Any = {
    "svg.fonttype": "none", "text.parse_math": False, "svg.hashsalt": "finance-qa", "font.family": "DejaVu Sans", "font.size": 9.5,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": MUTED, "xtick.color": MUTED, "ytick.color": MUTED,
    "xtick.labelcolor": INK, "ytick.labelcolor": INK, "axes.spines.top": False, "axes.spines.right": False,
    "axes.titlesize": 11.5, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.titlepad": 10.0,
    "axes.facecolor": "none", "figure.facecolor": "none", "grid.color": GRID, "grid.linewidth": 0.8,
    "axes.axisbelow": True, "axes.linewidth": 0.8, "lines.linewidth": 1.6,
}  # fmt: skip
_FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"


@contextmanager
def plotting(title: str, height: float) -> Iterator[tuple[Figure, Axes]]:
    """A figure with one pair of axes under a title that says the finding; all that is drawn belongs inside.

    Args:
        title: wrapped to the figure's width.
        height: in points, without the title.
    """
    import matplotlib
    from matplotlib.figure import Figure

    wrapped = textwrap.fill(title, 45)
    with matplotlib.rc_context(_STYLE):
        lines = wrapped.count("\n") + 1
        figure = Figure(figsize=(WIDTH / 72, (height + 15 * lines) / 72), layout="constrained")
        figure.suptitle(wrapped, x=0.01, ha="left", fontsize=11.5, fontweight="bold", color=INK)
        yield figure, figure.add_subplot()


def to_svg(figure: Figure, name: str, alt: str) -> str:
    """The figure as an `svg` element: text as text, names that no other plot has, no outside resource, no date."""
    data = io.StringIO()
    figure.savefig(data, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = data.getvalue()
    box = re.search(r'viewBox="[^"]+"', svg)
    if box is None:
        raise ValueError(f"plot {name} has no viewBox")
    body = svg[svg.index(">", box.end()) + 1 :].strip().replace("xlink:href", "href")
    body = re.sub(r"\s*<metadata>.*?</metadata>", "", body, flags=re.DOTALL).replace("*{", "svg *{")
    body = re.sub(r'( id="|href="#|url\(#)', rf"\g<1>{name}-", body)
    body = re.sub(r"'DejaVu Sans'(, [^;\"]+)?", _FONTS, body)
    for colour, variable in _VARIABLES.items():
        body = body.replace(colour, f"var(--{variable}, {colour})")
    return f'<svg {box[0]} role="img" aria-label="{escape(alt)}">\n{body}'


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Positions as near to the values as they can be with a gap between each two: room for labels."""
    order = np.argsort(values, kind="stable")
    steps = gap * np.arange(len(order))
    moved = np.empty(len(order))
    if len(order):
        moved[order] = isotonic_regression(np.asarray(values, dtype=np.float64)[order] - steps).x + steps
    return [float(value) for value in moved]


def label_points(
    axes: Axes,
    points: Sequence[tuple[float, float, str]],
    others: Sequence[tuple[float, float]] = (),
    *,
    right: bool = False,
) -> None:
    """Names points beside them, none above another, on the side where fewer points are in the way.

    Args:
        axes: with its limits set.
        points: x, y and name.
        others: all points, also those without a name.
        right: all on the right.
    """
    if not points:
        return
    low, high = axes.get_ylim()
    heights = spread([y for _, y, _ in points], (high - low) / _LABELS)
    taken = [_place(axes, x, y) for x, y in others]
    for (x, y, name), height in zip(points, heights, strict=True):
        left = not right and _left(_place(axes, x, y), name, taken)
        axes.annotate(
            name, (x, y), (-10 if left else 10, height), textcoords=("offset points", "data"),
            ha="right" if left else "left", va="center", fontsize=9, zorder=2,
            bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 1},
            arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 3},
        )  # fmt: skip


def _place(axes: Axes, x: float, y: float) -> tuple[float, float]:
    """Where a point lies in the axes, 0 to 1 each way."""
    across, up = axes.transLimits.transform(axes.transScale.transform((x, y)))
    return float(across), float(up)


def _left(place: tuple[float, float], name: str, taken: Sequence[tuple[float, float]]) -> bool:
    """Whether a name stands better on the left of its point."""
    x, y = place
    width = _MARGIN + _LETTER * len(name)

    def trouble(start: float, end: float) -> int:
        level = [across for across, up in taken if abs(up - y) < 0.5 / _LABELS]
        return (
            sum(start < across < end for across in level) + len(level) * (start < 0 or end > 1) + (start < 0 or end > 1)
        )

    left, right = trouble(x - width, x - _MARGIN / 2), trouble(x + _MARGIN / 2, x + width)
    return left < right or (left == right and x > 0.5)


def short_numbers(axes: Axes) -> None:
    """Writes the numbers of a logarithmic horizontal axis in few letters."""
    axes.xaxis.set_major_formatter(lambda value, _: _short(value))
    axes.xaxis.set_minor_formatter("")


def _short(value: float) -> str:
    """A count in few letters: 800, 26k, 2.6k, 22M."""
    for unit, sign in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:.3g}{sign}"
    return f"{value:g}"
