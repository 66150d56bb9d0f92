"""The scores of a study's runs, and the slices of its questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from experiments.gaps.slices import of_span
from experiments.gaps.source import Source
from experiments.study.asked import asked_examples
from experiments.study.known import load_study
from experiments.study.results import FOLDER, Run, planned_runs, score_matrix
from experiments.study.study import Size, Study
from qa.data.squad_form import Example


def study_source(study: Study | str, size: Size = "cpu", folder: Path = FOLDER) -> Source | None:
    """The runs of a study on its primary metric, to look for gaps in its baseline or in what ships since.

    `None` where that arm has no run yet, or has questions of its own making.

    Raises:
        ValueError: there is no such study.
        retrieval.data_folder.MissingDataError: its questions are not on this machine.
    """
    chosen = load_study(study) if isinstance(study, str) else study
    metric = chosen.metric(size)
    runs = planned_runs(chosen, size, folder)
    by_arm = {name: [run for run in runs if run.arm == name and metric in run.metrics] for name in chosen.arms}
    baseline = chosen.ships or chosen.baseline
    base = by_arm[baseline]
    if not base:
        return None
    examples = _asked(base[0], metric)
    if examples is None:
        return None
    return Source(
        name=chosen.name,
        metric=metric,
        scores={
            arm: {run.seed: score_matrix([run], metric)[0][0] for run in found}
            for arm, found in by_arm.items()
            if found
        },
        baseline=baseline,
        rivals=[
            arm
            for arm, found in by_arm.items()
            if found and arm != baseline and (chosen.ships or chosen.against(arm) == baseline)
        ],
        documents=[example.group for example in examples],
        slices=[of_span(example) for example in examples],
        runs=[_told(arm, found) for arm, found in by_arm.items() if found],
        command=f"financeqa gaps open --size {size}",
    )


def _asked(run: Run, metric: str) -> list[Example] | None:
    """The questions that a metric is over, in the order of its scores; `None` where some are none of the data set's."""
    dataset = metric.rsplit(".", 1)[0]
    known, names = asked_examples(run, dataset), [row["id"] for row in _rows(run, dataset)]
    return [known[name] for name in names] if known.keys() >= set(names) else None


def _rows(run: Run, dataset: str) -> Sequence[dict[str, str]]:
    rows = run.scores().select(["dataset", "id"]).sort_by("id").to_pylist()
    return [row for row in rows if row["dataset"] == dataset]


def _told(arm: str, runs: Sequence[Run]) -> str:
    """An arm's runs in a line: where they lie, of which seeds and commits."""
    seeds = " ".join(str(run.seed) for run in runs)
    commits = " ".join(sorted({str(run.record["commit"])[:7] for run in runs}))
    where = "/".join((*runs[0].path.parts[-3:-1], arm))
    return f"{where}, seeds {seeds}, commit {commits}"
