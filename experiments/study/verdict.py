"""What a study's runs say: each arm beside the baseline, and the verdict by the rule that was stated before."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.statistics import Comparison, benjamini_hochberg, compare_runs, holm
from experiments.study.predicted import Predicted, predicted
from experiments.study.results import FOLDER, Run, on_shared_seeds, planned_runs, score_matrix
from experiments.study.study import Size, Study

ALPHA = 0.05


@dataclass(frozen=True)
class ArmResult:
    """What an arm's runs found.

    Attributes:
        arm: its name.
        seeds: how many runs.
        metrics: by `dataset.score`, mean and standard deviation over the seeds, 0 to 100; of one seed there is none.
        cost: means of what is a number in all of the runs' facts and costs.
        comparisons: by metric, the arm over the one that it is compared with, on the seeds of both, 0 to 1; none for a
            baseline.
        adjusted: p of the primary metric, by Holm among confirmatory arms, by Benjamini-Hochberg among the others.
        confirmatory: whether the study claims something of this arm.
        verdict: `better`, `worse` or `no difference found` on the primary metric, `not decided yet` before all planned
            seeds are in, or `baseline`.
    """

    arm: str
    seeds: int
    metrics: Mapping[str, tuple[float, float]]
    cost: Mapping[str, float]
    comparisons: Mapping[str, Comparison]
    adjusted: float | None
    confirmatory: bool
    verdict: str


@dataclass(frozen=True)
class StudyResult:
    """A study with what was found so far.

    Attributes:
        study: as stated.
        size: of the runs.
        runs: the finished ones, by arm and seed.
        arms: those with runs, in the study's order.
        missing: the runs that are not done, as `arm seed`.
        predicted: the study's predictions beside what was found.
    """

    study: Study
    size: Size
    runs: Sequence[Run]
    arms: Sequence[ArmResult]
    missing: Sequence[str]
    predicted: Sequence[Predicted]

    def arm(self, name: str) -> ArmResult | None:
        """The result of an arm, if it has runs."""
        return next((each for each in self.arms if each.arm == name), None)


def judge(study: Study, size: Size, folder: Path = FOLDER) -> StudyResult:
    """Reads a study's results and compares its arms."""
    runs = planned_runs(study, size, folder)
    by_arm = {name: [run for run in runs if run.arm == name] for name in study.arms}
    compared = {
        name: _comparisons(found, by_arm[study.against(name)])
        for name, found in by_arm.items()
        if found and study.against(name) != name
    }
    adjusted = _adjusted(study, size, compared)
    arms = [
        ArmResult(
            arm=name,
            seeds=len(found),
            metrics=_metrics(found),
            cost=_cost(found),
            comparisons=compared.get(name, {}),
            adjusted=adjusted.get(name),
            confirmatory=name in study.confirmatory,
            verdict=_verdict(study, size, name, compared.get(name, {}).get(study.metric(size)), adjusted.get(name)),
        )
        for name, found in by_arm.items()
        if found
    ]
    done = {(run.arm, run.seed) for run in runs}
    missing = [f"{arm} {seed}" for arm, seed in study.runs(size) if (arm, seed) not in done]
    return StudyResult(study, size, runs, arms, missing, predicted(study, size, runs))


def _comparisons(found: Sequence[Run], base: Sequence[Run]) -> dict[str, Comparison]:
    """The arm over the baseline, by metric, on the seeds that both have."""
    own, others = on_shared_seeds(found, base)
    if not own:
        return {}
    compared = {}
    for metric in own[0].metrics.keys() & others[0].metrics.keys():
        first, documents = score_matrix(own, metric)
        second, _ = score_matrix(others, metric)
        compared[metric] = compare_runs(first, second, documents)
    return compared


def _adjusted(study: Study, size: Size, compared: Mapping[str, Mapping[str, Comparison]]) -> dict[str, float]:
    """The p values of the primary metric, corrected among all arms of their kind, those without runs yet included."""
    values = {name: found[study.metric(size)].p for name, found in compared.items() if study.metric(size) in found}
    rivals = [name for name in study.arms if study.against(name) != name]
    claimed = [name for name in rivals if name in study.confirmatory]
    explored = [name for name in rivals if name not in study.confirmatory]
    found: dict[str, float] = {}
    for names, corrected in ((claimed, holm), (explored, benjamini_hochberg)):
        found |= zip(names, corrected([values.get(name, 1.0) for name in names]), strict=True)
    return {name: p for name, p in found.items() if name in values}


def _verdict(study: Study, size: Size, arm: str, compared: Comparison | None, adjusted: float | None) -> str:
    if arm == study.against(arm):
        return "baseline"
    if compared is None or adjusted is None:
        return "not decided yet"
    if compared.seeds < min(study.planned(arm, size), study.planned(study.against(arm), size)):
        return "not decided yet"
    if adjusted >= ALPHA:
        return "no difference found"
    return "better" if compared.difference > 0 else "worse"


def _metrics(runs: Sequence[Run]) -> dict[str, tuple[float, float]]:
    found = {}
    for metric in runs[0].metrics:
        values = [run.metrics[metric] for run in runs]
        found[metric] = statistics.mean(values), statistics.stdev(values) if len(values) > 1 else float("nan")
    return found


def _cost(runs: Sequence[Run]) -> dict[str, float]:
    rows = [{**run.record["facts"], **run.record["cost"]} for run in runs]
    names = [name for name in rows[0] if all(isinstance(row.get(name), int | float) for row in rows)]
    return {name: statistics.mean(row[name] for row in rows) for name in names}
