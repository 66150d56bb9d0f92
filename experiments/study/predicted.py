"""Whether what was predicted before the runs has come about."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from experiments.statistics import compare_runs
from experiments.study.results import Run, on_shared_seeds, score_matrix
from experiments.study.study import Prediction, Size, Study

FACT = "facts."


@dataclass(frozen=True)
class Predicted:
    """A prediction beside what was found.

    Attributes:
        prediction: as stated.
        found: the difference, in points, or in percent where the prediction is relative; none without runs.
        low: lower end of its 95% interval; minus infinity where one seed of a fact gives none.
        high: upper end.
        seeds: that both sides have.
        verdict: `held` where the whole interval lies within the prediction's bounds, `refuted` where it lies outside,
            `open` where it holds a bound, `no runs yet`.
    """

    prediction: Prediction
    found: float | None
    low: float
    high: float
    seeds: int
    verdict: str


def predicted(study: Study, size: Size, runs: Sequence[Run]) -> list[Predicted]:
    """Each prediction of a study beside what its finished runs show."""
    return [_judged(prediction, study, size, runs) for prediction in study.predictions]


def _judged(prediction: Prediction, study: Study, size: Size, runs: Sequence[Run]) -> Predicted:
    metric = prediction.metric or study.metric(size)
    other_metric = prediction.over_metric or metric
    own, others = on_shared_seeds(
        [run for run in runs if run.arm == prediction.arm and _has(run, metric)],
        [run for run in runs if run.arm == prediction.over and _has(run, other_metric)],
    )
    if not own:
        return Predicted(prediction, None, -math.inf, math.inf, 0, "no runs yet")
    if metric.startswith(FACT):
        found, low, high = _of_facts(own, others, metric.removeprefix(FACT))
    else:
        scores, documents = score_matrix(own, metric)
        compared = compare_runs(scores, score_matrix(others, other_metric)[0], documents)
        found, low, high = (100 * value for value in (compared.difference, compared.low, compared.high))
    return Predicted(prediction, found, low, high, len(own), _verdict(prediction, low, high))


def _has(run: Run, metric: str) -> bool:
    return metric.removeprefix(FACT) in (run.record["facts"] if metric.startswith(FACT) else run.metrics)


def _of_facts(own: Sequence[Run], others: Sequence[Run], name: str) -> tuple[float, float, float]:
    """By how many percent a fact of the runs is more than the other arm's: the mean over seeds, with Student's interval."""
    ratios = [
        100 * (one.record["facts"][name] / other.record["facts"][name] - 1)
        for one, other in zip(own, others, strict=True)
    ]
    mean = statistics.mean(ratios)
    if len(ratios) == 1:
        return mean, -math.inf, math.inf
    half = -float(stdtrit(len(ratios) - 1, 0.025)) * statistics.stdev(ratios) / math.sqrt(len(ratios))
    return mean, mean - half, mean + half


def _verdict(prediction: Prediction, low: float, high: float) -> str:
    if prediction.low <= low and high <= prediction.high:
        return "held"
    if high < prediction.low or low > prediction.high:
        return "refuted"
    return "open"
