"""The one interface of fine-tuning techniques: hooks around a training run, each of which changes nothing by default.

A recipe names its techniques in order, and they nest: the first is the innermost. Each sees the model and the loss as
those before it left them, and `finish` undoes in reverse order. No technique at all is full fine-tuning.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict

from qa.data.squad_form import Example

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    Batch = dict[str, Tensor]
    Loss = Callable[["Module", Batch], "SpanLoss"]


@dataclass(frozen=True)
class SpanLoss:
    """What one pass over a batch gives.

    Attributes:
        value: the loss, a scalar.
        start_logits: [windows, tokens].
        end_logits: [windows, tokens].
    """

    value: Tensor
    start_logits: Tensor
    end_logits: Tensor


@dataclass(frozen=True)
class Stage:
    """Training on some examples, from the first step to the last of one schedule.

    Attributes:
        examples: in any order; training shuffles them.
        epochs: passes over them.
        learning_rate: at its peak.
    """

    examples: Sequence[Example]
    epochs: int
    learning_rate: float


@dataclass(frozen=True)
class Setting:
    """What a technique that trains something of its own needs to know of the run.

    Attributes:
        folder: where it may keep what it made; the run's own.
        tokenizer: the model's.
        train: trains a model on the run's stage without any technique, with another seed, in place.
        seed: of the run.
        batch_size: windows a step.
        max_length: tokens in a window.
        stride: context tokens that neighbouring windows share.
    """

    folder: Path
    tokenizer: PreTrainedTokenizerBase
    train: Callable[[PreTrainedModel, int], None]
    seed: int
    batch_size: int
    max_length: int
    stride: int


class Technique(BaseModel):
    """A technique: its knobs are its fields, what it remembers of a run are private attributes.

    A run works on a copy of its own. The hooks are listed in the order in which a run calls them.
    """

    model_config = ConfigDict(extra="forbid", frozen=False)

    reads_source: ClassVar[bool] = False  # whether it needs the recipe's `source`

    name: str

    def stages(self, stages: list[Stage], source: Sequence[Example], draw: random.Random) -> list[Stage]:
        """The stages of training. All but the last are plain fine-tuning; the hooks below belong to the last.

        Args:
            stages: what the techniques before this one made of the recipe's mixture.
            source: the examples of the recipe's `source`, the task that is learned from.
            draw: seeded.
        """
        return stages

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """The model that is trained: frozen in part, wrapped, initialised anew."""
        return model

    def rate(self, parameter: str, model: PreTrainedModel) -> float:
        """By what the learning rate is multiplied for a parameter, named as in `model.named_parameters()`."""
        return 1.0

    def before_step(self, model: PreTrainedModel, done: float) -> None:
        """Called before each step; `done` is the share of the steps that are behind, 0 to below 1."""

    def loss(self, inner: Loss) -> Loss:
        """The loss, given that of the techniques before this one."""
        return inner

    def after_step(self, model: PreTrainedModel, done: float) -> None:
        """Called after each step of the optimiser; `done` counts this step, so ends at 1."""

    def finish(self, model: PreTrainedModel) -> PreTrainedModel:
        """The finished model."""
        return model

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint must keep of this technique besides what `prepare` makes anew."""
        return {}

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Takes over what `state` gave."""


def unlabelled(batch: Batch) -> Batch:
    """A batch as a model reads it where nothing is to be learned."""
    return {name: each for name, each in batch.items() if not name.endswith("_positions")}


def span_loss(model: Module, batch: Batch) -> SpanLoss:
    """The model's own loss: the mean of the cross-entropies of start and end (Devlin et al., 2019)."""
    output = model(**batch)
    return SpanLoss(output.loss, output.start_logits, output.end_logits)
