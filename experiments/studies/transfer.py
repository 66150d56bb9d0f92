"""Study 3: from general questions to finance ones, and what is forgotten on the way.

Question: should a reader learn general questions first and finance ones after, both at once, or general ones again
beside the finance ones; and what does each forget of the general ones?

Hypothesis: with few finance examples, learning both at once with the finance examples repeated beats one after the
other (as arXiv 2401.09168 found), and forgets less.

Prediction: merged at least 1 point of F1 above sequential on finance, and at least 2 points on SQuAD; replay within 1
point of sequential on finance and at least 1 above it on SQuAD; either far above finance alone.

Primary metric: token F1 against the silver span on financial_qa_10k, companies unseen in training. Forgetting is token
F1 on SQuAD v1.1 dev, 400 questions, source_only being what there was to forget.

Smallest effect: 1 point of F1.

Decision rule: five seeds an arm, each with its own examples. Merged, replay and target_only are compared with
sequential; an arm is better or worse if the 95% interval over seeds and companies excludes zero after Holm's correction.

Cost: 25 runs of 5 to 20 minutes on one core: two hours and three quarters on two cores.

Command: financeqa study run transfer --size cpu
"""

from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Study

SQUAD = {"dataset": "squad", "split": "train", "limit": 2000}
SEQUENTIAL = {"name": "sequential", "epochs": 2, "learning_rate": 2e-4}
GENERATED = [{"dataset": "generated", "split": "dev", "limit": 16}]

STUDY = Study(
    name="transfer",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline="sequential",
    default={**FINANCE, "model": "all-MiniLM-L6-v2", "source": [SQUAD], "learning_rate": 2e-4},
    smoke=SMOKE,
    measure=measure,
    confirmatory=("merged", "replay", "target_only"),
    arms={
        "sequential": Arm({"technique": [SEQUENTIAL]}),
        "merged": Arm({"technique": [{"name": "merge", "repeat": 2}], "epochs": 2}),
        "replay": Arm({"technique": [SEQUENTIAL, {"name": "replay", "share": 0.25}]}),
        "target_only": Arm({"technique": []}),
        "source_only": Arm({"mixture": [SQUAD], "epochs": 2}, smoke={"mixture": GENERATED}),
    },
)
