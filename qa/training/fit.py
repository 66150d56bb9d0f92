"""What a fit is given: a model, batches, techniques, a schedule and a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qa.techniques.technique import Technique, span_loss

if TYPE_CHECKING:
    from datasets import Dataset
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from qa.techniques.technique import Loss

TECHNIQUES_FILE = "techniques.safetensors"  # written last: a checkpoint that has it is whole


@dataclass(frozen=True)
class Fit:
    """One fit, from the first step to the last.

    Attributes:
        model: what is trained, in place; prepared by the techniques.
        tokenizer: the model's.
        windows: as `labelled_windows` gives them.
        folder: for checkpoints.
        seed: of the order of the windows.
        techniques: the innermost first.
        save_steps: a checkpoint every so many steps; 0 for none.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    windows: Dataset
    folder: Path
    batch_size: int
    epochs: int
    learning_rate: float
    weight_decay: float
    warmup: float
    seed: int
    save_steps: int
    techniques: Sequence[Technique] = field(default_factory=tuple)

    def loss(self) -> Loss:
        """The model's loss as the techniques change it."""
        found: Loss = span_loss
        for technique in self.techniques:
            found = technique.loss(found)
        return found

    def save_techniques(self, checkpoint: Path) -> None:
        """Writes what the techniques remember, and with it marks the checkpoint as whole."""
        from safetensors.torch import save_file

        state: dict[str, Tensor] = {
            f"{place}.{name}": tensor
            for place, technique in enumerate(self.techniques)
            for name, tensor in technique.state().items()
        }
        half = checkpoint / f"{TECHNIQUES_FILE}.half"
        save_file(state, half)
        half.replace(checkpoint / TECHNIQUES_FILE)

    def load_techniques(self, checkpoint: Path) -> None:
        """Gives the techniques back what they remembered."""
        from safetensors.torch import load_file

        kept = load_file(checkpoint / TECHNIQUES_FILE)
        for place, technique in enumerate(self.techniques):
            own = {name.removeprefix(f"{place}."): each for name, each in kept.items() if name.startswith(f"{place}.")}
            if own:
                technique.load_state(own)


FitFunction = Callable[[Fit], list[float]]
"""Trains `fit.model` in place; returns the loss of each step. A stopped fit goes on from its last checkpoint."""


def last_checkpoint(folder: Path) -> Path | None:
    """The last whole checkpoint of a fit, if there is one."""
    whole = [each.parent for each in folder.glob(f"checkpoint-*/{TECHNIQUES_FILE}")]
    return max(whole, key=lambda path: int(path.name.rsplit("-", 1)[1]), default=None)
