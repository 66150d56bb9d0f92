"""What several runs share is made once and kept under `runs/shared`: a start for all arms, a model that some arms read.

A run gives the same result whether it makes what it shares or finds it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qa.data.kept import code_digest

FOLDER = Path("runs") / "shared"
_MAKERS = ("qa/**/*.py", "experiments/study/*.py")


def made_once(what: Mapping[str, Any], make: Callable[[Path], None]) -> Path:
    """The folder that `make` filled; of two runs that want it at once both make it, and the first to end keeps it.

    Args:
        what: all that it depends on besides the code, as JSON.
        make: fills an empty folder.
    """
    folder = FOLDER / _mark(what)
    if not folder.is_dir():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as own:
            half = Path(own) / "half"
            half.mkdir()
            make(half)
            try:
                half.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
    return folder


def _mark(what: Mapping[str, Any]) -> str:
    found = code_digest(_MAKERS)
    found.update(json.dumps(what, sort_keys=True).encode())
    return found.hexdigest()[:16]
