"""Where the parts of an encoder with a span head are, whatever its architecture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch.nn import Linear, Module, ModuleList, Parameter
    from transformers import PreTrainedModel

_LAYER = re.compile(r"\.(?:layer|layers)\.(\d+)\.")


def layers(model: PreTrainedModel) -> ModuleList:
    """The transformer's layers, from the lowest: the longest list of modules in the encoder."""
    from torch.nn import ModuleList

    return max((each for each in model.base_model.modules() if isinstance(each, ModuleList)), key=len)


def depth(parameter: str, model: PreTrainedModel) -> int:
    """How far a named parameter is from the input: 0 embeddings, 1 lowest layer, ..., layers + 1 head."""
    found = _LAYER.search(f".{parameter}")
    if found:
        return int(found[1]) + 1
    if is_head(parameter, model):
        return len(layers(model)) + 1
    return 0 if "embed" in parameter else len(layers(model))


def below_head(parameter: str, model: PreTrainedModel) -> int:
    """How far a named parameter is below the head: 0 head, 1 topmost layer, ..., layers + 1 embeddings."""
    return len(layers(model)) + 1 - depth(parameter, model)


def is_head(parameter: str, model: PreTrainedModel) -> bool:
    """Whether a named parameter belongs to the span head: to no part of the encoder."""
    return any(parameter.startswith(f"{name}.") or f".{name}." in parameter for name in head_modules(model))


def head_modules(model: PreTrainedModel) -> list[str]:
    """The names of the head's modules: ModernBERT has two, the others one."""
    own = getattr(model, "get_base_model", lambda: model)()
    return [
        name
        for name, each in own.named_children()
        if name != own.base_model_prefix and any(True for _ in each.parameters())
    ]


def linears(model: PreTrainedModel) -> dict[str, Linear]:
    """The linear maps inside the layers, by name in the model."""
    from torch.nn import Linear

    inside = {id(module) for layer in layers(model) for module in layer.modules()}
    return {name: each for name, each in model.named_modules() if isinstance(each, Linear) and id(each) in inside}


def set_trainable(parameters: Iterable[Parameter], *, trainable: bool) -> None:
    """Freezes or thaws parameters."""
    for parameter in parameters:
        parameter.requires_grad_(trainable)


def unwrapped(model: Module) -> Module:
    """The model inside what distributes it over processes."""
    inner: Module = getattr(model, "module", model)
    return inner
