"""Study 2: how the quality grows with the number of examples.

Question: how much finance data does a small reader need, and does LoRA overtake full fine-tuning when there is little?

Hypothesis: rankings cross: with a hundred examples and fewer LoRA is at least as good as full fine-tuning, with all of
them full fine-tuning is better.

Prediction: LoRA at least 1 point above full fine-tuning at 1% of the examples, at least 1 point below it at 100%; the
last doubling of the data brings full fine-tuning less than 2 points.

Primary metric: token F1 against the silver span on financial_qa_10k, companies unseen in training.

Smallest effect: 1 point of F1.

Decision rule: at each number of examples LoRA is compared with full fine-tuning over three seeds, which draw other
examples each; the five intervals are corrected together (Holm). The curve itself is described, not tested.

Cost: 30 runs between 1 and 9 minutes on one core: an hour and a quarter on two cores.

Command: financeqa study run learning_curves --size cpu
"""

from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Prediction, Study

EPOCHS = {26: 20, 130: 10, 520: 4, 1300: 3, 2590: 2}  # 1% to 100% of the training companies' questions
TECHNIQUES = {"full": ([], 1e-4), "lora": ([{"name": "lora"}], 1e-3)}

STUDY = Study(
    name="learning_curves",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline="full_2590",
    default={**FINANCE, "evaluate": FINANCE["evaluate"][:1]},
    smoke=SMOKE,
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=measure,
    confirmatory=tuple(f"lora_{count}" for count in EPOCHS),
    predictions=(
        Prediction("LoRA at least 1 point above full fine-tuning at 1%", "lora_26", "full_26", low=1),
        Prediction("LoRA at least 1 point below it at 100%", "lora_2590", "full_2590", high=-1),
        Prediction("the last doubling brings less than 2 points", "full_2590", "full_1300", high=2),
    ),
    arms={
        f"{name}_{count}": Arm(
            {
                "technique": technique,
                "learning_rate": rate,
                "epochs": epochs,
                "mixture": [{"dataset": "financial_qa_10k", "split": "train", "limit": count}],
            },
            against=f"full_{count}",
            curve=(name, count),
        )
        for count, epochs in EPOCHS.items()
        for name, (technique, rate) in TECHNIQUES.items()
    },
)
