"""Is a difference one, and where is a gap?

Task: questions on one filing go right or wrong together, so they are no independent draws. Write
`interval(differences, documents, resamples, seed)`: the 95% percentile bootstrap interval of the mean of paired
differences, which draws whole documents. Then write `source(rows)`: results as `experiments.gaps` reads them, an
`experiments.gaps.source.Source` with one arm `system`, called `mine`, metric `made.right`. A row is a question in a
run: `seed`, `id`, `document`, `right` (0 to 1) and `slices`, in no order. Slices that do worse than the rest by more
than 5 points are then opened as gaps.

Hypothesis: where documents of ten questions hang together and there is no difference at all, an interval that draws
single questions finds one in ___ % of cases, because ___. (30 documents; a document's questions share a part of their
difference with standard deviation 0.2, beside 0.3 of their own.)

Reading: `experiments/statistics/resampling.py`; `experiments/gaps/source.py`; `research/gaps/README.md`; `financeqa
literature show dror-2018-significance`.

Size: thirty lines; the check takes some ten seconds.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from experiments.exercises.finding import Finding, Measured, Said, near, same
from experiments.exercises.prediction import Number
from experiments.statistics import document_bootstrap

ASKED = Number("per cent of cases", within=7.0)
Floats = npt.NDArray[np.float64]
Interval = Callable[[Floats, Sequence[str], int, int], tuple[float, float]]
_DOCUMENTS, _EACH = 30, 10
_ROUNDS, _RESAMPLES = 200, 300
_SIZES = {
    "documents of one size": [8] * 20,
    "a document with most of the questions": [120, *[4] * 15],
    "single questions": [1] * 60,
}


def null_differences(rng: np.random.Generator) -> tuple[Floats, list[str]]:
    """Paired differences of two systems that are the same, [questions], and the document of each."""
    shared = np.repeat(rng.normal(0, 0.2, _DOCUMENTS), _EACH)
    return shared + rng.normal(0, 0.3, _DOCUMENTS * _EACH), [f"d{i}" for i in range(_DOCUMENTS) for _ in range(_EACH)]


def rows_with_a_gap(seed: int = 0) -> list[dict[str, Any]]:
    """Two runs over 480 questions: those on percentages do worse, and no others."""
    rng = random.Random(seed)
    kinds = [(rng.choice(("percent", "USD", "USD")), rng.choice(("what", "why"))) for _ in range(480)]
    rows = [
        {
            "seed": run,
            "id": f"q{i:03}",
            "document": f"d{i % 16:02}",
            "right": float(rng.random() < (0.4 if unit == "percent" else 0.75)),
            "slices": {"unit": unit, "question": asked},
        }
        for run in (1, 2)
        for i, (unit, asked) in enumerate(kinds)
    ]
    rng.shuffle(rows)
    return rows


def check(yours: ModuleType) -> Iterator[Said]:
    """Holds intervals against ours, counts how often they are wrong, and opens the gaps of made results."""
    rng = np.random.default_rng(14)
    for case, sizes in _SIZES.items():
        documents = [f"d{i}" for i, size in enumerate(sizes) for _ in range(size)]
        differences = rng.normal(0.1, 0.3, len(documents)) + np.repeat(rng.normal(0, 0.2, len(sizes)), sizes)
        right = document_bootstrap(differences, documents, resamples=4000)
        found = yours.interval(differences, documents, 4000, 1)
        width = right.high - right.low
        for end, one, other in (("low", found[0], right.low), ("high", found[1], right.high)):
            yield near(f"{case}: {end}", one, other, within=0.06 * width)
    once, again = (yours.interval(*null_differences(np.random.default_rng(1)), 200, 3) for _ in range(2))
    yield same("the same interval from the same seed", tuple(once), tuple(again))
    share = false_positives(yours.interval)
    yield Finding(share <= 15, f"finds a difference where there is none in {share:.1f}% of {_ROUNDS} cases")
    yield from _opened(yours)
    yield Measured(false_positives(_by_question), "per cent of cases in which single questions find a difference")


def false_positives(interval: Interval) -> float:
    """In how many per cent of null comparisons the interval does not hold zero."""
    rng = np.random.default_rng(41)
    wrong = 0
    for round_ in range(_ROUNDS):
        low, high = interval(*null_differences(rng), _RESAMPLES, round_)
        wrong += not low <= 0 <= high
    return 100 * wrong / _ROUNDS


def _by_question(differences: Floats, documents: Sequence[str], resamples: int, seed: int) -> tuple[float, float]:
    found = document_bootstrap(differences, resamples=resamples, seed=seed)
    return found.low, found.high


def _opened(yours: ModuleType) -> Iterator[Said]:
    """Which gaps the learner's source opens, and whether its scores are the questions' own."""
    from experiments.gaps.opening import open_gaps
    from research.gaps.record import read_gaps

    rows = rows_with_a_gap()
    source = yours.source(rows)
    yield same(
        "name and metric",
        (source.name, source.metric),
        ("mine", "made.right"),
    )
    seeds = source.scores["system"]
    yield same("runs", sorted(seeds), [1, 2])
    yield same("questions", [len(each) for each in seeds.values()], [480, 480])
    with tempfile.TemporaryDirectory(prefix="financeqa-exercise-") as folder:
        open_gaps([source], Path(folder))
        gaps = read_gaps(Path(folder))
    yield same("gaps that are opened", [gap.id for gap in gaps], ["mine-unit-percent"])
    if gaps:
        yield near("mean of the gap's slice, in points", gaps[0].found.mean, _mean_of_gap(rows), within=0.01)


def _mean_of_gap(rows: Sequence[dict[str, Any]]) -> float:
    inside = [row["right"] for row in rows if row["slices"]["unit"] == "percent"]
    return float(100 * sum(inside) / len(inside))
