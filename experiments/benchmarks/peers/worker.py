"""The process of one system: calls come in as JSON lines; what each gave, took and held goes out.

`Worker` is the parent's side, `python -m experiments.benchmarks.peers.worker SYSTEM CLASS ARGUMENT...` the other.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from experiments.benchmarks.peers.system import module

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
        peak_megabytes: that the process has held in RAM at most, and its largest child at most.
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
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            said = self._log.read_text(errors="replace").strip().splitlines()
            raise WorkerError(f"{self._log.stem} ended: {said[-1] if said else 'it said nothing'} (see {self._log})")
        return Reply(**json.loads(line))

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
    _send(replies, Reply(None, None, 0.0, _peak()))
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
        _send(replies, Reply(value, error, time.perf_counter() - started, _peak()))


def _send(replies: TextIO, reply: Reply) -> None:
    replies.write(json.dumps(asdict(reply)) + "\n")
    replies.flush()


def _peak() -> float:
    kilobytes = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(kilobytes) / 1000


if __name__ == "__main__":
    serve(*sys.argv[1:])
