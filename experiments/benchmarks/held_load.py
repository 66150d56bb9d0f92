"""Does the service stay quick and small under load? `python -m experiments.benchmarks.held_load --out FILE.json`.

Clients ask, search and read pages of the sample filings without pause, while filings are uploaded and ingested one
after another. An answer of 503 that says when to come again is no error, and is heeded; everything else but 200 is.
Exit status 1 where a bar is missed.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.benchmarks.held_load_clients import Client, Service, Uploading
from experiments.benchmarks.held_load_report import bars, figures, lines
from experiments.benchmarks.resident import resident_megabytes
from experiments.benchmarks.scale import environment
from retrieval.files import write_atomically
from retrieval.index.index import Index
from retrieval.ingest import ingest
from retrieval.samples import sample_folder

SEED = 7
_START = 180.0  # seconds that the service may take to be ready
_END = 90.0  # and to finish
_MEMORY_EVERY = 1.0  # seconds


def run(work: Path, *, clients: int, seconds: float, workers: int) -> dict[str, Any]:
    """Serves the sample filings under load; the figures.

    Args:
        work: an empty folder, for the index and the service's log.
        clients: how many ask at once.
        seconds: of load.
        workers: processes of the service.

    Raises:
        RuntimeError: the service does not start, or does not end well.
    """
    with Index.create(work / "index") as index:
        ingest(index, [sample_folder()])
    with serving(work, workers) as (process, service):
        begun = time.monotonic()
        end = begun + seconds
        uploading = Uploading(service, end)
        asking = [Client(service, end, seed=SEED + number) for number in range(clients)]
        threads = [threading.Thread(target=task) for task in (uploading.run, *(client.run for client in asking))]
        for thread in threads:
            thread.start()
        memory = list(_memory(process.pid, begun, end))
        for thread in threads:
            thread.join()
        sent = [request for client in asking for request in client.sent]
        documents = service.documents()
    with Index.open(work / "index") as index:
        problems = index.verify()
    settings = {"clients": clients, "seconds": seconds, "workers": workers, "seed": SEED}
    return {
        "environment": environment(),
        **settings,
        **figures(sent, memory, seconds),
        "ingest": {**uploading.figures(seconds), "not_held": sorted(uploading.ingested - documents)},
        "index_problems": problems,
    }


@contextmanager
def serving(work: Path, workers: int) -> Iterator[tuple[subprocess.Popen[bytes], Service]]:
    """`financeqa serve` over the index in `work`, once it is ready; ended, and waited for, afterwards.

    Raises:
        RuntimeError: it is not ready in time, or ends with an error.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "experiments.cli", "serve", "--index", str(work / "index")]
    log = work / "service.log"
    with log.open("wb") as errors:
        process = subprocess.Popen([*command, "--port", str(port), "--workers", str(workers)], stderr=errors)  # noqa: S603 (our own command)
    try:
        service = Service(port)
        end = time.monotonic() + _START
        while not service.ready():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the service did not start: {log.read_text(errors='replace')[-500:]}")
            time.sleep(0.2)
        yield process, service
        process.terminate()
        if process.wait(_END):
            raise RuntimeError(f"the service ended with status {process.returncode}")
    finally:
        process.kill()
        process.wait()


def _memory(pid: int, begun: float, end: float) -> Iterator[tuple[float, float]]:
    """Seconds since the beginning, and megabytes resident then in a process and all that it started."""
    while (now := time.monotonic()) < end:
        yield round(now - begun, 2), resident_megabytes(pid)
        time.sleep(_MEMORY_EVERY)


def main(
    out: Annotated[Path, typer.Option(help="JSON file of the figures.")],
    clients: Annotated[int, typer.Option(min=1, help="That ask at once.")] = 32,
    seconds: Annotated[float, typer.Option(min=10, help="Of load.")] = 120.0,
    workers: Annotated[int, typer.Option(min=1, help="Processes of the service.")] = 1,
) -> None:
    """Load the service, write and print the figures."""
    work = Path(tempfile.mkdtemp(prefix="financeqa-held-load-"))
    try:
        result = run(work, clients=clients, seconds=seconds, workers=workers)
    finally:
        shutil.rmtree(work)
    write_atomically(out, json.dumps(result, indent=1))
    typer.echo("\n".join(lines(result)))
    if not all(bars(result).values()):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
