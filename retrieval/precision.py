"""Where products may be computed in bfloat16, which on processors that have its instructions is twice as fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def has_bfloat16() -> bool:
    """Whether training in bfloat16 pays on this machine: on any GPU, and on processors with instructions for it."""
    import torch

    return bool(torch.cuda.is_available() or torch.cpu._is_avx512_bf16_supported())


def fast_products() -> torch.autocast:
    """A context in which the processor computes products in bfloat16 where that is faster; last digits differ."""
    import torch

    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported())
