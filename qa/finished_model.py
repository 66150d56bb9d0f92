"""Finished models as folders: plain ones, and ones that keep an adapter beside their weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.bundled import ModelError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_ADAPTER = "adapter_config.json"
_BASE = "base"
_TRAINED = ".modules_to_save.default."  # peft holds a trained head beside the original one
_ORIGINAL = ".original_module."


def save_finished(model: Any, folder: Path) -> None:  # noqa: ANN401 (a PeftModel is no PreTrainedModel)
    """Saves a model with a span head; of one with an adapter both, the weights in `base`."""
    from peft import PeftModel

    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(model, PeftModel):
        base = model.get_base_model()
        own = {name.replace(_TRAINED, "."): each for name, each in base.state_dict().items() if _ORIGINAL not in name}
        base.save_pretrained(str(folder / _BASE), state_dict=own)
    model.save_pretrained(str(folder))


def load_finished(folder: Path) -> PreTrainedModel:
    """The model that was saved in a folder.

    Raises:
        ModelError: there is none.
    """
    from transformers import AutoModelForQuestionAnswering

    model: PreTrainedModel
    if (folder / _ADAPTER).is_file():
        from peft import PeftModel

        model = PeftModel.from_pretrained(load_finished(folder / _BASE), str(folder))
        return model
    if not (folder / "model.safetensors").is_file():
        raise ModelError(f"{folder} holds no finished model; run the recipe that makes it first")
    model = AutoModelForQuestionAnswering.from_pretrained(str(folder))
    return model


def has_adapter(folder: Path) -> bool:
    """Whether the model in a folder keeps an adapter beside its weights."""
    return (folder / _ADAPTER).is_file()
