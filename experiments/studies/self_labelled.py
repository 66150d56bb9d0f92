"""Study 4: what questions that filings label themselves add, and to whom.

Question: does a reader that learns from a filing's own tags (questions made from inline XBRL) read tables better, and
does it read prose better or worse for it?

Hypothesis: self-labelled questions teach tables and nothing else: they add much to table lookups of unseen companies,
nothing to prose about filings and nothing to general questions, for the same number of steps.

Prediction: with a third of the examples self-labelled instead of SQuAD's, token F1 on table lookups rises by at least
20 points, on TAT-QA's text spans, financial_qa_10k and SQuAD it changes by less than 2.

Primary metric: token F1 on table_lookup/dev, companies unseen in training, 600 questions with answers and without.

Smallest effect: 1 point of F1.

Decision rule: five seeds an arm, each with its own examples. squad_and_lookup and squad_and_finance are compared with
squad_alone, which has as many examples, all of SQuAD; an arm is better or worse if the interval over seeds and
companies excludes zero after Holm's correction. The other metrics are described.

Cost: 15 runs of 12 minutes on one core: an hour and a half on two cores, and 20 minutes to make the table questions.

Command: financeqa study run self_labelled --size cpu
"""

from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Study

EVALUATE = [
    {"dataset": "table_lookup", "split": "dev", "limit": 600},
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
    baseline="squad_alone",
    default={
        **FINANCE,
        "model": "all-MiniLM-L6-v2",
        "source": [],
        "epochs": 2,
        "learning_rate": 2e-4,
        "evaluate": EVALUATE,
    },
    smoke=SMOKE,
    measure=measure,
    confirmatory=("squad_and_lookup", "squad_and_finance"),
    arms={
        "squad_alone": Arm({"mixture": [_squad(3000)]}),
        "squad_and_lookup": Arm(
            {"mixture": [_squad(2000), {"dataset": "table_lookup", "split": "train", "limit": 1000}]}
        ),
        "squad_and_finance": Arm(
            {"mixture": [_squad(2000), {"dataset": "financial_qa_10k", "split": "train", "limit": 1000}]}
        ),
    },
)
