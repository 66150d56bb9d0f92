"""Study 5: how a table is written for a reader of text.

Question: which form of a table does a small reader learn best: as the page prints it, its rows in words with the
column's header before each number, or these under a line that says company, form, year, title and unit; and what does
it make of a wrong such line?

Hypothesis: binding the column's header to each number is what a small reader needs, since it cannot count columns; the
line above changes little in reading, but a reader that was trained with it leans on it unless it is sometimes missing
or wrong in training (header dropout).

Prediction: rows in words at least 10 points of exact match above rows as printed; the header line within 2 points of
rows in words; under a wrong header line the reader loses at least 3 points, with header dropout less than 1.

Primary metric: exact match on table lookups of unseen companies, 500 questions with answers and without, each arm on
the form that it was trained on (`lookups.exact_match`); beside it the same under wrong header lines
(`attacked.exact_match`), which is the same set where the form has none.

Smallest effect: 1 point of exact match.

Decision rule: all arms go on from one reader of 5,000 SQuAD questions with 1,000 lookups, three seeds an arm. printed, bound and bound_dropout are compared with words; an arm is better or worse
if the interval over seeds and companies excludes zero after Holm's correction. The invention of header dropout is
refuted if the attack costs an arm trained with it at least 3 points.

Cost: 12 runs of 6 to 9 minutes on one core: 50 minutes on two cores, besides what study 4 makes.

Command: financeqa study run tables --size cpu
"""

from typing import Any

from experiments.study.defaults import FINANCE, SMOKE, SQUAD_START
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Prediction, Study


def _form(dataset: str, technique: list[dict[str, Any]] | None = None) -> Arm:
    """Training and reading one form of the tables."""
    read = {"dataset": dataset, "split": "dev", "limit": 500, "abstains": True}
    return Arm(
        {
            "mixture": [{"dataset": dataset, "split": "train", "limit": 1000}],
            "technique": technique or [],
            "evaluate": [{**read, "called": "lookups"}, {**read, "called": "attacked", "attacked": True}],
        }
    )


def _lost(says: str, arm: str, **bounds: float) -> Prediction:
    """What an arm loses under wrong header lines."""
    return Prediction(says, arm, arm, metric="attacked.exact_match", over_metric="lookups.exact_match", **bounds)


STUDY = Study(
    name="tables",
    text=__doc__,
    primary="lookups.exact_match",
    smallest=1.0,
    baseline="words",
    default={**FINANCE, "start": SQUAD_START, "source": [], "epochs": 2},
    smoke={**SMOKE, "start": None},
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=measure,
    confirmatory=("printed", "bound", "bound_dropout"),
    predictions=(
        Prediction("rows in words at least 10 points above rows as printed", "words", "printed", low=10),
        Prediction("the header line within 2 points of rows in words", "bound", "words", -2, 2),
        _lost("a wrong header line costs at least 3 points", "bound", high=-3),
        _lost("with header dropout less than 1", "bound_dropout", low=-1),
    ),
    arms={
        "words": _form("table_lookup"),
        "printed": _form("table_lookup_printed"),
        "bound": _form("table_lookup_bound"),
        "bound_dropout": _form("table_lookup_bound", [{"name": "header_dropout", "share": 0.15}]),
    },
)
