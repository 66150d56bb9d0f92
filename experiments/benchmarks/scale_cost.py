"""What a passage costs: processor seconds to parse, cut, embed and store it, over real filings."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from experiments.benchmarks.scale_corpus import filings
from retrieval.embedding import TextEmbedder
from retrieval.index.index import Index
from retrieval.passages import passages_of

PARTS = ("parse", "cut", "embed", "store")


def cost(folder: Path, embedder: TextEmbedder, paths: Sequence[Path], passages: int) -> dict[str, float]:
    """Processor seconds by part, filings and passages, of a new index in `folder` of at least so many passages.

    Fewer where the filings have no more. Other work on the machine does not count, though it slows processors down.
    """
    spent = dict.fromkeys(PARTS, 0.0)

    @contextmanager
    def on(part: str) -> Iterator[None]:
        started = _core_seconds()
        yield
        spent[part] += _core_seconds() - started

    count = number = 0
    sources = filings(paths, ())
    with Index.create(folder, embedder=embedder) as index:
        while count < passages:
            with on("parse"):
                source = next(sources, None)
            if source is None:
                break
            with on("cut"):
                cut = passages_of(source.document)
            with on("embed"):
                vectors = embedder.embed([passage.indexed_text for passage in cut])
            with on("store"):
                index.put(source.document, cut, vectors, path=source.name, digest=source.digest)
            count, number = count + len(cut), number + 1
        with on("parse"):
            sources.close()  # ends the parser's process, whose seconds count then
        with on("store"):
            index.close()
    return {**spent, "filings": number, "passages": count}


def _core_seconds() -> float:
    """Seconds that processors have spent on this process and those of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
