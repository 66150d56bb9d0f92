"""Runs a study: each run in a process of its own, with one thread, as many at once as there are cores.

A run whose result is there is not done again, so a stopped study goes on where it was. A run that fails leaves its
error under `runs/failed`, apart from the results, and the others go on. One thread a run makes a result the same
whatever the number of cores.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import Any

from experiments.study.provenance import surroundings
from experiments.study.results import FOLDER, result_path, write_result
from experiments.study.study import Size, Study
from retrieval.files import write_atomically

FAILED = Path("runs") / "failed"
_PRELOADED = ["torch", "transformers", "accelerate", "datasets", "peft", "pyarrow.parquet"]


class StudyFailedError(RuntimeError):
    """Some runs failed; the message names them all."""


def run_study(
    module: str,
    size: Size,
    *,
    folder: Path = FOLDER,
    failed: Path = FAILED,
    workers: int = 0,
    tell: Callable[[str], None] = print,
) -> None:
    """Does all runs of a study whose results are missing.

    Args:
        module: the study's script, which has it as `STUDY`.
        size: smoke, cpu or full.
        folder: of the results.
        failed: where errors are kept.
        workers: runs at once; 0 for one a core.
        tell: is told what is going on.

    Raises:
        StudyFailedError: after all others were done, runs had failed.
    """
    study: Study = import_module(module).STUDY
    pending = [
        (arm, seed, path)
        for arm, seed in study.runs(size)
        if not (path := result_path(folder, study.name, size, arm, seed)).is_file()
    ]
    tell(f"{study.name} at {size} size: {len(study.runs(size))} runs, {len(pending)} to do. {study.section('Cost')}")
    faults = []
    for arm, seed, status in _in_processes(module, size, pending, failed, workers or os.cpu_count() or 1):
        tell(f"  {arm} seed {seed}: {status}")
        if status != "done":
            faults.append(f"{arm}-{seed} ({status})")
    if faults:
        raise StudyFailedError(f"{len(faults)} runs of {study.name} failed, see {failed}: {', '.join(faults)}")


def _in_processes(
    module: str, size: Size, pending: list[tuple[str, int, Path]], failed: Path, workers: int
) -> Iterator[tuple[str, int, str]]:
    """Each run as it ends, with what became of it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    waiting = list(reversed(pending))
    running: dict[Any, tuple[Any, str, int, Path, Path]] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            arm, seed, path = waiting.pop()
            error = failed / path.relative_to(path.parents[2])
            error.unlink(missing_ok=True)
            process = context.Process(target=_run, args=(module, size, arm, seed, path, error))
            process.start()
            running[process.sentinel] = (process, arm, seed, path, error)
        for sentinel in wait(list(running)):
            process, arm, seed, path, error = running.pop(sentinel)
            process.join()
            yield arm, seed, _status(process.exitcode, path, error)


def _status(code: int | None, path: Path, error: Path) -> str:
    if path.is_file():
        return "done"
    if not error.is_file():
        _write_error(error, f"the process ended with code {code}, without a word")
    return str(json.loads(error.read_text(encoding="utf-8"))["error"]).strip().splitlines()[-1]


def _run(module: str, size: Size, arm: str, seed: int, path: Path, error: Path) -> None:
    """One run, in a process of its own."""
    import torch

    Thread(target=_end_with_parent, daemon=True).start()
    torch.set_num_threads(1)
    study: Study = import_module(module).STUDY
    arguments, around = study.arguments(arm, size), surroundings()
    started, clock = datetime.now(UTC), time.perf_counter()
    try:
        with tempfile.TemporaryDirectory(prefix="financeqa-study-") as own:
            measured = study.measure(arguments, seed, Path(own))
    except Exception:  # whatever it was, it is kept and the other runs go on
        _write_error(error, traceback.format_exc())
        return
    record: dict[str, Any] = {
        "study": study.name, "size": size, "arm": arm, "seed": seed, "arguments": arguments, **around,
        "cost": {
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - clock, 1),
            "cpu_seconds": round(time.process_time(), 1),
            "training_seconds": measured.training_seconds,
            "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        },
    }  # fmt: skip
    write_result(path, measured, record)


def _end_with_parent() -> None:
    """Ends this process when the study's is killed, which cannot say so itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _write_error(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps({"error": text}) + "\n")
