"""Exercise 13: a study of one's own."""

from __future__ import annotations

from experiments.exercises.e13_study import SMALL
from experiments.study.defaults import FINANCE
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Study

HYPOTHESIS = ""  # At smoke size the verdict on the first confirmatory arm is ___, because ___.
PREDICTION: str | None = None  # "better", "worse" or "no difference found"

TEXT = """A study of mine.

Question: ___

Hypothesis: ___

Prediction: ___

Primary metric: token F1 against the silver span on financial_qa_10k, companies unseen in training.

Smallest effect: ___

Decision rule: ___

Cost: ___

Command: financeqa exercise 13
"""


def arms() -> dict[str, Arm]:
    """The baseline, which changes nothing, and what is compared with it."""
    ...  # yours


STUDY = Study(
    name="mine",
    text=TEXT,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline="full",
    confirmatory=tuple(name for name in arms() if name != "full"),
    default=FINANCE,
    smoke=SMALL,
    seeds={"smoke": 2, "cpu": 5, "full": 5},
    measure=measure,
    arms=arms(),
)

if __name__ == "__main__":
    print(STUDY.runs("smoke"))
