"""What it takes to do a run again besides its arguments: versions, commit and machine."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qa.data.kept import code_digest
from retrieval.precision import has_bfloat16

_PACKAGES = ("torch", "transformers", "datasets", "accelerate", "peft", "tokenizers", "faiss-cpu", "numpy", "scipy")
CODE = ("qa", "retrieval", "experiments/study", "experiments/studies")
_READING = ("qa/reader.py", "qa/decoding.py", "qa/features.py", "qa/metrics/*.py")
_HERE = Path(__file__).resolve().parent


def surroundings(code: Sequence[str] = CODE) -> dict[str, Any]:
    """Versions, commit, which files of the code that a run depends on differ from it, and machine.

    `reading` marks the code that makes answers of logits and scores them: where it differs, so may scores of the same
    weights. Where the machine has instructions for it, trainings compute products in bfloat16 (`bfloat16`).
    """
    return {
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "commit": _git("rev-parse", "HEAD"),
        "reading": code_digest(_READING).hexdigest()[:12],
        "changed": (_git("diff", "--name-only", "HEAD", "--", *code) or "").split(),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": platform.system(),
            "bfloat16": has_bfloat16(),
        },
    }


def _git(*arguments: str) -> str | None:
    command = ["git", "-C", str(_HERE.parents[1]), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None  # an installed package has no repository
    return done.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
