"""An invention's experiment keeps what it printed, with all that it takes to do the run again."""

from __future__ import annotations

import contextlib
import functools
import inspect
import io
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec

from experiments.study.provenance import CODE, surroundings
from retrieval.files import write_atomically

FOLDER = Path(__file__).resolve().parents[1] / "results" / "inventions"
Arguments = ParamSpec("Arguments")


def recorded(page: str) -> Callable[[Callable[Arguments, None]], Callable[Arguments, None]]:
    """Makes an experiment write `experiments/results/inventions/<page>.json` when it has ended.

    The record holds the lines that it printed, its arguments, versions, commit, machine and time; an experiment that
    fails leaves the record of the run before.

    Args:
        page: of `research/inventions`, which the experiment tests.
    """

    def of(experiment: Callable[Arguments, None]) -> Callable[Arguments, None]:
        @functools.wraps(experiment)
        def run(*values: Arguments.args, **named: Arguments.kwargs) -> None:
            started, clock, printed = datetime.now(UTC), time.perf_counter(), _Copied()
            with contextlib.redirect_stdout(printed):
                experiment(*values, **named)
            record = {
                "invention": page,
                "command": f"python -m experiments.inventions.{Path(inspect.getfile(experiment)).stem}",
                "arguments": named,
                "printed": printed.getvalue().splitlines(),
                **surroundings((*CODE, "experiments/inventions")),
                "cost": {
                    "started": started.isoformat(timespec="seconds"),
                    "seconds": round(time.perf_counter() - clock, 1),
                },
            }
            write_atomically(FOLDER / f"{page}.json", json.dumps(record, indent=1, sort_keys=True) + "\n")

        return run

    return of


class _Copied(io.StringIO):
    """What is printed, which goes to the screen too."""

    def __init__(self) -> None:
        super().__init__()
        self._screen = sys.stdout

    def write(self, text: str) -> int:
        """Writes to both."""
        self._screen.write(text)
        return super().write(text)

    def flush(self) -> None:
        """Shows what was written so far."""
        self._screen.flush()
