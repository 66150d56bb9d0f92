"""Labels and the span loss, by hand.

Task: write `label_positions(offsets, start, end, null_index)`: the first and the last token of the context's
characters [start, end), or the null position twice where the window does not hold them all. A token belongs to the
answer where it has any of its characters. Then write `span_loss(start_logits, end_logits, starts, ends)`, logits
[windows, tokens] and positions [windows] as tensors: the mean of the cross-entropies of start and end, over the
windows, without `torch.nn.functional`. It must equal what the model computes, and stay finite where a logit is large.

Hypothesis: when the same windows are padded to twice as many tokens, the loss of a reader that knows nothing yet
rises by ___, because ___.

Reading: `research/guide/2-a-training-step.md`, sections 2 and 3; `qa/features.py`; `financeqa literature show
devlin-2019-bert`.

Size: fifteen lines; the check takes some seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

from experiments.exercises.finding import Measured, Said, near, same
from experiments.exercises.prediction import Number
from experiments.exercises.tiny import logits, tiny_batches, tiny_model
from qa.features import Window, label_positions

if TYPE_CHECKING:
    from torch import Tensor

ASKED = Number("by how much the loss rises", within=0.1)
_OFFSETS = [None, None, None, (10, 13), (14, 15), (15, 19), (20, 27), None]
_ANSWERS = {
    "an answer": (14, 19),
    "an answer of one token": (20, 27),
    "characters within a token": (16, 18),
    "from within a token to within another": (12, 22),
    "begins before the window": (4, 13),
    "goes on after the window": (20, 31),
    "stands in another window": (40, 44),
}


def check(yours: ModuleType) -> Iterator[Said]:
    """Holds labels against the project's, and losses against those of a model."""
    import torch

    for case, (start, end) in _ANSWERS.items():
        places = label_positions(Window(0, {}, list(_OFFSETS), 0), start, end) or (0, 0)
        yield same(case, tuple(map(int, yours.label_positions(list(_OFFSETS), start, end, 0))), places)
    away = yours.label_positions(list(_OFFSETS), 40, 44, 7)
    yield same("no answer, where the null position is the last", tuple(map(int, away)), (7, 7))
    model, tokenizer = tiny_model()
    [batch] = tiny_batches(tokenizer, count=8, batch_size=8)
    with torch.no_grad():
        for factor in (1, 50, 50_000):
            start_logits, end_logits = (factor * each for each in logits(model, batch))
            labels = batch["start_positions"], batch["end_positions"]
            right = _reference(start_logits, end_logits, *labels)
            found = float(yours.span_loss(start_logits, end_logits, *labels))
            yield near(f"loss of a batch, logits times {factor}", found, right, within=1e-4 * right)
        longer = _padded(batch)
        rise = model(**longer).loss - model(**batch).loss
    yield Measured(float(rise), "by how much the loss rises when windows are padded to twice their tokens")


def _reference(start_logits: Tensor, end_logits: Tensor, starts: Tensor, ends: Tensor) -> float:
    from torch.nn.functional import cross_entropy

    return float(cross_entropy(start_logits, starts) + cross_entropy(end_logits, ends)) / 2


def _padded(batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """Each window with as many padding tokens as it has tokens; padding is 0 in all inputs."""
    import torch

    return {
        name: each if name.endswith("positions") else torch.cat([each, torch.zeros_like(each)], dim=1)
        for name, each in batch.items()
    }
