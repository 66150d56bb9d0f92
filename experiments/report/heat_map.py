"""A heat map with its numbers written in."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from experiments.report.document import Picture
from experiments.report.figure import BAND, plotting, to_svg

_DARK, _LIGHT = "#101418", "#fcfcfc"  # letters on light and on dark cells, the same by day and night
_ROW = 20  # points


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
    *,
    title: str,
    caption: str,
    command: str,
    name: str = "heat-map",
    shown: str = ".1f",
) -> Picture:
    """A cell for each row and column, dark for low and light for high values; what is not a number stays empty.

    Args:
        rows: their names, [rows].
        columns: their names, [columns].
        values: [rows, columns].
        title: says the finding.
        caption: what is drawn, of how many.
        command: makes it.
        name: of the plot.
        shown: the format of the numbers.

    Raises:
        ValueError: the values are not [rows, columns], or none is a number.
    """
    import matplotlib

    grid = np.asarray(values, dtype=np.float64)
    if grid.shape != (len(rows), len(columns)) or not np.isfinite(grid).any():
        raise ValueError(
            f"values of shape {grid.shape} for {len(rows)} rows and {len(columns)} columns, at least one of them a number"
        )
    low, high = float(np.nanmin(grid)), float(np.nanmax(grid))
    colours = matplotlib.colormaps["cividis"]
    with plotting(title, 70 + _ROW * len(rows)) as (figure, axes):
        axes.pcolormesh(grid, cmap=colours, vmin=low, vmax=high, edgecolors=BAND, linewidth=0.5)
        for i, j in np.argwhere(np.isfinite(grid)):
            light = (grid[i, j] - low) / ((high - low) or 1.0) > 0.55
            axes.text(
                j + 0.5,
                i + 0.5,
                format(grid[i, j], shown),
                ha="center",
                va="center",
                fontsize=8.5,
                color=_DARK if light else _LIGHT,
            )
        axes.set(xticks=np.arange(len(columns)) + 0.5, yticks=np.arange(len(rows)) + 0.5, yticklabels=rows)
        axes.set_xticklabels(columns, rotation=40, ha="right", rotation_mode="anchor")
        axes.invert_yaxis()
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        alt = "Heat map. " + "; ".join(
            f"{row}: {_told(columns, line, shown)}" for row, line in zip(rows, grid.tolist(), strict=True)
        )
        return Picture(name, to_svg(figure, name, alt), alt, caption, command)


def _told(columns: Sequence[str], line: Sequence[float], shown: str) -> str:
    return ", ".join(
        f"{column} {format(value, shown)}" for column, value in zip(columns, line, strict=True) if math.isfinite(value)
    )
