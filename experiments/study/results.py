"""Results of runs as files: a JSON that holds all that it takes to do the run again, and the scores of each question.

A result is written when its run has ended, scores first, each file at once; what is there is whole.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.study.study import Measured, Size, Study
from retrieval.files import write_atomically

FOLDER = Path(__file__).resolve().parents[1] / "results"
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        record: its JSON.
        path: of the JSON; the scores lie beside it.
    """

    record: dict[str, Any]
    path: Path

    @property
    def arm(self) -> str:
        """The arm's name."""
        return str(self.record["arm"])

    @property
    def seed(self) -> int:
        """The seed."""
        return int(self.record["seed"])

    @property
    def metrics(self) -> dict[str, float]:
        """Metrics by `dataset.score`, 0 to 100."""
        return dict(self.record["metrics"])

    def scores(self) -> pa.Table:
        """The scores of each question, one row each."""
        return pq.read_table(self.path.with_suffix(".parquet"))


def result_path(folder: Path, study: str, size: Size, arm: str, seed: int) -> Path:
    """Where the result of a run lies."""
    return folder / study / size / f"{arm}-{seed}.json"


def write_result(path: Path, measured: Measured, record: dict[str, Any]) -> None:
    """Writes the scores, then the JSON with the metrics that they give."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".parquet.half")
    pq.write_table(_table(measured.rows), half, compression="zstd")
    half.replace(path.with_suffix(".parquet"))
    whole = {**record, "metrics": metrics_of(measured), "facts": dict(measured.facts)}
    write_atomically(path, json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def metrics_of(measured: Measured) -> dict[str, float]:
    """The mean of each score over the questions of each data set, 0 to 100."""
    found: dict[str, list[float]] = {}
    for row in measured.rows:
        for name in measured.scored:
            found.setdefault(f"{row['dataset']}.{name}", []).append(float(row[name]))
    return {name: 100 * sum(values) / len(values) for name, values in sorted(found.items())}


def read_runs(folder: Path, study: str, size: Size) -> list[Run]:
    """All finished runs of a study, by arm and seed."""
    paths = sorted((folder / study / size).glob("*.json"))
    runs = [Run(json.loads(path.read_text(encoding="utf-8")), path) for path in paths]
    return sorted(runs, key=lambda run: (run.arm, run.seed))


def planned_runs(study: Study, size: Size, folder: Path = FOLDER) -> list[Run]:
    """The finished runs that a study names now, by arm and seed; those of arms that it had once are left out."""
    planned = set(study.runs(size))
    return [run for run in read_runs(folder, study.name, size) if (run.arm, run.seed) in planned]


def on_shared_seeds(own: Sequence[Run], others: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """The runs of two arms on the seeds that both have, by seed."""
    first, second = ({run.seed: run for run in runs} for runs in (own, others))
    seeds = sorted(first.keys() & second.keys())
    return [first[seed] for seed in seeds], [second[seed] for seed in seeds]


def score_matrix(runs: Sequence[Run], metric: str) -> tuple[Floats, list[str]]:
    """The scores of one arm's runs, [seeds, questions] in the order of the questions' names, and their documents.

    Raises:
        ValueError: the runs did not answer the same questions.
    """
    dataset, name = metric.rsplit(".", 1)
    rows: list[Floats] = []
    asked: list[list[tuple[str, str]]] = []
    for run in runs:
        table = run.scores()
        table = table.filter(pa.compute.equal(table["dataset"], dataset)).sort_by("id")
        asked.append(list(zip(table["id"].to_pylist(), table["document"].to_pylist(), strict=True)))
        rows.append(np.asarray(table[name].to_pylist(), dtype=np.float64))
    if not asked or any(each != asked[0] for each in asked) or not asked[0]:
        raise ValueError(f"runs of {metric} have no questions in common, or not the same ones")
    return np.stack(rows), [document for _, document in asked[0]]


def _table(rows: Sequence[Any]) -> pa.Table:
    table = pa.Table.from_pylist([dict(row) for row in rows])
    narrow = [pa.field(f.name, pa.float32() if pa.types.is_floating(f.type) else f.type) for f in table.schema]
    return table.cast(pa.schema(narrow))
