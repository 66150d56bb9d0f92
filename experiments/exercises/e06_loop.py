"""A training loop that does what Trainer does.

Task: write `fit(model, batches, learning_rate, weight_decay, warmup_steps)`: one step a batch, in their order, and
the loss of each, so that losses are those of `transformers.Trainer`. That is AdamW, whose weight decay leaves biases
and normalisations alone; gradients cut to a norm of 1; and a rate that climbs to its peak in the warm-up and falls to
zero in the other steps. What the loop forgets, nobody tells: the losses fall all the same, only to somewhere else.

Hypothesis: with a warm-up, the first step ___ (moves the weights, or lets them stay as they are), because ___.

Reading: `research/guide/2-a-training-step.md`, sections 4 to 6; `qa/training/with_loop.py`; `financeqa literature
show mosbach-2021-stability`.

Size: twenty lines; the check trains a tiny reader four times, in some seconds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from experiments.exercises.finding import Finding, Measured, Said, same
from experiments.exercises.prediction import Choice
from experiments.exercises.tiny import tiny_batches, tiny_model

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

ASKED = Choice("what the first step of a warm-up does to the weights", among=("moves", "stay"))
SETTINGS: dict[str, Any] = {"learning_rate": 1e-2, "weight_decay": 0.1, "warmup_steps": 3}
_WITHIN = 2e-3  # Trainer rounds its losses


def check(yours: ModuleType) -> Iterator[Said]:
    """Holds each loss against Trainer's, with a warm-up and without."""
    for settings in (SETTINGS, {**SETTINGS, "warmup_steps": 0, "weight_decay": 0.0}):
        model, tokenizer = tiny_model()
        batches = tiny_batches(tokenizer, count=24, batch_size=2)
        right = by_trainer(model, batches, **settings)
        model, _ = tiny_model()
        found = [float(loss) for loss in yours.fit(model, batches, **settings)]
        yield same(f"losses of {len(batches)} batches", len(found), len(right))
        alike = _alike(found, right, settings["warmup_steps"])
        yield alike
        if not alike.holds:
            return
    model, tokenizer = tiny_model()
    [batch] = tiny_batches(tokenizer, count=2, batch_size=2)
    first, second, *_ = by_trainer(model, [batch] * 4, **SETTINGS)
    yield Measured("stay" if first == second else "moves", "what the first step of a warm-up does to the weights")


def by_trainer(model: PreTrainedModel, batches: Sequence[dict[str, Tensor]], **settings: float) -> list[float]:
    """Trains a model in place, in 32 bits on the processor; returns the loss of each batch."""
    from torch.utils.data import DataLoader
    from transformers import PrinterCallback, Trainer, TrainingArguments

    class InOrder(Trainer):  # type: ignore[misc]
        """Trainer over batches that are made already."""

        def get_train_dataloader(self) -> Any:  # noqa: ANN401
            return DataLoader(batches, batch_size=None)

    with tempfile.TemporaryDirectory(prefix="financeqa-exercise-") as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=1,
            max_grad_norm=1.0,
            use_cpu=True,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            remove_unused_columns=False,
            **settings,
        )
        trainer = InOrder(model=model, args=arguments, train_dataset=list(batches))
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]


def _alike(found: Sequence[float], right: Sequence[float], warmup: float) -> Finding:
    """Whether the losses are Trainer's, and where they part."""
    parted = [i for i, (one, other) in enumerate(zip(found, right, strict=False)) if not abs(one - other) <= _WITHIN]
    text = f"warm-up of {warmup:g}: last loss {found[-1]:.3f}, Trainer's {right[-1]:.3f}" if found else "no losses"
    where = f"; they part at step {parted[0] + 1}" if parted else ""
    return Finding(bool(found) and not parted, text + where)
