"""Uploads into the index, in the background, one at a time over all worker processes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from qa.api.logs import log
from qa.api.metrics import Metrics
from qa.api.upload_store import Upload, UploadStore
from retrieval.embedding import TextEmbedder, Vectors
from retrieval.index.index import Index, IndexBusyError
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded

_LOOK = 2.0  # seconds between two looks for uploads that other processes left
_RETRY = 0.2  # seconds between two tries to become the writer
_TRIES = 3  # of an upload whose ingest ends the process
_TOLD = 64  # texts embedded between two notes of progress


@contextmanager
def writing(folder: Path, *, patience: float) -> Iterator[Index]:
    """The index, opened for writing within some seconds.

    Raises:
        IndexBusyError: others were writing all that time.
    """
    end = time.monotonic() + patience
    while True:
        try:
            index = Index.open(folder, writable=True)
            break
        except IndexBusyError:
            if time.monotonic() > end:
                raise
            time.sleep(_RETRY)
    with index:
        yield index


class Ingesting:
    """The thread that takes uploads into the index.

    It writes while it holds the index's writer lock, so that of several processes one ingests at a time. One that is
    killed leaves an upload unfinished, and no part of its document in the index; the next one begins it again.
    """

    def __init__(self, folder: Path, uploads: UploadStore, metrics: Metrics, embedder: TextEmbedder) -> None:
        """Of an index's folder, with an embedder that no other thread uses."""
        self._folder = folder
        self._uploads = uploads
        self._metrics = metrics
        self._embedder = embedder
        self._wake = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="ingest")

    def start(self) -> None:
        """Goes on with what was left and waits for more."""
        self._thread.start()

    def wake(self) -> None:
        """Says that there is an upload."""
        self._wake.set()

    def close(self) -> None:
        """Finishes the upload that is being ingested; the others are left for the next start."""
        self._ending = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending:
            self._wake.clear()
            try:
                if self._uploads.next_unfinished() is None or not self._ingest_next():
                    self._wake.wait(_LOOK)
                else:
                    time.sleep(2 * _RETRY)  # lets others have their turn to write
            except Exception as error:  # the thread must outlive a full disk
                log("ingest", {}, level=logging.ERROR, error=error)
                self._wake.wait(_LOOK)

    def _ingest_next(self) -> bool:
        """Ingests the oldest upload; `False` where another process is writing."""
        embedder = _Counting(self._embedder)
        try:
            index = Index.open(self._folder, embedder=embedder, writable=True)
        except IndexBusyError:
            return False
        with index:
            self._uploads.sweep(index.sources().keys())
            upload = self._uploads.next_unfinished()  # which another process may have finished by now
            if upload is None:
                return True
            ended = self._ended(upload, index, embedder)
        # only now can search find it too
        self._uploads.update(upload, **ended)
        if ended["state"] == "failed":
            self._uploads.path(upload).unlink(missing_ok=True)
        self._metrics.uploads.labels(ended["state"]).inc()
        log("upload", {"id": upload.id, "state": ended["state"], "document": ended.get("document")})
        return True

    def _ended(self, upload: Upload, index: Index, embedder: _Counting) -> dict[str, object]:
        """Ingests an upload; how it ended, as its fields."""
        if upload.tries >= _TRIES:
            return {"state": "failed", "reason": f"the service stopped {_TRIES} times while it was ingested"}
        self._uploads.update(upload, state="reading", tries=upload.tries + 1)
        try:
            return self._ingested(upload, index, embedder)
        except Exception as error:
            log("upload", {"id": upload.id}, level=logging.ERROR, error=error)
            return {"state": "failed", "reason": f"cannot be ingested ({type(error).__name__})"}

    def _ingested(self, upload: Upload, index: Index, embedder: _Counting) -> dict[str, object]:
        path = self._uploads.path(upload)
        (outcome,) = load_documents([path], overrides=upload.identity)
        if not isinstance(outcome, Loaded):
            return {"state": "failed", "reason": outcome.reason}
        document = outcome.document
        if document.title == path.name:
            document = replace(document, title=upload.name)
        self._uploads.update(upload, state="embedding", title=document.title, pages=len(document.pages))
        embedder.progress = lambda done, total: self._uploads.update(upload, embedded=done, to_embed=total)
        index.add(document, path=str(path), digest=outcome.file.digest)
        return {"state": "done", "document": document.id, "title": document.title}


class _Counting:
    """An embedder that tells how far it is."""

    def __init__(self, embedder: TextEmbedder) -> None:
        self._embedder = embedder
        self.progress: Callable[[int, int], object] = lambda done, total: None

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        parts = [np.zeros((0, self.dimensions), dtype=np.float32)]
        for at in range(0, len(texts), _TOLD):
            self.progress(at, len(texts))
            parts.append(self._embedder.embed(texts[at : at + _TOLD]))
        self.progress(len(texts), len(texts))
        return np.concatenate(parts)
