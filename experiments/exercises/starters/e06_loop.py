"""Exercise 6: a training loop that does what Trainer does."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel

from experiments.exercises.e06_loop import SETTINGS
from experiments.exercises.tiny import tiny_batches, tiny_model

HYPOTHESIS = ""  # With a warm-up, the first step ___, because ___.
PREDICTION: str | None = None  # "moves" or "stay"


def fit(
    model: PreTrainedModel,
    batches: Sequence[dict[str, Tensor]],
    *,
    learning_rate: float,
    weight_decay: float,
    warmup_steps: int,
) -> list[float]:
    """Trains a model in place, a step a batch; returns the loss of each."""
    ...  # yours


if __name__ == "__main__":
    torch.manual_seed(1)
    reader, tokenizer = tiny_model()
    losses = fit(reader, tiny_batches(tokenizer, count=24, batch_size=2), **SETTINGS)
    print(*(f"{loss:.3f}" for loss in losses))
