"""Study 1: fine-tuning techniques where finance examples are few.

Question: which fine-tuning technique serves a small reader that has 1,000 finance questions to learn from, and at what
cost in trained weights, time and memory?

Hypothesis: a reader that already answers questions on general text needs little change, so techniques that change
little (LoRA) or average what they change (weight averaging) come within a point of full fine-tuning or pass it,
while a head alone and biases alone do not.

Prediction: LoRA within 1 point of F1 of full fine-tuning; head only at least 5 points below it; no technique more than
2 points above it.

Primary metric: token F1 against the silver span on financial_qa_10k, companies unseen in training.

Smallest effect: 1 point of F1.

Decision rule: all arms run with one seed; full, LoRA and the best four others of that screening run with five. An arm
is better or worse than full fine-tuning if the 95% interval over seeds and companies excludes zero after Holm's
correction over the confirmed arms; the screening is exploratory and its arms carry no claim. The four are chosen by
the first seed, which therefore flatters them by a little; seeds two to five alone are reported beside.

Cost: 25 runs of the screening, 8 more of full and LoRA and 16 more of the best four, 5 to 16 minutes each on one core:
three hours on two cores.

Command: financeqa study run techniques --size cpu
"""

from typing import Any

from experiments.study.defaults import FINANCE, SMOKE
from experiments.study.fine_tuning import measure
from experiments.study.study import Arm, Prediction, Study


def arm(*techniques: dict[str, Any], smoke: list[dict[str, Any]] | None = None, cpu: int = 1, **change: Any) -> Arm:  # noqa: ANN401
    """An arm with these techniques; smoke size may want others."""
    return Arm(
        {"technique": list(techniques), **change},
        smoke={"technique": smoke} if smoke else {},
        seeds={"cpu": cpu},
    )


STUDY = Study(
    name="techniques",
    text=__doc__,
    primary="financial_qa_10k.f1",
    smallest=1.0,
    baseline="full",
    default=FINANCE,
    smoke=SMOKE,
    measure=measure,
    confirmatory=("lora", "adversarial", "r_drop", "dora", "replay"),  # the last four by the screening
    sources=("squad.f1",),
    predictions=(
        Prediction("LoRA within 1 point of full fine-tuning", "lora", "full", -1, 1),
        Prediction("head only at least 5 points below it", "head_only", "full", high=-5),
        Prediction("no technique more than 2 points above it: R-Drop", "r_drop", "full", high=2),
        Prediction("no technique more than 2 points above it: DoRA", "dora", "full", high=2),
        Prediction("no technique more than 2 points above it: FGM", "adversarial", "full", high=2),
        Prediction("no technique more than 2 points above it: replay", "replay", "full", high=2),
    ),
    arms={
        "none": arm(fit="none"),
        "full": arm(cpu=5),
        "head_only": arm({"name": "head_only"}, learning_rate=1e-3),
        "top_2_layers": arm({"name": "top_layers", "count": 2}, smoke=[{"name": "top_layers", "count": 1}]),
        "gradual_unfreezing": arm({"name": "gradual_unfreezing"}, learning_rate=2e-4),
        "layerwise_decay": arm({"name": "layerwise_decay"}),
        "reinitialise": arm({"name": "reinitialise"}),
        "bitfit": arm({"name": "bitfit"}, learning_rate=1e-3),
        "lora": arm({"name": "lora"}, learning_rate=1e-3, cpu=5),
        "dora": arm({"name": "dora"}, cpu=5, learning_rate=1e-3),
        "ia3": arm({"name": "ia3"}, learning_rate=5e-3),
        "prefix": arm({"name": "prefix"}, learning_rate=1e-2),
        "merge": arm({"name": "merge", "repeat": 3}, epochs=1),
        "replay": arm({"name": "replay"}, cpu=5),
        "l2_sp": arm({"name": "l2_sp"}),
        "l2_sp_strong": arm({"name": "l2_sp", "strength": 1.0}),
        "r_drop": arm({"name": "r_drop"}, cpu=5),
        "adversarial": arm({"name": "adversarial"}, cpu=5),
        "weight_averaging": arm({"name": "weight_averaging"}),
        "interpolation": arm({"name": "interpolation"}),
        "distillation": arm({"name": "distillation"}, smoke=[{"name": "distillation", "ensemble": 1}]),
        "domain_adaptation": arm(
            {"name": "domain_adaptation"},
            smoke=[{"name": "domain_adaptation", "texts": "generated", "windows": 8, "tokens": 32}],
        ),
        "boundary_smoothing": arm({"name": "boundary_smoothing"}),
        "token_dropout": arm({"name": "token_dropout"}),
        "freeze_embeddings": arm({"name": "freeze", "part": "embeddings"}),
    },
)
