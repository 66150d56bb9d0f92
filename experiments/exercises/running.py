"""Runs a check in a process of its own, so that a script that hangs, crashes or changes things harms nothing else."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from experiments.exercises.exercise import load_exercise
from experiments.exercises.finding import Finding, Measured, Said
from experiments.exercises.script import load_script, told

SECONDS = 300.0  # that a check may take


@dataclass(frozen=True)
class Outcome:
    """What came of a check.

    Attributes:
        met: whether everything held, to the end.
        measured: the figure of the hypothesis, where the check came as far.
    """

    met: bool
    measured: Measured | None


def run_check(number: int, path: Path, *, seconds: float = SECONDS, tell: Callable[[Finding], None]) -> Outcome:
    """Checks a script.

    Args:
        number: of the exercise.
        path: of the script.
        seconds: after which it is stopped.
        tell: is told each finding as it comes.
    """
    context = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_check, args=(number, path.resolve(), theirs))
    process.start()
    theirs.close()
    held, measured = True, None
    try:
        for said in _heard(ours, seconds):
            if isinstance(said, Measured):
                measured = said
            else:
                held = held and said.holds
                tell(said)
    finally:
        process.kill()
        process.join()
    return Outcome(held and measured is not None, measured)


def _heard(pipe: Connection, seconds: float) -> Iterator[Said]:
    """What the check says, as long as it may take; then, where it does not end by itself, why."""
    end = time.monotonic() + seconds
    while True:
        if not pipe.poll(max(0.0, end - time.monotonic())):
            yield Finding(False, f"stopped after {seconds:.0f} s; is there a loop without an end?")
            return
        try:
            said: Said | None = pipe.recv()
        except EOFError:
            yield Finding(False, "the process ended in the middle of the check")
            return
        if said is None:
            return
        yield said


def _check(number: int, path: Path, pipe: Connection) -> None:
    """The check, in a process of its own: sends what it says, and `None` at the end."""
    try:
        for said in load_exercise(number).check(load_script(path)):
            pipe.send(said)
    except BaseException as error:  # whatever a script raises is told, `SystemExit` too
        pipe.send(Finding(False, told(error, path)))
    pipe.send(None)
