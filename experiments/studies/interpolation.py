"""Study 10: between the general reader's weights and the finance reader's.

Question: does a mean of the weights before and after fine-tuning on finance lie on a better frontier of finance and
general questions than either end?

Hypothesis: as with images (Wortsman et al., 2022), the mean of both weights keeps most of what fine-tuning gained and
most of what the start knew.

Prediction: with half of the start kept, finance F1 is within 1 point of the fine-tuned end, and SQuAD F1 at least 1
point above it.

Primary metric: token F1 against the silver span on financial_qa_10k, companies unseen in training; beside it token F1
on SQuAD v1.1 dev, 1,000 questions.

Smallest effect: 1 point of F1.

Decision rule: three seeds for each share kept. A share is on the frontier if no other is at least as high on both
metrics; it is better or worse than the fine-tuned end where the interval over seeds and companies excludes zero after
Holm's correction.

Cost: 3 readers trained, 4 minutes each on one core, and 16 runs of 2 minutes that read: half an hour on two cores.

Command: financeqa study run interpolation --size cpu
"""

from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.interpolated import measure
from experiments.study.study import Arm, Prediction, Study

KEPT = (0.15, 0.3, 0.5, 0.7)

STUDY = Study(
    name="interpolation",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline="kept_0",
    default={**FINANCE, "evaluate": [FINANCE["evaluate"][0], {"dataset": "squad", "split": "dev_v1", "limit": 1000}]},
    smoke=SMOKE,
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=measure,
    confirmatory=tuple(f"kept_{share}" for share in KEPT),
    sources=("squad.f1",),
    predictions=(
        Prediction("half kept: finance within 1 point of the tuned end", "kept_0.5", "kept_0", -1, 1),
        Prediction("half kept: SQuAD at least 1 point above it", "kept_0.5", "kept_0", low=1, metric="squad.f1"),
    ),
    arms={
        "kept_0": Arm({"keep": 0.0}),
        **{f"kept_{share}": Arm({"keep": share}) for share in KEPT},
        "kept_1": Arm({"keep": 1.0}, seeds={"cpu": 1, "full": 1}),
    },
)
