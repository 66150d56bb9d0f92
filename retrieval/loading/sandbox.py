"""Parsing in a process of its own, so that a hostile file costs a bounded time and memory and nothing else."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import resource
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from retrieval.document import Identity
from retrieval.loading.parse import parse_file
from retrieval.loading.parsed import LoadError, Parsed

TIME_LIMIT = 120.0  # seconds a file
MEMORY_LIMIT = 4_000_000_000  # bytes of address space
_PR_SET_PDEATHSIG = 1


class Sandbox:
    """One child process that parses files, one at a time; started when needed, and again when it dies."""

    def __init__(self, *, time_limit: float = TIME_LIMIT, memory_limit: int = MEMORY_LIMIT) -> None:
        """With limits for each file: seconds, and bytes of address space of the child."""
        self._time_limit = time_limit
        self._memory_limit = memory_limit
        self._process: Any = None
        self._pipe: Connection | None = None

    def submit(self, path: Path, overrides: tuple[Identity, ...]) -> None:
        """Starts parsing a file; `result` must be called before the next one."""
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, self._memory_limit), daemon=True)
            self._process.start()
            theirs.close()
        self._pipe.send((path, overrides))

    def result(self) -> Parsed:
        """What became of the file submitted last.

        Raises:
            LoadError: it cannot be parsed, or not within the limits.
        """
        pipe = self._pipe
        if pipe is None:
            raise RuntimeError("no file was submitted")
        try:
            if not pipe.poll(self._time_limit):
                self.close()
                raise LoadError(f"took longer than {self._time_limit:.0f} s to read")
            outcome = pipe.recv()
        except (EOFError, ConnectionError):
            self.close()
            raise LoadError("the parser crashed on it") from None
        if isinstance(outcome, str):
            raise LoadError(outcome)
        parsed: Parsed = outcome
        return parsed

    def close(self) -> None:
        """Ends the child."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _serve(pipe: Connection, memory_limit: int) -> None:
    """The child: parses what it is sent until the pipe closes or the parent dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            path, overrides = pipe.recv()
            try:
                outcome: Parsed | str = parse_file(path, *overrides)
            except LoadError as error:
                outcome = str(error)
            except MemoryError:
                outcome = f"needs more than {memory_limit // 10**9} GB of memory to read"
            except RecursionError:
                outcome = "nested too deeply to read"
            except Exception as error:  # a parser's fault must not end the others' work
                outcome = f"cannot be parsed ({type(error).__name__}: {str(error)[:100]})"
            pipe.send(outcome)
