"""Study 3: from general questions to finance ones, and what is forgotten on the way.

Question: how should a reader that has learned general questions learn finance ones: from these alone, from both at
once, or with general ones replayed among them; and what does each forget of the general ones?

Hypothesis: with few finance examples, learning both at once with the finance examples repeated beats finance alone (as
arXiv 2401.09168 found for a first training), and forgets less; a quarter of replay keeps most of what is forgotten.

Prediction: merged at least 1 point of F1 above sequential on finance, and at least 10 points on SQuAD; replay within 1
point of sequential on finance and at least 10 above it on SQuAD; the general reader is worth at least 10 points on
finance to the one that starts from the bare encoder (target_only). Before this was written, one seed of study 1 had
been seen, in which sequential had 72.5 and 54.8, and replay 72.8 and 71.8.

Primary metric: token F1 against the silver span on financial_qa_10k, companies unseen in training. Forgetting is token
F1 on SQuAD v1.1 dev, 400 questions, source_only being what there was to forget.

Smallest effect: 1 point of F1.

Decision rule: five seeds an arm, each with its own examples. Merged, replay and target_only are compared with
sequential; an arm is better or worse if the 95% interval over seeds and companies excludes zero after Holm's correction.

Cost: 21 runs of 1 to 9 minutes on one core: an hour on two cores.

Command: financeqa study run transfer --size cpu
"""

from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Prediction, Study

STUDY = Study(
    name="transfer",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline="sequential",
    default=FINANCE,  # its reader has learned all of SQuAD
    smoke=SMOKE,
    measure=measure,
    confirmatory=("merged", "replay", "target_only"),
    sources=("squad.f1",),
    predictions=(
        Prediction("merged at least 1 point above sequential", "merged", "sequential", low=1),
        Prediction("and at least 10 on SQuAD", "merged", "sequential", low=10, metric="squad.f1"),
        Prediction("replay within 1 point of sequential", "replay", "sequential", -1, 1),
        Prediction("and at least 10 above it on SQuAD", "replay", "sequential", low=10, metric="squad.f1"),
        Prediction("the general reader is worth at least 10 points", "sequential", "target_only", low=10),
    ),
    arms={
        "sequential": Arm(),
        "merged": Arm({"technique": [{"name": "merge", "repeat": 2}], "epochs": 2}),
        "replay": Arm({"technique": [{"name": "replay", "share": 0.25}]}),
        "target_only": Arm({"model": "all-MiniLM-L6-v2", "learning_rate": 2e-4}),
        "source_only": Arm({"fit": "none"}, seeds={"cpu": 1, "full": 1}),
    },
)
