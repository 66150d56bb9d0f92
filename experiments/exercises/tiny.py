"""The tiny reader of smoke runs as a model in memory, and labelled windows of generated questions for it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.study.tiny import tiny_reader

if TYPE_CHECKING:
    from datasets import Dataset
    from torch import Tensor
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def tiny_model() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The model, the same each time and without dropout, and its tokenizer."""
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    _quiet()
    with tempfile.TemporaryDirectory(prefix="financeqa-exercise-") as folder:
        path = str(tiny_reader(Path(folder)))
        still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        return AutoModelForQuestionAnswering.from_pretrained(path, **still), AutoTokenizer.from_pretrained(path)


def tiny_windows(tokenizer: PreTrainedTokenizerBase, count: int) -> Dataset:
    """The labelled windows of the first generated questions."""
    from qa.data.generated import generated_examples
    from qa.training.batches import labelled_windows

    return labelled_windows(tokenizer, list(generated_examples("train"))[:count], max_length=160, stride=32)


def tiny_batches(tokenizer: PreTrainedTokenizerBase, *, count: int, batch_size: int) -> list[dict[str, Tensor]]:
    """The same as batches, in an order of their own."""
    from qa.training.batches import batch_loader

    windows = tiny_windows(tokenizer, count)
    return [dict(each) for each in batch_loader(windows, tokenizer, batch_size=batch_size, epochs=1, seed=5)]


def logits(model: Any, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:  # noqa: ANN401 (torch is imported only when called)
    """Start and end logits [windows, tokens] of a model at rest."""
    import torch

    from qa.techniques.technique import unlabelled

    with torch.no_grad():
        output = model.eval()(**unlabelled(batch))
    return output.start_logits, output.end_logits


def _quiet() -> None:
    """No progress bars: what is read and written here takes no time."""
    from transformers.utils import logging

    logging.disable_progress_bar()
