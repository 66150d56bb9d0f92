"""Low-rank adapters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from qa.techniques.adapters import MergedAdapter, with_adapters
from qa.techniques.anatomy import linears
from qa.techniques.technique import Setting

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class LoRA(MergedAdapter):
    """LoRA: learns each linear map's change as the product of two thin matrices (Hu et al., 2022).

    Knobs:
        rank: their inner dimension.
        alpha: their product is multiplied by alpha / rank.
        dropout: of what the adapters see.

    Changes: which parameters are trained. It wants a rate some ten times higher.
    """

    name: Literal["lora"] = "lora"
    rank: int = Field(default=8, ge=1)
    alpha: float = Field(default=16.0, gt=0)
    dropout: float = Field(default=0.0, ge=0, lt=1)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Puts adapters beside all linear maps of the layers."""
        from peft import LoraConfig

        return with_adapters(model, LoraConfig(**self.settings(model)))

    def settings(self, model: PreTrainedModel) -> dict[str, Any]:
        """PEFT's settings for this model."""
        return {
            "r": self.rank,
            "lora_alpha": self.alpha,
            "lora_dropout": self.dropout,
            "target_modules": list(linears(model)),
        }
