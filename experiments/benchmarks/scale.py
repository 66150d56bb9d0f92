"""Search at growing size: build time, disk, memory, latency and recall; and what a passage costs.

    python -m experiments.benchmarks.scale --sizes 10000,100000,1000000 --work DIR --out FILE.json

One index grows from size to size: the real filings first, then passages recombined from them, all
embedded by the real encoder. What was stopped goes on; what stands in FILE is neither built nor measured again.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from experiments.benchmarks.resident import own_megabytes
from experiments.benchmarks.scale_corpus import RECOMBINED, SEED, Source, filings, pieces, real_paths, recombined
from experiments.benchmarks.scale_cost import cost
from experiments.benchmarks.scale_measure import RECALL_AT, K, measure
from experiments.benchmarks.scale_report import table
from retrieval.data_folder import data_file, read_records
from retrieval.embedding import Embedder, TextEmbedder, Vectors
from retrieval.files import write_atomically
from retrieval.index.dense_file import FILE as DENSE
from retrieval.index.index import Index
from retrieval.index.lexical import FOLDER as LEXICAL
from retrieval.index.sqlite_file import FILE as SQLITE
from retrieval.passages import passages_of

QUESTIONS = 200
COST_PASSAGES = 10_000  # whose cost is measured
_SAVED_EVERY = 20  # documents between notes of the time spent
_EXTRA = 1_000_000  # number of the document that is added and deleted again


class Timed:
    """An embedder that counts what it embeds and the processor seconds that takes."""

    def __init__(self, embedder: TextEmbedder) -> None:
        """Around another."""
        self._embedder = embedder
        self.dimensions = embedder.dimensions
        self.fingerprint = embedder.fingerprint
        self.texts, self.seconds = 0, 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the other does."""
        started = time.process_time()
        vectors = self._embedder.embed(texts)
        self.texts += len(texts)
        self.seconds += time.process_time() - started
        return vectors


class Spent:
    """Processor seconds of building over all runs, kept in a file; other work on the machine does not count."""

    def __init__(self, path: Path) -> None:
        """From the file, where it is there."""
        self._path = path
        self.totals = {"build_seconds": 0.0, "embedding_seconds": 0.0, "embedded": 0.0}
        if path.is_file():
            self.totals |= json.loads(path.read_text())

    def add(self, seconds: float, embedder: Timed) -> None:
        """Counts more seconds, and what the embedder has done since it was counted last."""
        self.totals["build_seconds"] += seconds
        self.totals["embedding_seconds"] += embedder.seconds
        self.totals["embedded"] += embedder.texts
        embedder.seconds, embedder.texts = 0.0, 0
        write_atomically(self._path, json.dumps(self.totals))


def run(
    sizes: Sequence[int],
    work: Path,
    out: Path,
    *,
    embedder: TextEmbedder,
    questions: Sequence[str],
    paths: Sequence[Path],
    say: Callable[[str], None],
) -> dict[str, Any]:
    """Grows the index to each size and measures it there; returns what it writes to `out`."""
    result: dict[str, Any] = {"sizes": []}
    if out.is_file():
        result = json.loads(out.read_text())
    work.mkdir(parents=True, exist_ok=True)
    result |= {"environment": environment(), "seed": SEED, "questions": len(questions), "k": K}
    if "cost" not in result:
        say(f"the cost of {COST_PASSAGES} passages")
        with TemporaryDirectory(dir=work) as folder:
            result["cost"] = cost(Path(folder) / "index", embedder, paths, COST_PASSAGES)
    rows = {row["size"]: row for row in result["sizes"]}
    for size in sorted(sizes):
        row = rows.setdefault(size, {"size": size})
        result["sizes"] = [rows[known] for known in sorted(rows)]
        if "passages" not in row:
            row |= grow(size, work, embedder, paths, say)
            write_atomically(out, json.dumps(result, indent=1))
        if "times" not in row:
            say(f"{row['passages']} passages; measuring")
            # a process of its own, whose memory is that of searching alone
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                found = pool.submit(measure, work / "index", embedder, questions, SEED).result()
            row |= found | change(work, embedder)
            write_atomically(out, json.dumps(result, indent=1))
    return result


