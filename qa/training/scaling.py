"""What several processes change of a recipe: the windows of a step, and with them the learning rate."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accelerate import PartialState


def processes_here() -> PartialState:
    """The processes that `accelerate launch` started, on GPUs where there are some, and which of them this is."""
    import torch
    from accelerate import PartialState

    return PartialState(cpu=not torch.cuda.is_available())


def scaled_rate(learning_rate: float, processes: int) -> float:
    """The peak learning rate where `processes` share a step, each with a whole batch.

    It grows by the square root of the batch, as it should for Adam (Malladi et al., On the SDEs and scaling rules for
    adaptive gradient algorithms, 2022).
    """
    return learning_rate * sqrt(processes)


def changes(batch_size: int, learning_rate: float, processes: int) -> str:
    """What `processes` change, in one line; empty for one."""
    if processes == 1:
        return ""
    return (
        f"{processes} processes share each step: {processes * batch_size} windows instead of {batch_size}, peak learning "
        f"rate {scaled_rate(learning_rate, processes):.3g} instead of {learning_rate:.3g}, by the square root"
    )
