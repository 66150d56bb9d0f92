"""What it takes to do a run again: versions, commit, machine, and digests of data and models."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qa.data.squad_form import Example

_PACKAGES = ("torch", "transformers", "datasets", "accelerate", "peft", "tokenizers", "faiss-cpu", "numpy", "scipy")
_CODE = ("qa", "retrieval", "experiments/study", "experiments/studies")
_HERE = Path(__file__).resolve().parent


def surroundings() -> dict[str, Any]:
    """Versions, commit, which files of the code a run hangs on differ from it, and machine."""
    return {
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "commit": _git("rev-parse", "HEAD"),
        "changed": (_git("diff", "--name-only", "HEAD", "--", *_CODE) or "").split(),
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "system": platform.system()},
    }


def data_digest(examples: Iterable[Example]) -> str:
    """A digest of examples in their order."""
    found = hashlib.sha256()
    for example in examples:
        found.update(repr((example.id, example.question, example.context, example.answers, example.starts)).encode())
    return found.hexdigest()[:16]


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=_HERE.parents[1], capture_output=True, text=True, timeout=20, check=True
        )  # noqa: S603, S607
    except (OSError, subprocess.SubprocessError):
        return None  # an installed package has no repository
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
