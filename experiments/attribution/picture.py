"""The tokens that a reader read, each as dark as what an account of its answer says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from experiments.attribution.account import SILENCED, Account
from experiments.report.document import Picture
from experiments.report.figure import HIGH, INK, LOW, WIDTH, plotting, to_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = 8  # points of a letter
_LINE = 15  # points
_GAP = 3  # points between tokens
_MARGIN = 8  # points
_FAINTEST, _DARKEST = 0.02, 0.7  # so that letters stay legible


def picture(found: Account, command: str) -> Picture:
    """Both accounts of an answer, one above the other; the answer's tokens are framed.

    Args:
        found: the accounts.
        command: that makes the picture.
    """
    answered, attribution = found.answered, found.attribution
    places = _places(answered.tokens, answered.special)
    height = (places[-1][1] + 3) * _LINE
    special = found.attention[np.array(answered.special)].sum()
    panels = (
        (
            f"Integrated gradients, of a score of {attribution.score:.2f}: blue adds, orange takes away",
            attribution.tokens,
        ),
        (f"Attention rollout: where the answer's tokens look ({special:.2f} at special ones)", found.attention),
    )
    title = f"“{answered.span.text}”: carried by {found.words(found.carriers(attribution.tokens)[:3])}"
    with plotting(title, 2 * height) as (figure, axes):
        axes.set(xlim=(0, WIDTH - _MARGIN), ylim=(2 * height, 0))
        axes.set_axis_off()
        for number, (heading, shares) in enumerate(panels):
            top = number * height
            axes.text(0, top + _LINE / 2, heading, fontsize=_SIZE, fontweight="bold", va="center", in_layout=False)
            _draw(axes, found, shares, places, top + 1.5 * _LINE)
        alt = (
            f"The tokens of “{answered.question}” and of the text, shaded by two accounts of the answer. {_told(found)}"
        )
        return Picture("attribution", to_svg(figure, "attribution", alt), alt, _caption(found), command)


def _told(found: Account) -> str:
    return (
        f"First by integrated gradients, the answer aside: {found.words(found.carriers(found.attribution.tokens))}; "
        f"by attention: {found.words(found.carriers(found.attention))}."
    )


def _caption(found: Account) -> str:
    answered, attribution = found.answered, found.attribution
    by_gradients, by_attention = (
        answered.score_without(found.carriers(shares)) for shares in (attribution.tokens, found.attention)
    )
    return (
        f"The score of the answer, {attribution.score:.2f}, shared out among {len(answered.tokens)} tokens, from "
        f"{attribution.baseline:.2f} where nothing is said; {abs(attribution.missing):.2f} is missing. {_told(found)} Without "
        f"these {SILENCED} the score is {by_gradients:.2f} and {by_attention:.2f}."
    )


def _places(tokens: Sequence[str], special: Sequence[bool]) -> list[tuple[float, int, float]]:
    """Where each token is written: left edge in points, line, width in points. A special token ends its line."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family="DejaVu Sans", size=_SIZE)
    places: list[tuple[float, int, float]] = []
    left, line = 0.0, 0
    for number, token in enumerate(tokens):
        width = text_to_path.get_text_width_height_descent(token, font, ismath=False)[0] + 3
        if (number > 1 and special[number - 1]) or (left and left + width > WIDTH - 2 * _MARGIN):
            left, line = 0.0, line + 1
        places.append((left, line, width))
        left += width + _GAP
    return places


def _draw(
    axes: Axes,
    found: Account,
    shares: npt.NDArray[np.float64],
    places: Sequence[tuple[float, int, float]],
    top: float,
) -> None:
    """The tokens at their places below `top`."""
    from matplotlib.patches import Rectangle

    answered = found.answered
    darkest = np.abs(shares[found.ranked(shares)]).max() or 1.0
    for number, (token, (left, line, width)) in enumerate(zip(answered.tokens, places, strict=True)):
        middle = top + line * _LINE
        corner, size = (left, middle - _LINE / 2 + 1), (width, _LINE - 2)
        darkness = 0.0 if answered.special[number] else float(abs(shares[number]) / darkest) * _DARKEST
        if darkness > _FAINTEST:
            colour = HIGH if shares[number] > 0 else LOW
            axes.add_patch(Rectangle(corner, *size, facecolor=colour, edgecolor="none", alpha=darkness, clip_on=False))
        if answered.first <= number <= answered.last:
            axes.add_patch(Rectangle(corner, *size, facecolor="none", edgecolor=INK, linewidth=0.7, clip_on=False))
        axes.text(left + width / 2, middle, token, fontsize=_SIZE, ha="center", va="center", in_layout=False)
