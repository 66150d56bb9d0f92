"""Training on inputs that were moved to where the loss grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from qa.techniques.anatomy import unwrapped
from qa.techniques.technique import SpanLoss, Technique

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

    from qa.techniques.technique import Batch, Loss


class Adversarial(Technique):
    """FGM: a second pass over word embeddings moved along their gradient (Miyato et al., 2017).

    Knobs:
        size: how far each window's embeddings are moved, as the length of the whole move.

    Changes: the loss, the mean of both passes' (Goodfellow et al., 2015); each step costs two forward and almost
    three backward passes.
    """

    name: Literal["adversarial"] = "adversarial"
    size: float = Field(default=0.5, gt=0)

    def loss(self, inner: Loss) -> Loss:
        """Takes the mean of the loss where the words are and where they were moved to."""
        import torch

        def attacked(model: Module, batch: Batch) -> SpanLoss:
            seen: list[Tensor] = []
            with _embeddings_pass_through(model, lambda words: _watched(words, seen)):
                clean = inner(model, batch)
            slope = torch.autograd.grad(clean.value, seen[0], retain_graph=True)[0]
            length = slope.flatten(1).norm(dim=1).clamp_min(1e-12)[:, None, None]
            move = (self.size * slope / length).detach()
            with _embeddings_pass_through(model, lambda words: words + move):
                moved = inner(model, batch)
            return SpanLoss((clean.value + moved.value) / 2, clean.start_logits, clean.end_logits)

        return attacked


def _watched(words: Tensor, seen: list[Tensor]) -> Tensor:
    """The embeddings [windows, tokens, dimensions], remembered; frozen ones are given a gradient."""
    watched = words if words.requires_grad else words.detach().requires_grad_()
    seen.append(watched)
    return watched


@contextmanager
def _embeddings_pass_through(model: Module, change: Callable[[Tensor], Tensor]) -> Iterator[None]:
    inner: Any = unwrapped(model)
    handle = inner.get_input_embeddings().register_forward_hook(lambda _module, _inputs, output: change(output))
    try:
        yield
    finally:
        handle.remove()
