"""The process of one system: calls come in as JSON lines; what each gave, took and held goes out.

`Worker` is the parent's side, `python -m experiments.benchmarks.peers.worker SYSTEM CLASS ARGUMENT...` the other.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from experiments.benchmarks.peers.system import module
from experiments.benchmarks.resident import resident_megabytes

_LOOK = 0.2  # seconds between two looks at a process's memory
# nothing is looked up or reported while it is timed
_ENVIRONMENT = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}


class WorkerError(RuntimeError):
    """A system's process ended; the message has the last line that it said."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call gave.

    Attributes:
        value: what it returned; `None` where it raised.
        error: the name of what it raised; `None` where it did not.
        seconds: that it took.
        peak_megabytes: resident in the process and all that it started, at most so far, as seen five times a second.
    """

    value: Any
    error: str | None
    seconds: float
    peak_megabytes: float


class Worker:
    """A system in a process of its own."""

    def __init__(self, name: str, role: str, index: Path, models: Path, *numbers: int, log: Path) -> None:
        """Starts it and waits until it is made: `role` is `Ingest` or `Ask`, what follows are the class's arguments.

        Raises:
            WorkerError: the process is gone.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        self._peak = 0.0
        with log.open("w") as errors:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", __name__, name, role, str(index), str(models), *map(str, numbers)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=os.environ | _ENVIRONMENT,
                text=True,
            )
        self._reply()

    def call(self, method: str, *arguments: Any) -> Reply:  # noqa: ANN401
        """Calls a method and waits.

        Raises:
            WorkerError: the process is gone.
        """
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # its log says why
                self._process.stdin.write(json.dumps([method, *arguments]) + "\n")
                self._process.stdin.flush()
        return self._reply()

    def _reply(self) -> Reply:
        replies = self._process.stdout
        while replies is not None and not select.select([replies], [], [], _LOOK)[0]:
            self._peak = max(self._peak, resident_megabytes(self._process.pid))
        line = replies.readline() if replies is not None else ""
        if not line:
            said = self._log.read_text(errors="replace").strip().splitlines()
            raise WorkerError(f"{self._log.stem} ended: {said[-1] if said else 'it said nothing'} (see {self._log})")
        self._peak = max(self._peak, resident_megabytes(self._process.pid))
        return Reply(**json.loads(line), peak_megabytes=self._peak)

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()


def serve(name: str, role: str, index: str, models: str, *numbers: str) -> None:
    """Makes the system and answers calls until the parent is gone."""
    # what libraries print must not come between the replies
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    system = getattr(module(name), role)(Path(index), Path(models), *map(int, numbers))
    _send(replies, None, None, 0.0)
    for line in sys.stdin:
        method, *arguments = json.loads(line)
        value, error = None, None
        started = time.perf_counter()
        try:
            value = getattr(system, method)(*arguments)
        except Exception as raised:
            if method != "ask":
                raise
            error = type(raised).__name__
        _send(replies, value, error, time.perf_counter() - started)


def _send(replies: TextIO, value: Any, error: str | None, seconds: float) -> None:  # noqa: ANN401
    replies.write(json.dumps({"value": value, "error": error, "seconds": seconds}) + "\n")
    replies.flush()


if __name__ == "__main__":
    serve(*sys.argv[1:])
