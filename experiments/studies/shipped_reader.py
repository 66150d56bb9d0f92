"""Is a reader that also learned finance prose the better one to ship?

Question: does the shipped reader, trained further on questions about filings' prose among as many general ones, read
prose of companies that it never saw better, and does it stay what it was on general questions and on TAT-QA's text?

Hypothesis: what study 1 saw of replay with 1,000 questions holds with all of them: as much finance gain as without
replay, for a few points of SQuAD.

Prediction: token F1 on financial_qa_10k rises by at least 20 points; on SQuAD v1.1 dev it falls by at most 2; going
back part of the way to the start halves that fall and costs at most 2 points of the gain.

Primary metric: token F1 against the silver span on financial_qa_10k, 16 companies unseen in training, all their questions.

Smallest effect: 1 point of F1.

Decision rule: a candidate ships if the 95% interval of its gain over seeds and companies excludes zero, its SQuAD v1.1
dev figures are at least EM 70 and F1 80, and its F1 on TAT-QA dev's text is not worse than the shipped one's by more
than 1 point; of several, the one with the highest SQuAD F1. What ships is trained with seed 1.

Cost: 7 runs, six of 40 minutes on one core: two hours on two cores, and 20 minutes to make the table questions.

Command: financeqa study run shipped_reader --size cpu
"""

from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Study

FREEZE = {"name": "freeze", "part": "words"}  # what changed must fit the shipped file
REPLAY = {"name": "replay", "share": 1.0}
BACK = {"name": "interpolation", "keep": 0.3}

STUDY = Study(
    name="shipped_reader",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline="shipped",
    default={
        **FINANCE,
        "mixture": [{"dataset": "financial_qa_10k", "split": "train"}],
        "source": [
            {"dataset": "squad", "split": "train", "unanswerable": 0.25},
            {"dataset": "squadshifts", "split": "new_wiki", "unanswerable": 0.25},
            {"dataset": "table_lookup", "split": "train", "limit": 8000},
        ],
        "evaluate": [
            {"dataset": "financial_qa_10k", "split": "train", "held_out": True},
            {"dataset": "squad", "split": "dev_v1"},
            {"dataset": "tatqa", "split": "dev"},
        ],
    },
    smoke=SMOKE,
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=measure,
    confirmatory=("replay", "replay_back"),
    arms={
        "shipped": Arm({"fit": "none"}),
        "replay": Arm({"technique": [FREEZE, REPLAY]}),
        "replay_back": Arm({"technique": [BACK, FREEZE, REPLAY]}),
    },
)
