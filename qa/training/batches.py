"""Examples as labelled windows, windows as batches: what both ways of fitting read."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qa.data.squad_form import Example
from qa.features import encode_windows, label_positions

if TYPE_CHECKING:
    from datasets import Dataset
    from torch.utils.data import DataLoader
    from transformers import PreTrainedTokenizerBase

_CHUNK = 1000  # examples encoded at once
_MEGABATCH = 50  # batches within which windows are sorted by length


def labelled_windows(
    tokenizer: PreTrainedTokenizerBase, examples: Sequence[Example], *, max_length: int, stride: int
) -> Dataset:
    """One row a window: the encoder's inputs, `start_positions`, `end_positions`, and `length` in tokens.

    A window that lacks the answer is labelled with the null position.
    """
    from datasets import Dataset

    rows: list[dict[str, Any]] = []
    for start in range(0, len(examples), _CHUNK):
        rows += _rows(tokenizer, examples[start : start + _CHUNK], max_length, stride)
    return Dataset.from_list(rows)


class LengthBatches:
    """Batches of windows of like length, for all epochs in a row: the same for the same seed.

    Within each epoch the windows are shuffled, sorted by length inside groups of some batches, and the batches
    shuffled, so that little is padded and yet each epoch's batches differ.
    """

    def __init__(self, lengths: Sequence[int], *, batch_size: int, epochs: int, seed: int) -> None:
        """`lengths` of the windows in tokens; `batch_size` windows a batch, one of each epoch may be smaller."""
        self._lengths = lengths
        self.batch_size = batch_size
        self.drop_last = False  # accelerate asks
        self._epochs = epochs
        self._seed = seed

    def __len__(self) -> int:
        return self._epochs * -(-len(self._lengths) // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        for epoch in range(self._epochs):
            rng = random.Random(f"{self._seed} {epoch}")
            order = rng.sample(range(len(self._lengths)), len(self._lengths))
            reach = _MEGABATCH * self.batch_size
            ordered = [
                index
                for start in range(0, len(order), reach)
                for index in sorted(order[start : start + reach], key=lambda i: -self._lengths[i])
            ]
            batches = [ordered[i : i + self.batch_size] for i in range(0, len(ordered), self.batch_size)]
            rng.shuffle(batches)
            yield from batches


def batch_loader(
    windows: Dataset, tokenizer: PreTrainedTokenizerBase, *, batch_size: int, epochs: int, seed: int
) -> DataLoader[Any]:
    """The batches of a run, padded to a multiple of 8 tokens, as tensors [windows, tokens] and labels [windows]."""
    import torch
    from torch.utils.data import DataLoader
    from transformers import DataCollatorWithPadding

    order = LengthBatches(windows["length"], batch_size=batch_size, epochs=epochs, seed=seed)
    collate = DataCollatorWithPadding(tokenizer, pad_to_multiple_of=8)
    # a generator of its own: iterating draws a number, and the dropout of a resumed run must not be one off
    own = torch.Generator().manual_seed(seed)
    return DataLoader(windows.remove_columns("length"), batch_sampler=order, collate_fn=collate, generator=own)


def _rows(
    tokenizer: PreTrainedTokenizerBase, examples: Sequence[Example], max_length: int, stride: int
) -> Iterator[dict[str, Any]]:
    windows = encode_windows(
        tokenizer,
        [example.question for example in examples],
        [example.context for example in examples],
        max_length=max_length,
        stride=stride,
    )
    for window in windows:
        example = examples[window.pair]
        labels = None
        if example.answerable:
            labels = label_positions(window, example.starts[0], example.starts[0] + len(example.answers[0]))
        start, end = labels or (window.null_index, window.null_index)
        yield {**window.inputs, "start_positions": start, "end_positions": end, "length": len(window.offsets)}
