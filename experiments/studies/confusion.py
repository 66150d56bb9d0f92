"""Study 8: does a reader confuse periods and companies?

Question: of two questions that differ in their period only, how often does a reader answer both; and does training on
such twins help it more than training on as many unrelated questions?

Hypothesis: a reader trained on single lookups attends to the row and guesses the column; twins in training force it to
read the period.

Prediction: the share of pairs with both right is at least 5 points higher with twins than with as many single
questions; single lookups lose less than 1 point (the refutation rule of period twins, at the reader).

Primary metric: exact match on twins of unseen companies (`table_twins.exact_match`); the share of
pairs with both right is `pairs.exact_match`, lookups under another company's header line are `attacked.exact_match`.

Smallest effect: 1 point of exact match.

Decision rule: all arms go on from one reader of 5,000 SQuAD questions with 1,000 examples, three seeds an arm; twins and
mixed are compared with singles; better or worse if the interval over seeds and companies excludes zero after Holm's
correction.

Cost: 10 runs of 6 to 8 minutes on one core: 40 minutes on two cores, besides what study 4 makes.

Command: financeqa study run confusion --size cpu
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.study.defaults import FINANCE, SMOKE, SQUAD_START
from experiments.study.fine_tuning import measure as measure_reader
from experiments.study.study import Arguments, Arm, Measured, Prediction, Study
from qa.data.squad_form import twins_of_id

PAIRS = "pairs.exact_match"
SINGLES = {"dataset": "table_lookup", "split": "train"}
TWINS = {"dataset": "table_twins", "split": "train", "twins": True}
EVALUATE = [
    {"dataset": "table_twins", "split": "dev", "limit": 1000, "twins": True},
    {"dataset": "table_lookup", "split": "dev", "limit": 400, "abstains": True},
    {
        "dataset": "table_lookup_bound",
        "split": "dev",
        "limit": 400,
        "called": "attacked",
        "attacked": True,
        "abstains": True,
    },
]


def measure(arguments: Arguments, seed: int, folder: Path) -> Measured:
    """As every reader is measured, with a row a pair of twins: both right or not."""
    found = measure_reader(arguments, seed, folder)
    pairs: dict[str, list[Any]] = defaultdict(list)
    for row in found.rows:
        if row["dataset"] in ("table_twins", "generated"):
            pairs[twins_of_id(row["id"])].append(row)
    both = [
        {**pair[0], "dataset": "pairs", "id": name, **{s: min(row[s] for row in pair) for s in found.scored}}
        for name, pair in pairs.items()
        if len(pair) > 1
    ]
    return replace(found, rows=[*found.rows, *both])


STUDY = Study(
    name="confusion",
    text=__doc__,
    primary="table_twins.exact_match",
    smallest=1.0,
    baseline="singles",
    default={**FINANCE, "start": SQUAD_START, "source": [], "epochs": 2, "evaluate": EVALUATE},
    smoke={**SMOKE, "start": None},
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=measure,
    confirmatory=("twins", "mixed"),
    predictions=(
        Prediction("pairs both right: at least 5 points more with twins", "twins", "singles", low=5, metric=PAIRS),
        Prediction("single lookups lose less than 1", "twins", "singles", low=-1, metric="table_lookup.exact_match"),
    ),
    arms={
        "singles": Arm({"mixture": [{**SINGLES, "limit": 1000}]}),
        "twins": Arm({"mixture": [{**TWINS, "limit": 1000}]}),
        "mixed": Arm({"mixture": [{**SINGLES, "limit": 500}, {**TWINS, "limit": 500}]}),
        "shipped": Arm({"start": None, "model": "finance-qa-reader", "fit": "none"}, seeds={"cpu": 1}),
    },
)
