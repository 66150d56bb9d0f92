"""Learned keys and values before those of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from qa.techniques.technique import Setting, Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel

OFFERED = ("bert", "roberta", "electra")  # the others' attention takes no keys from outside


class Prefix(Technique):
    """Prefix tuning in every layer (Li and Liang, 2021), which for encoders is P-Tuning v2 (Liu et al., 2022).

    Knobs:
        tokens: how many keys and values stand before the text in each layer.

    Changes: which parameters are trained; the finished model keeps its prefix beside it, since there are no weights
    that it could be merged into. It wants a rate some hundred times higher.
    """

    name: Literal["prefix"] = "prefix"
    tokens: int = Field(default=16, ge=1)

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Puts the prefix before every layer.

        Raises:
            ValueError: the architecture takes no prefix.
        """
        from peft import PrefixTuningConfig, get_peft_model

        if model.config.model_type not in OFFERED:
            raise ValueError(f"prefix: {model.config.model_type} takes none; those that do: {', '.join(OFFERED)}")
        config = PrefixTuningConfig(task_type="QUESTION_ANS", num_virtual_tokens=self.tokens)
        adapted: PreTrainedModel = get_peft_model(model, config)
        return adapted
