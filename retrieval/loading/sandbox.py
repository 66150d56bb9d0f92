"""Parsing in a process of its own, so that a hostile file costs a bounded time and memory and nothing else."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import subprocess
import sys
from multiprocessing.connection import Connection, Pipe
from pathlib import Path

from retrieval.document import Identity
from retrieval.loading.parse import parse_file
from retrieval.loading.parsed import LoadError, Parsed, PassingError

TIME_LIMIT = 120.0  # seconds a file
MEMORY_LIMIT = 4_000_000_000  # bytes of address space
NICENESS = 15  # the parent computes on all cores in step, and a thread that is held up holds up the others
_PR_SET_PDEATHSIG = 1


class Sandbox:
    """One child process that parses files, one at a time; started when needed, and again when it dies."""

    def __init__(self, *, time_limit: float = TIME_LIMIT, memory_limit: int = MEMORY_LIMIT) -> None:
        """With limits for each file: seconds, and bytes of address space of the child."""
        self._time_limit = time_limit
        self._memory_limit = memory_limit
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def submit(self, path: Path, overrides: tuple[Identity, ...]) -> None:
        """Starts parsing a file; `result` must be called before the next one."""
        try:
            (self._pipe or self._started()).send((path, overrides))
        except ConnectionError:  # the child was killed while it had nothing to do
            self.close()
            self._started().send((path, overrides))

    def _started(self) -> Connection:
        """The pipe to a new child."""
        self._pipe, theirs = Pipe()
        # not multiprocessing.Process, which would run the caller's script again in the child
        program = f"from retrieval.loading.sandbox import serve; serve({theirs.fileno()}, {self._memory_limit})"
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and program)
            [sys.executable, "-P", "-c", program],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=child_environment(),
        )
        theirs.close()
        return self._pipe

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
                raise PassingError(f"took longer than {self._time_limit:.0f} s to read")
            outcome = pipe.recv()
        except (EOFError, ConnectionError):
            self.close()
            raise PassingError("the parser crashed on it") from None  # which it does where memory ends, too
        if isinstance(outcome, LoadError):
            raise outcome
        parsed: Parsed = outcome
        return parsed

    def close(self) -> None:
        """Ends the child."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def child_environment() -> dict[str, str]:
    """The environment of a child process that imports what this one can import."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def end_with_parent(signal_number: int) -> None:
    """Has a signal sent to this process when the thread that started it ends (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number)


def serve(handle: int, memory_limit: int) -> None:
    """The child: parses what it is sent over the pipe `handle` until the pipe closes or the parent dies."""
    pipe = Connection(handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    end_with_parent(signal.SIGKILL)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            path, overrides = pipe.recv()
            try:
                outcome: Parsed | LoadError = parse_file(path, *overrides)
            except LoadError as error:
                outcome = error
            except MemoryError:
                outcome = PassingError(f"needs more than {memory_limit // 10**9} GB of memory to read")
            except RecursionError:
                outcome = LoadError("nested too deeply to read")
            except Exception as error:  # a parser's fault must not end the others' work
                passing = isinstance(error, (ImportError, OSError))  # which no file provokes
                kind = PassingError if passing else LoadError
                outcome = kind(f"cannot be parsed ({type(error).__name__}: {str(error)[:100]})")
            pipe.send(outcome)
