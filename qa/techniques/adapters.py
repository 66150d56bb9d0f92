"""What the techniques of PEFT share: adapters put into a model, and merged into its weights at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.techniques.anatomy import is_head, set_trainable
from qa.techniques.technique import Technique

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def with_adapters(model: PreTrainedModel, config: Any) -> PreTrainedModel:  # noqa: ANN401 (a PeftConfig)
    """Puts adapters into a model, in place; all but these and the head is frozen.

    They are injected and the model keeps its class, so checkpoints hold all of it: a `PeftModel` saves of a head only
    the modules that it knows, and ModernBERT's has two.
    """
    from peft import inject_adapter_in_model

    adapted: PreTrainedModel = inject_adapter_in_model(config, model)
    set_trainable((each for name, each in adapted.named_parameters() if is_head(name, adapted)), trainable=True)
    return adapted


class MergedAdapter(Technique):
    """An adapter that ends as a change of the model's own weights: the finished model is a plain one."""

    def finish(self, model: PreTrainedModel) -> PreTrainedModel:
        """Adds what the adapters learned to the weights that they stand beside, and takes them out."""
        from peft.tuners.tuners_utils import BaseTunerLayer

        adapted = [(name, each) for name, each in model.named_modules() if isinstance(each, BaseTunerLayer)]
        for name, each in adapted:
            each.merge(safe_merge=True)
            parent, _, own = name.rpartition(".")
            setattr(model.get_submodule(parent), own, each.get_base_layer())
        return model
