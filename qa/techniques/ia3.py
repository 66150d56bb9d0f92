"""Scaling of keys, values and hidden units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from qa.techniques.adapters import MergedAdapter, with_adapters
from qa.techniques.anatomy import linears
from qa.techniques.technique import Setting

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_KEYS_AND_VALUES = ("key", "value", "key_proj", "value_proj", "k_lin", "v_lin", "Wqkv")


class IA3(MergedAdapter):
    """(IA)^3: one learned factor for each key, value and hidden unit of the feed-forward part (Liu et al., 2022).

    It has no knobs. ModernBERT holds queries, keys and values in one matrix, so there the queries are scaled too.

    Changes: which parameters are trained. It wants a rate some ten times higher.
    """

    name: Literal["ia3"] = "ia3"

    def prepare(self, model: PreTrainedModel, setting: Setting) -> PreTrainedModel:
        """Puts factors at keys and values, and before the map that ends the feed-forward part."""
        from peft import IA3Config

        inside = linears(model)
        attention = [name for name in inside if name.rsplit(".", 1)[-1] in _KEYS_AND_VALUES]
        hidden = [
            name
            for name, each in inside.items()
            if each.in_features != model.config.hidden_size and name not in attention
        ]
        config = IA3Config(target_modules=attention + hidden, feedforward_modules=hidden)
        return with_adapters(model, config)
