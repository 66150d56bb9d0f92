"""Low-rank adapters of direction, with the magnitudes trained apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from qa.techniques.lora import LoRA

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class DoRA(LoRA):
    """DoRA: LoRA on the direction of each weight column, and its length as a parameter (Liu et al., 2024).

    Knobs: LoRA's.

    Changes: which parameters are trained.
    """

    name: Literal["dora"] = "dora"  # type: ignore[assignment]

    def settings(self, model: PreTrainedModel) -> dict[str, Any]:
        """PEFT's settings for this model."""
        return {**super().settings(model), "use_dora": True}
