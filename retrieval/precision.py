"""Where products may be computed in fewer bits, which on processors that have instructions for it is twice as fast."""

from __future__ import annotations

from pathlib import Path
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


def has_integer_products() -> bool:
    """Whether products of 8-bit integers are summed in 32 bits (VNNI); in 16 bits, as elsewhere, they overflow."""
    described = Path("/proc/cpuinfo")  # there on Linux only
    flags = described.read_text().split() if described.is_file() else []
    return not {"avx512_vnni", "avx_vnni"}.isdisjoint(flags)