def grow(
    size: int, work: Path, embedder: TextEmbedder, paths: Sequence[Path], say: Callable[[str], None]
) -> dict[str, Any]:
    """Adds documents until the index holds so many passages; its counts, bytes and seconds.

    Raises:
        ValueError: it holds more than that already.
    """
    timed, spent = Timed(embedder), Spent(work / "spent.json")
    folder = work / "index"
    started = time.process_time()
    with Index.open_or_create(folder, embedder=timed) as index:
        largest = max((record.passages for record in index.documents()), default=0)
        if index.size - largest >= size:  # growing to it would have stopped before the last document
            raise ValueError(f"{folder} holds {index.size} passages, more than {size}; give another --work")
        for number, source in enumerate(_sources(index, work, paths), start=1):
            if index.size >= size:
                break
            index.add(source.document, path=source.name, digest=source.digest)
            if number % _SAVED_EVERY == 0:
                spent.add(time.process_time() - started, timed)
                started = time.process_time()
                say(f"{index.size} of {size} passages")
        records = index.documents()
        closing = time.perf_counter()
    spent.add(time.process_time() - started, timed)
    return {
        "passages": sum(record.passages for record in records),
        "real_passages": sum(r.passages for r in records if not r.source.startswith(RECOMBINED)),
        "documents": len(records),
        **spent.totals,
        "close_seconds": time.perf_counter() - closing,
        "build_resident_megabytes": own_megabytes(os.getpid()),
        "megabytes": {name: _megabytes(folder / name) for name in (SQLITE, DENSE, LEXICAL)},
    }


def change(work: Path, embedder: TextEmbedder) -> dict[str, float]:
    """Seconds to take one more document, cut and embedded already, into the index, and to delete it again."""
    source = recombined(pieces(work / "index", work / "pieces.json.gz"), _EXTRA)
    cut = passages_of(source.document)
    vectors = embedder.embed([passage.indexed_text for passage in cut])
    started = time.perf_counter()
    with Index.open(work / "index", embedder=embedder, writable=True) as index:
        index.put(source.document, cut, vectors, path=source.name, digest=source.digest)
    added = time.perf_counter()
    with Index.open(work / "index", embedder=embedder, writable=True) as index:
        index.delete(source.document.id)
    return {"add_document_seconds": added - started, "delete_document_seconds": time.perf_counter() - added}


def environment() -> dict[str, Any]:
    """Processor, cores and versions."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "cores": multiprocessing.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("faiss-cpu", "tantivy", "torch", "numpy", "sentence-transformers")},
    }


def questions_of_data_sets(count: int) -> list[str]:
    """Questions of `financial_qa_10k` and FinanceBench, drawn by seed."""
    texts = [
        str(record["question"])
        for name, split in (("financial_qa_10k", "train"), ("financebench", "questions"))
        for record in read_records(data_file(name, split))
    ]
    return random.Random(SEED).sample(texts, min(count, len(texts)))


def _sources(index: Index, work: Path, paths: Sequence[Path]) -> Iterator[Source]:
    """The documents that the index lacks, real ones first."""
    known = index.sources()
    yield from filings(paths, known)
    material = pieces(Path(index.address), work / "pieces.json.gz")
    number = 0
    while True:
        source = recombined(material, number)
        if source.name not in known:
            yield source
        number += 1


def _megabytes(path: Path) -> float:
    files = [path, *path.parent.glob(f"{path.name}-*"), *path.rglob("*")]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def main(
    work: Annotated[Path, typer.Option(help="Folder of the index that grows; 3 GB at a million.")],
    out: Annotated[Path, typer.Option(help="JSON file of the figures.")],
    sizes: Annotated[str, typer.Option(help="Passages, parted by commas.")] = "10000,100000,1000000",
) -> None:
    """Build, measure, print."""
    result = run(
        [int(size) for size in sizes.split(",")],
        work,
        out,
        embedder=Embedder(),
        questions=questions_of_data_sets(QUESTIONS),
        paths=real_paths(),
        say=lambda line: typer.echo(line, err=True),
    )
    typer.echo(f"recall@{RECALL_AT} against exact search; times in ms, p50 / p95\n{table(result)}")


if __name__ == "__main__":
    typer.run(main)
