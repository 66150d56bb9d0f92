"""What the benchmark asks of a system, and which systems there are.

A system is a module of this package with `TITLE` (for tables), `PACKAGES` (distributions that it needs, the one it is
named after first), `NOTES` (how it is set up and what it cannot do) and two classes, each used in a process of its own:
`Ingest(index, models)` and `Ask(index, models, k)`, of the folders of its index and of the exported models.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import Protocol

OURS = "finance_qa"
SYSTEMS = (OURS, "with_faiss", "with_haystack", "with_txtai")

# What all set alike that let it be set; these are our reader's.
MAX_LENGTH, STRIDE = 256, 96  # tokens of a window of the reader, and what neighbouring windows share
# For splitters that count words: of prose they fill the encoder's 256 tokens without being cut off.
WORDS, OVERLAP = 150, 30


class Ingest(Protocol):
    """A system that is being filled."""

    def add(self, files: Sequence[str]) -> None:
        """Reads, cuts and embeds files, HTML or text, by their paths."""

    def finish(self) -> int:
        """Writes what is not written yet; how many passages there are."""


class Ask(Protocol):
    """A system that is being asked."""

    def ask(self, question: str) -> str | None:
        """The answer's text; `None` where it finds none."""


def module(name: str) -> ModuleType:
    """The module of a system."""
    return import_module(f"{__package__}.{name}")


def missing(name: str) -> str | None:
    """Why a system cannot run here; `None` where it can."""
    for package in module(name).PACKAGES:
        try:
            version(package)
        except PackageNotFoundError:
            return f"{package} is not installed; run: pip install -e '.[peers]'"
    return None


def versions(name: str) -> dict[str, str]:
    """The versions of a system's packages."""
    return {package: version(package) for package in module(name).PACKAGES}
