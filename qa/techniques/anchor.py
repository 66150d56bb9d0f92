"""The weights at the start, which several techniques hold on to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module


def trained_weights(model: Module) -> dict[str, Tensor]:
    """A copy of each weight that is trained, by name."""
    return {name: each.detach().clone() for name, each in model.named_parameters() if each.requires_grad}


def move_towards(model: Module, others: dict[str, Tensor], share: float) -> None:
    """Moves the weights that are named towards others of the same shape, by a share of the way."""
    import torch

    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name in others:
                weight.lerp_(others[name].to(weight.device), share)
