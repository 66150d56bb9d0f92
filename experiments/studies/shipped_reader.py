"""Is a reader that also learned finance prose the better one to ship?

Question: does the shipped reader (general-qa-reader), trained further on questions about filings' prose among general ones, read prose of
companies that it never saw better, and does it stay what it was on general questions and on TAT-QA's text?

Hypothesis: what study 1 saw of replay with 1,000 questions holds with all of them: as much finance gain as without
replay, for a few points of SQuAD; going back part of the way to the start gives most of these back.

Prediction: token F1 on financial_qa_10k rises by at least 20 points; on SQuAD v1.1 dev it falls by at most 2; with 0.3
of the start kept that fall halves and at most 2 points of the gain are lost.

Primary metric: token F1 against the silver span on financial_qa_10k, 16 companies unseen in training, all their
questions. Beside it the same questions put to passages of the filings (filing_prose), two in three of which do not
answer, where "no answer" counts as one.

Smallest effect: 1 point of F1.

Decision rule: a candidate ships if the 95% interval of its gain over seeds and companies excludes zero, its SQuAD v1.1
dev figures are at least EM 70 and F1 80 on all questions, and its F1 on TAT-QA dev's text is not worse than the shipped
one's by more than 1 point; of several, the one with the highest primary metric. What ships is trained with seed 1.

Cost: 3 readers trained, 45 minutes each on one core, and 10 runs of 6 minutes that read: an hour and three quarters on
two cores.

Command: financeqa study run shipped_reader --size cpu
"""

from experiments.study.defaults import FINANCE, FINANCE_TEST, SMOKE
from experiments.study.interpolated import measure
from experiments.study.study import Arm, Study

KEPT = (0.3, 0.5)
ARTICLES = ["The_Legend_of_Zelda:_Twilight_Princess", "IPod", "Solar_energy"]  # kept for the calibration of what ships

STUDY = Study(
    name="shipped_reader",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline="shipped",
    default={
        **FINANCE,
        "held_out": [*FINANCE_TEST, *ARTICLES],
        "mixture": [
            {"dataset": "financial_qa_10k", "split": "train", "unanswerable": 0.2},
            {"dataset": "filing_prose", "split": "train"},
        ],
        "source": [
            {"dataset": "squad", "split": "train", "unanswerable": 0.25},
            {"dataset": "squadshifts", "split": "new_wiki", "unanswerable": 0.25},
            {"dataset": "table_lookup", "split": "train", "limit": 8000},
        ],
        "technique": [
            {"name": "freeze", "part": "words"},  # what changed must fit the shipped file
            {"name": "replay", "share": 1.5},
        ],
        "epochs": 2,
        "evaluate": [
            {"dataset": "financial_qa_10k", "split": "train", "held_out": True},
            {"dataset": "filing_prose", "split": "train", "held_out": True, "abstains": True},
            {"dataset": "squad", "split": "dev_v1", "limit": 2000},
            {"dataset": "tatqa", "split": "dev"},
        ],
    },
    smoke=SMOKE,
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=measure,
    confirmatory=("replay", *(f"replay_kept_{share}" for share in KEPT)),
    arms={
        "replay": Arm({"keep": 0.0}),
        **{f"replay_kept_{share}": Arm({"keep": share}) for share in KEPT},
        "shipped": Arm({"keep": 1.0}, seeds={"cpu": 1, "full": 1}),
    },
)
