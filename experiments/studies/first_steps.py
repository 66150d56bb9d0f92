"""A first study, of minutes and without any data: full fine-tuning beside LoRA.

Question: does a bare encoder learn to answer questions on invented reports as well when only low-rank additions to its
matrices are trained, as when all of its weights are?

Hypothesis: a task this plain needs few directions of change, but those that LoRA adds start from nothing and learn
more slowly in so few steps.

Prediction: with equal steps and learning rate, LoRA is at least 10 points of F1 below full fine-tuning.

Primary metric: token F1 on the generated questions of six companies that were not trained on.

Smallest effect: 5 points of F1.

Decision rule: three seeds each; LoRA is worse if the 95% interval over seeds and companies excludes zero.

Cost: 6 runs of one to two minutes on one core.

Command: financeqa study run first_steps --size cpu
"""

from experiments.study.defaults import SMOKE
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Prediction, Study
from qa.data.generated import COMPANIES

STUDY = Study(
    name="first_steps",
    text=__doc__,
    primary="generated.f1",
    smallest=5.0,
    baseline="full",
    default={
        "model": "all-MiniLM-L6-v2",
        "mixture": [{"dataset": "generated", "split": "train"}, {"dataset": "generated", "split": "dev"}],
        "held_out": list(COMPANIES[:6]),
        "technique": [],
        "epochs": 8,
        "learning_rate": 3e-4,
        "warmup": 0.1,
        "evaluate": [{"dataset": "generated", "split": "train", "held_out": True}],
    },
    smoke=SMOKE,
    seeds={"smoke": 1, "cpu": 3, "full": 3},
    measure=measure,
    confirmatory=("lora",),
    predictions=(Prediction("LoRA at least 10 points below full fine-tuning", "lora", "full", high=-10),),
    arms={"full": Arm({}), "lora": Arm({"technique": [{"name": "lora"}]})},
)
