"""Exercise 10: LoRA by hand."""

from __future__ import annotations

from torch import Tensor
from torch.nn import Linear, Module
from transformers import PreTrainedModel

from experiments.exercises.tiny import tiny_model

HYPOTHESIS = ""  # With rank 8, ___ % of the weights of the bundled encoder are trained, because ___.
PREDICTION: float | None = None  # per cent


class Adapted(Module):  # type: ignore[misc]
    """A linear map with an adapter beside it."""

    def __init__(self, linear: Linear, rank: int, alpha: float) -> None:
        super().__init__()
        ...  # yours

    def forward(self, inputs: Tensor) -> Tensor:
        """The map and what the adapter adds."""
        ...  # yours


def with_lora(model: PreTrainedModel, rank: int, alpha: float) -> PreTrainedModel:
    """The model with adapters beside all linear maps of its layers; they and the head are trained."""
    ...  # yours


def merged(model: PreTrainedModel) -> PreTrainedModel:
    """The model without adapters, which computes the same."""
    ...  # yours


if __name__ == "__main__":
    reader = with_lora(tiny_model()[0], rank=4, alpha=8.0)
    trained = sum(p.numel() for p in reader.parameters() if p.requires_grad)
    print(f"{trained} of {sum(p.numel() for p in reader.parameters())} weights are trained")
