"""Is a slice a gap: worse than the rest by more than the smallest effect, or moved by no technique?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from experiments.gaps.contrast import Contrast, contrast
from experiments.gaps.source import Slice, Source
from experiments.statistics import Comparison, benjamini_hochberg
from research.gaps.record import Found, Reason

ALPHA = 0.05
SMALLEST = 5.0  # points that matter: what a slice of some hundred questions can show
MIN_ARMS = 5  # that were tried, before it can be said that none moves a slice


def find(source: Source, smallest: float = SMALLEST) -> list[Found]:
    """Every slice that was tested, with the reasons why it is a gap; most have none.

    A slice is worse than the rest where the one-sided test that allows for the smallest effect says so after
    Benjamini and Hochberg's correction over the slices of the source. No technique moves it where it is worse and even
    the largest gain of all arms over the baseline on it, flattered by being the largest, is smaller than the smallest
    effect by its whole interval.
    """
    slices = [
        (where, against) for where in source.cut() if (against := _against_rest(source, where, smallest)) is not None
    ]
    adjusted = benjamini_hochberg([against.p for _, against in slices])
    return [
        _found(source, where, against, p, len(slices), smallest)
        for (where, against), p in zip(slices, adjusted, strict=True)
    ]


def _against_rest(source: Source, where: Slice, smallest: float) -> Contrast | None:
    """The baseline on the slice against all other questions; `None` where nothing varies."""
    scores, inside = source.mean(source.baseline)[where.among], where.inside[where.among]
    if scores[inside].std() == 0.0 and scores[~inside].std() == 0.0:
        return None
    return contrast(scores, inside, where.units[where.among].tolist(), smallest=smallest / 100)


def _found(source: Source, where: Slice, against: Contrast, adjusted: float, tested: int, smallest: float) -> Found:
    scores = source.mean(source.baseline)
    best, gain = _best(source, where)
    inside = np.asarray(source.documents)[where.inside]
    return Found(
        source=source.name,
        metric=source.metric,
        dimension=where.dimension,
        value=where.value,
        reasons=_reasons(source, against, adjusted, gain, smallest),
        questions=len(inside),
        documents=len(set(inside.tolist())),
        mean=_points(float(scores[where.inside].mean())),
        rest=_points(float(scores[where.among & ~where.inside].mean())),
        difference=_points(against.difference),
        low=_points(against.low),
        high=_points(against.high),
        p=round(against.p, 4),
        adjusted=round(adjusted, 4),
        tested=tested,
        method=_method(source, where),
        smallest=smallest,
        baseline=source.baseline if source.rivals else "",
        arms=len(source.rivals),
        best=best,
        gain=_points(gain.difference if gain else 0.0),
        gain_low=_points(gain.low if gain else 0.0),
        gain_high=_points(gain.high if gain else 0.0),
        runs=tuple(source.runs),
        command=source.command,
    )


def _reasons(
    source: Source, against: Contrast, adjusted: float, gain: Comparison | None, smallest: float
) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if 100 * against.difference < -smallest and adjusted < ALPHA:
        reasons.append("worse than the rest")
        if len(source.rivals) >= MIN_ARMS and gain and 100 * gain.high < smallest:
            reasons.append("no technique moves it")
    return tuple(reasons)


def _best(source: Source, where: Slice) -> tuple[str, Comparison | None]:
    """The arm that gains most on the slice, and its gain."""
    gains: Sequence[tuple[str, Comparison]] = [
        (arm, gain) for arm in source.rivals if (gain := source.gain(arm, where)) is not None
    ]
    return max(gains, key=lambda pair: pair[1].difference, default=("", None))


def _method(source: Source, where: Slice) -> str:
    seeds = len(source.scores[source.baseline])
    units = "questions" if where.by_question else "documents"
    few = "one seed" if seeds == 1 else f"the mean of {seeds} seeds"
    return f"studentised bootstrap over {units}, of {few}: how seeds vary is left out"


def _points(value: float) -> float:
    return round(100 * value, 2)
