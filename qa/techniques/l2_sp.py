"""A spring to the weights at the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, PrivateAttr

from qa.techniques.anatomy import is_head, unwrapped
from qa.techniques.anchor import trained_weights
from qa.techniques.technique import Setting, SpanLoss, Technique

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module
    from transformers import PreTrainedModel

    from qa.techniques.technique import Batch, Loss


class L2SP(Technique):
    """L2-SP: penalises the distance from the weights at the start, the head's excepted (Li et al., 2018).

    The paper puts it in the place of weight decay; here the optimiser's own decay stays, so that this is the only change.

    Knobs:
        strength: the loss grows by half of it times the squared distance.

    Changes: the loss.
    """

    name: Literal["l2_sp"] = "l2_sp"
    strength: float = Field(default=0.01, gt=0)

    _start: dict[str, Tensor] = PrivateAttr(default_factory=dict)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Remembers the weights."""
        self._start = {name: weight for name, weight in trained_weights(model).items() if not is_head(name, model)}
        return model

    def loss(self, inner: Loss) -> Loss:
        """Adds the penalty."""

        def penalised(model: Module, batch: Batch) -> SpanLoss:
            found = inner(model, batch)
            weights = dict(unwrapped(model).named_parameters())
            distance = sum(
                (weights[name] - start.to(weights[name].device)).square().sum() for name, start in self._start.items()
            )
            return SpanLoss(found.value + self.strength / 2 * distance, found.start_logits, found.end_logits)

        return penalised
