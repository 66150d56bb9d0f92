"""Study 4: what questions that filings label themselves add, and to whom.

Question: does a reader that learns from a filing's own tags (questions made from inline XBRL) read tables better, and
does it read prose better or worse for it?

Hypothesis: self-labelled questions teach tables and nothing else: they add much to table lookups of unseen companies,
nothing to prose about filings and nothing to general questions, for the same number of steps.

Prediction: with seven in ten of a general reader's next 1,000 examples self-labelled instead of SQuAD's, token F1 on
table lookups rises by at least 20 points, on TAT-QA's text spans, financial_qa_10k and SQuAD it changes by less than 2.

Primary metric: token F1 on table_lookup/dev, companies unseen in training, 600 questions with answers and without.

Smallest effect: 1 point of F1.

Decision rule: all arms go on from one reader of 5,000 SQuAD questions, five seeds an arm, each with its own examples.
lookups and finance are compared with more_squad, which has as many examples; an arm is better or worse if the interval
over seeds and companies excludes zero after Holm's correction. The other metrics are described.

Cost: 40 minutes on one core for the reader that they go on from, which studies 5 and 8 share, 15 runs of 6 to 9 minutes:
an hour and a half on two cores, and 5 minutes to make the table questions.

Command: financeqa study run self_labelled --size cpu
"""

from experiments.study.defaults import FINANCE, SMOKE, SQUAD_START
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Prediction, Study

EVALUATE = [
    {"dataset": "table_lookup", "split": "dev", "limit": 600, "abstains": True},
    {"dataset": "tatqa", "split": "dev", "limit": 400},
    {"dataset": "financial_qa_10k", "split": "train", "held_out": True, "each": 25},
    {"dataset": "squad", "split": "dev_v1", "limit": 400},
]


def _squad(count: int) -> dict[str, object]:
    return {"dataset": "squad", "split": "train", "limit": count, "unanswerable": 0.2}


STUDY = Study(
    name="self_labelled",
    text=__doc__,
    primary="table_lookup.f1",
    smallest=1.0,
    baseline="more_squad",
    default={**FINANCE, "start": SQUAD_START, "source": [], "epochs": 2, "evaluate": EVALUATE},
    smoke={**SMOKE, "start": None},
    measure=measure,
    confirmatory=("lookups", "finance"),
    sources=("squad.f1",),
    predictions=(
        Prediction("table lookups rise by at least 20 points", "lookups", "more_squad", low=20),
        Prediction("TAT-QA's spans change by less than 2", "lookups", "more_squad", -2, 2, "tatqa.f1"),
        Prediction("filings' prose by less than 2", "lookups", "more_squad", -2, 2, "financial_qa_10k.f1"),
        Prediction("SQuAD by less than 2", "lookups", "more_squad", -2, 2, "squad.f1"),
    ),
    arms={
        "more_squad": Arm({"mixture": [_squad(1000)]}),
        "lookups": Arm({"mixture": [_squad(300), {"dataset": "table_lookup", "split": "train", "limit": 700}]}),
        "finance": Arm({"mixture": [_squad(300), {"dataset": "financial_qa_10k", "split": "train", "limit": 700}]}),
    },
)
