"""Bulk ingest on a Ray cluster: its nodes read, parse, cut and embed files; the index is written where it is called."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from retrieval.document import Document, Identity
from retrieval.embedding import TextEmbedder
from retrieval.index.index import Index
from retrieval.ingest import Embedded, Ingest, IngestReport
from retrieval.loading.files import find_files
from retrieval.loading.load import PARSER_VERSION, load_documents
from retrieval.loading.parsed import Loaded, Skipped, SourceFile
from retrieval.passage import Passage
from retrieval.ray_cluster import Item, on_cluster


def ingest_on_ray(
    index: Index,
    paths: Iterable[str | Path],
    *,
    overrides: Identity | None = None,
    progress: Callable[[IngestReport, str], None] | None = None,
    address: str | None = None,
) -> IngestReport:
    """Does what `retrieval.ingest.ingest` does, to the same ids, texts and vectors, on the cluster at `address`.

    All nodes must see the files under the same absolute paths. Each document is written when it arrives, so what was
    stopped goes on where it was.

    Raises:
        retrieval.ray_cluster.ClusterError: there is no Ray or no cluster, or a node has another version or model.
    """
    running = Ingest(index, progress)
    files = []
    for path in find_files(Path(path).absolute() for path in paths):  # nodes have working folders of their own
        known = running.known.get(str(path.resolve()))
        files.append({"path": str(path), "digest": known.digest if known else ""})
    version = PARSER_VERSION, index.embedder.fingerprint
    worker = partial(_Worker, index.embedder, index.passages_of, overrides, version)
    for outcome in on_cluster(worker, files, address=address):
        if isinstance(outcome, SourceFile):
            running.unchanged(outcome)  # which counts it
        else:
            running.take(outcome)
    return running.finished()


class _Worker:
    """A process of a node that takes files to passages with vectors; the model stays loaded."""

    def __init__(
        self,
        embedder: TextEmbedder,
        passages_of: Callable[[Document], list[Passage]],
        overrides: Identity | None,
        version: tuple[bytes, str],
    ) -> None:
        if (PARSER_VERSION, embedder.fingerprint) != version:
            raise RuntimeError(f"node {socket.gethostname()} has another version of finance-qa or another model")
        self._embedder = embedder
        self._passages_of = passages_of
        self._overrides = overrides

    def __call__(self, files: Sequence[Item]) -> Iterator[Embedded | Skipped | SourceFile]:
        known = {file["path"]: file["digest"] for file in files}
        unchanged: list[SourceFile] = []

        def seen(file: SourceFile) -> bool:
            same = known.get(str(file.path)) == file.digest
            unchanged.extend([file] * same)
            return same

        for outcome in load_documents(known, overrides=self._overrides, unchanged=seen):
            yield self._embedded(outcome) if isinstance(outcome, Loaded) else outcome
        yield from unchanged

    def _embedded(self, loaded: Loaded) -> Embedded | Skipped:
        try:
            passages = self._passages_of(loaded.document)
            texts = list(dict.fromkeys(passage.indexed_text for passage in passages))
            vectors = dict(zip(texts, self._embedder.embed(texts), strict=True))
        except Exception as error:  # a file's fault must not end the others' work
            reason = f"cannot be embedded ({type(error).__name__}: {' '.join(str(error).split())[:100]})"
            return Skipped(loaded.document.source, reason)
        stacked = np.array([vectors[passage.indexed_text] for passage in passages], dtype=np.float32)
        return Embedded(loaded, passages, stacked.reshape(len(passages), -1))
