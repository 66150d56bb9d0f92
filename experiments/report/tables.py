"""The tables of a study's report."""

from __future__ import annotations

import math
from collections import Counter

from experiments.report.document import Table
from experiments.report.evidence import Evidence
from experiments.report.wording import p_value
from experiments.statistics import compare_runs
from experiments.study.predicted import Predicted
from experiments.study.results import score_matrix
from experiments.study.study import Prediction
from experiments.study.verdict import ArmResult

_COSTS = {
    "trained_weights": "trained weights", "training_seconds": "training, CPU s", "seconds": "run, s",
    "peak_memory_mb": "peak memory, MB",
}  # fmt: skip
_FEW = 3  # later seeds that say something


def arm_table(evidence: Evidence) -> Table:
    """All arms, best first: metrics, the difference on the primary metric, verdict and cost."""
    others = [name for name in _metrics(evidence) if name != evidence.metric]
    facts = [name for name in evidence.study.facts if any(name in arm.cost for arm in evidence.ranked)]
    costs = {name: said for name, said in _COSTS.items() if any(name in arm.cost for arm in evidence.ranked)}
    header = [
        "arm", evidence.metric, "difference [95%]", "adjusted p", "verdict", "claim", *others, *facts, *costs.values(),
        "seeds",
    ]  # fmt: skip
    rows = [
        [
            arm.arm, mean_sd(arm, evidence.metric), _difference(arm, evidence.metric), p_value(arm.adjusted), arm.verdict,
            _claim(evidence, arm), *(mean_sd(arm, name) for name in others),
            *(f"{arm.cost[name]:.3f}" if name in arm.cost else "" for name in facts),
            *(_whole(arm.cost.get(name)) for name in costs), str(arm.seeds),
        ]
        for arm in evidence.ranked
    ]  # fmt: skip
    best = evidence.best.arm
    caption = (
        "Mean ± standard deviation over seeds, 0 to 100 (one seed has no deviation); difference from "
        f"{evidence.against} in points of {evidence.metric}, on the seeds of both; {evidence.sample(best, evidence.metric)} "
        f"in {best}. p after Holm among confirmatory arms, after Benjamini-Hochberg among exploratory ones. CPU seconds of "
        "training count all threads and whatever was trained before, once for all arms; seconds of a run are by the clock, "
        "beside other runs, with reading, and in the arm that came first with what arms share: no measure of a cost."
    )
    return Table(caption, header, rows, text=frozenset({0, 4, 5}))


def prediction_table(evidence: Evidence) -> Table | None:
    """What was predicted as numbers, beside what was found; none where nothing was."""
    rows = [
        [each.prediction.says, _bounds(each.prediction), _measured(each), each.verdict, str(each.seeds)]
        for each in evidence.result.predicted
    ]
    if not rows:
        return None
    caption = (
        "Each prediction with the difference that was found, in points (facts: in percent) with 95% interval, not corrected for their "
        "number. Held: the whole interval lies where the prediction puts it; refuted: it lies elsewhere; open: the runs "
        "cannot tell."
    )
    return Table(
        caption, ["prediction", "difference predicted", "found [95%]", "verdict", "seeds"], rows, text=frozenset({0, 3})
    )


def other_metrics(evidence: Evidence) -> Table | None:
    """The differences on the metrics that do not decide."""
    others = [name for name in _metrics(evidence) if name != evidence.metric]
    if not others or not evidence.compared:
        return None
    rows = [[evidence.name(arm.arm), *(_difference(arm, name) for name in others)] for arm in evidence.compared]
    named = [f"{name} {evidence.sample(evidence.compared[0].arm, name)}" for name in others]
    caption = (
        f"Difference from {evidence.against} in points with 95% interval on the metrics that do not decide; not corrected "
        f"for their number, so no claim rests on them. In {evidence.compared[0].arm}: {'; '.join(named)}."
    )
    return Table(caption, ["arm", *others], rows)


def later_seeds(evidence: Evidence) -> Table | None:
    """The confirmatory arms without the first seed, where some arms have fewer seeds: it may have chosen them."""
    rows = []
    planned = Counter(arm for arm, _ in evidence.study.runs(evidence.result.size))
    if len(set(planned.values())) == 1:
        return None
    for arm in evidence.compared:
        seeds = {run.seed for run in evidence.runs_of(arm.arm)} & {
            run.seed for run in evidence.runs_of(evidence.study.against(arm.arm))
        }
        later = seeds - {1}
        if not arm.confirmatory or len(later) < _FEW:
            continue
        own, base = (
            score_matrix([run for run in evidence.runs_of(name) if run.seed in later], evidence.metric)
            for name in (arm.arm, evidence.study.against(arm.arm))
        )
        rows.append(
            [
                evidence.name(arm.arm),
                _difference(arm, evidence.metric),
                compare_runs(own[0], base[0], own[1]).points,
                str(len(later)),
            ]
        )
    if not rows:
        return None
    caption = (
        f"Confirmatory arms on all seeds and without seed 1, in points of {evidence.metric} with 95% interval: a seed by which "
        "arms were chosen flatters them."
    )
    return Table(caption, ["arm", "all seeds", "without seed 1", "seeds left"], rows)


def mean_sd(arm: ArmResult, metric: str) -> str:
    """Mean and standard deviation of an arm's metric."""
    if metric not in arm.metrics:
        return "not measured"
    mean, sd = arm.metrics[metric]
    return f"{mean:.1f}" if math.isnan(sd) else f"{mean:.1f} ± {sd:.1f}"


def _bounds(prediction: Prediction) -> str:
    low, high = prediction.low, prediction.high
    if math.isinf(low):
        return f"at most {high:+g}"
    return f"at least {low:+g}" if math.isinf(high) else f"{low:+g} to {high:+g}"


def _measured(found: Predicted) -> str:
    if found.found is None:
        return ""
    return f"{found.found:+.1f}" + ("" if math.isinf(found.low) else f" [{found.low:+.1f}, {found.high:+.1f}]")


def _metrics(evidence: Evidence) -> list[str]:
    return sorted({name for arm in evidence.result.arms for name in arm.metrics})


def _difference(arm: ArmResult, metric: str) -> str:
    return arm.comparisons[metric].points if metric in arm.comparisons else ""


def _claim(evidence: Evidence, arm: ArmResult) -> str:
    if arm.arm == evidence.study.against(arm.arm):
        return ""
    return "confirmatory" if arm.confirmatory else "exploratory"


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"
