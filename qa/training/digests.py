"""Digests of data and weights, by which a run can be told from another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from qa.data.squad_form import Example

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def data_digest(examples: Iterable[Example]) -> str:
    """A digest of examples in their order."""
    found = hashlib.sha256()
    for example in examples:
        found.update(repr((example.id, example.question, example.context, example.answers, example.starts)).encode())
    return found.hexdigest()[:16]


def weights_digest(model: PreTrainedModel) -> str:
    """A digest of a model's weights."""
    import torch

    found = hashlib.sha256()
    for name, weight in sorted(model.state_dict().items()):
        found.update(name.encode())
        found.update(weight.detach().cpu().reshape(-1).view(torch.uint8).numpy().tobytes())  # numpy has no bfloat16
    return found.hexdigest()[:16]
