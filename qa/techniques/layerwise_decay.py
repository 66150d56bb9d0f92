"""A lower learning rate for lower layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from qa.techniques.anatomy import below_head
from qa.techniques.technique import Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class LayerwiseDecay(Technique):
    """Layer-wise learning rate decay, as in ELECTRA's fine-tuning (Clark et al., 2020).

    Knobs:
        decay: the learning rate of a layer over that of the layer above it; the head has the whole rate.

    Changes: the learning rate of each parameter.
    """

    name: Literal["layerwise_decay"] = "layerwise_decay"
    decay: float = Field(default=0.8, gt=0, le=1)

    def rate(self, parameter: str, model: PreTrainedModel) -> float:
        """Falls with the distance from the head."""
        return float(self.decay ** below_head(parameter, model))
