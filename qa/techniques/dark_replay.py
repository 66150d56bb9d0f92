"""Texts of the source task, on which the model is held to what it said before."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, PrivateAttr

from qa.data.squad_form import Example
from qa.techniques.divergence import divergence
from qa.techniques.technique import Setting, SpanLoss, Stage, Technique, unlabelled

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from transformers import PreTrainedModel

    from qa.techniques.technique import Batch, Loss

_PASSES = 1000  # over the memory, more than any run makes


class DarkReplay(Technique):
    """Dark experience replay: beside each batch some of the source, labelled by the start's own logits (Buzzega et al.,
    2020), which say more of what it knew than the right answers do. The paper compares logits by their squared distance;
    here softened probabilities are compared, as learning without forgetting does (Li and Hoiem, 2016), as logits of start
    and end mean nothing but their softmax.

    Knobs:
        examples: of the source that are kept.
        share: windows of them beside each window of a batch.
        weight: of the distance to the start's logits in the loss.
        temperature: that softens both sides.

    Changes: the loss; each step costs a pass of the start and one of the model over the memory besides its own.
    """

    reads_source: ClassVar[bool] = True

    name: Literal["dark_replay"] = "dark_replay"
    examples: int = Field(default=5000, ge=1)
    share: float = Field(default=1.0, gt=0)
    weight: float = Field(default=1.0, gt=0)
    temperature: float = Field(default=2.0, gt=0)

    _memory: list[Example] = PrivateAttr(default_factory=list)
    _start: Any = PrivateAttr(default=None)
    _loader: Any = PrivateAttr(default=None)
    _batches: Iterator[Batch] | None = PrivateAttr(default=None)
    _drawn: int = PrivateAttr(default=0)

    def stages(self, stages: list[Stage], source: Sequence[Example], draw: random.Random) -> list[Stage]:
        """Keeps a sample of the source."""
        self._memory = draw.sample(list(source), min(len(source), self.examples))
        return stages

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Keeps the start, and lays the memory out."""
        from copy import deepcopy

        from qa.training.batches import batch_loader, labelled_windows

        self._start = deepcopy(model).eval()
        windows = labelled_windows(
            setting.tokenizer, self._memory, max_length=setting.max_length, stride=setting.stride
        )
        size = max(1, round(self.share * setting.batch_size))
        self._loader = batch_loader(windows, setting.tokenizer, batch_size=size, epochs=_PASSES, seed=setting.seed)
        return model

    def loss(self, inner: Loss) -> Loss:
        """Adds the distance to the start on a batch of the memory."""
        import torch

        def remembering(model: Module, batch: Batch) -> SpanLoss:
            found = inner(model, batch)
            memory = {name: each.to(found.value.device) for name, each in self._next().items()}
            with torch.no_grad():
                before = self._start.to(found.value.device)(**memory)
            now = model(**memory)
            apart = divergence(
                SpanLoss(found.value, now.start_logits, now.end_logits),
                SpanLoss(found.value, before.start_logits, before.end_logits),
                temperature=self.temperature,
            )
            value = found.value + self.weight * self.temperature**2 * apart
            return SpanLoss(value, found.start_logits, found.end_logits)

        return remembering

    def state(self) -> dict[str, Tensor]:
        """How many batches of the memory were drawn."""
        import torch

        return {"drawn": torch.tensor([self._drawn])}

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Goes on after them."""
        self._drawn = int(state["drawn"].item())
        self._batches = None

    def _next(self) -> Batch:
        """Windows of the memory, without their labels."""
        if self._batches is None:
            self._batches = islice(self._loader, self._drawn, None)
        self._drawn += 1
        return unlabelled(next(self._batches))
