"""Whether the margin of an answer tells how likely it is right, on companies that the curve was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from experiments.report.document import Picture
from experiments.report.evidence import Evidence, counted
from experiments.report.figure import HIGH, INK, MUTED, label_points, plotting, to_svg
from experiments.statistics.documents import Floats
from experiments.study.results import Run, score_matrix
from qa.calibration import Calibration, fit_logistic

BINS = 10
RIGHT = "exact_match"
_RESAMPLES = 2000
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Reliability:
    """Probability against accuracy in bins of equal count.

    Attributes:
        probability: mean of each bin, [bins].
        accuracy: share right in each bin, [bins].
        low: lower ends of the accuracy's 95% intervals, [bins].
        high: upper ends, [bins].
        error: expected calibration error, 0 to 1, with the ends of its interval.
        n: questions, documents and seeds.
    """

    probability: Floats
    accuracy: Floats
    low: Floats
    high: Floats
    error: tuple[float, float, float]
    n: tuple[int, int, int]


def reliability(runs: Sequence[Run], dataset: str) -> Reliability:
    """The reliability of an arm, its seeds pooled.

    The probability of a question is the run's own where the study is about it; else that of a logistic curve
    (`qa.calibration`) fitted on all other documents. Intervals are percentiles of the bootstrap over documents with the
    bins held fixed; that of the error is shifted back by what resampling adds to it.

    Raises:
        ValueError: there are neither probabilities nor margins, or a fit lacks right or wrong answers.
    """
    columns = set.intersection(*(set(run.scores().column_names) for run in runs))
    if {"probability", "right"} <= columns:
        probability, names = score_matrix(runs, f"{dataset}.probability")
        right = score_matrix(runs, f"{dataset}.right")[0]
        document = np.unique(names, return_inverse=True)[1]
    elif {"margin", RIGHT} <= columns:
        margins, names = score_matrix(runs, f"{dataset}.margin")
        right = score_matrix(runs, f"{dataset}.{RIGHT}")[0]
        document = np.unique(names, return_inverse=True)[1]
        probability = _fitted(margins, right, document)
    else:
        raise ValueError(f"the runs have no margin or no {RIGHT}")
    p, y = probability.ravel(), right.ravel()
    bins = np.empty(len(p), dtype=np.int64)
    for i, chosen in enumerate(np.array_split(np.argsort(p, kind="stable"), BINS)):
        bins[chosen] = i
    cells = np.zeros((3, document.max() + 1, BINS))  # answers, right ones and probability by document and bin
    np.add.at(
        cells.transpose(1, 2, 0), (np.tile(document, len(right)), bins), np.stack([np.ones_like(p), y, p], axis=1)
    )
    return _reliability(cells, (right.shape[1], int(document.max()) + 1, len(right)))


def _fitted(margins: Floats, right: Floats, document: Ints) -> Floats:
    """Probabilities, each by a curve that was fitted on the other documents, [seeds, questions]."""
    probability = np.empty_like(margins)
    for each in range(document.max() + 1):
        out = document == each
        curve = Calibration(0.0, *fit_logistic(margins[:, ~out].ravel().tolist(), right[:, ~out].ravel().tolist()))
        probability[:, out] = np.vectorize(curve.probability)(margins[:, out])
    return probability


def diagram(evidence: Evidence, found: Sequence[tuple[str, Reliability]]) -> Picture:
    """The reliability diagram of these arms."""
    said = [f"{arm} {100 * each.error[0]:.1f}" for arm, each in found]
    with plotting(f"Probabilities on unseen companies err by {' and '.join(said)} points (ECE)", 300) as (figure, axes):
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle="--")
        top = max(float(max(each.high.max(), each.probability.max())) for _, each in found) * 1.05
        ends = []
        for (arm, each), colour, marker in zip(found, (HIGH, INK), ("o", "D"), strict=False):
            bars = np.clip([each.accuracy - each.low, each.high - each.accuracy], 0, None)
            axes.errorbar(
                each.probability,
                each.accuracy,
                bars,
                color=colour,
                marker=marker,
                markersize=5,
                linewidth=1.2,
                elinewidth=0.8,
            )
            ends.append((float(each.probability[-1]), float(each.accuracy[-1]), arm))
        axes.set(xlim=(0, top), ylim=(0, top), xlabel="probability", ylabel="share right (exact match)", aspect="equal")
        axes.grid()
        label_points(axes, ends)
        alt = "Reliability diagram. " + "; ".join(
            f"{arm}, probability and share right by bin: {_told(each)}" for arm, each in found
        )
        return Picture("reliability", to_svg(figure, "reliability", alt), alt, _caption(found), evidence.command)


def _reliability(cells: Floats, n: tuple[int, int, int]) -> Reliability:
    """The measures of cells [answers, right, probability; documents; bins], with intervals over documents."""
    documents = cells.shape[1]
    drawn = np.random.default_rng(0).multinomial(documents, np.full(documents, 1 / documents), _RESAMPLES)
    count, right, probability = cells.sum(1)
    resampled = np.einsum("rd,kdb->krb", drawn, cells)
    with np.errstate(invalid="ignore"):
        accuracies = resampled[1] / resampled[0]  # a bin that a resample left empty is no number
    low, high = np.nanquantile(accuracies, [0.025, 0.975], axis=0)
    errors = np.abs(resampled[1] - resampled[2]).sum(1) / resampled[0].sum(1)
    error = float(np.abs(right - probability).sum() / count.sum())
    added = float(errors.mean()) - error
    ends = [max(0.0, float(end) - added) for end in np.quantile(errors, [0.025, 0.975])]
    return Reliability(probability / count, right / count, low, high, (error, ends[0], ends[1]), n)


def _told(found: Reliability) -> str:
    return ", ".join(f"{p:.2f} {a:.2f}" for p, a in zip(found.probability, found.accuracy, strict=True))


def _caption(found: Sequence[tuple[str, Reliability]]) -> str:
    errors = "; ".join(
        f"{arm} {100 * each.error[0]:.1f} [{100 * each.error[1]:.1f}, {100 * each.error[2]:.1f}] (n = {counted(*each.n)})"
        for arm, each in found
    )
    return (
        f"Ten bins of equal count; the probability of a question is the run's own where the study is about it, else that of a logistic curve "
        f"over margins, in either case fitted on the other companies; bars are 95% intervals of the bootstrap over companies, seeds pooled. "
        f"Expected calibration error in points: {errors}; its interval is shifted back by what resampling adds to an error that cannot be negative."
    )
