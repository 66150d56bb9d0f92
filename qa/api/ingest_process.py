"""A process that takes the uploads of an index into it, one at a time, until there have been none for a while.

It writes to standard output what became of each, a line each, and its log to standard error. It holds the index's
writer lock while it ingests. Killed at any moment it leaves an upload unfinished and no part of its document in the
index; the next process begins it again. So it is with a fault that is not the file's, as of a full disk or a lost server.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from qa.api.limits import INGEST_MEMORY, MAX_PASSAGES
from qa.api.logs import configure, log
from qa.api.upload_store import Upload, UploadStore
from retrieval.embedding import FEW, Embedder, TextEmbedder, Vectors
from retrieval.index.index import Index
from retrieval.index.store import StoreBusyError, StoreError
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded, LoadError
from retrieval.loading.sandbox import end_with_parent

Outcome = Literal["done", "failed", "none", "busy"]
_IDLE = 30.0  # seconds without uploads after which it ends; starting again costs a few
_LOOK = 0.2  # seconds between two looks for uploads
_TURN = 0.4  # seconds after each upload in which others may write
_FAULT = 10.0  # seconds to wait after a fault, such as a full disk
_NICENESS = 10  # questions go first
_TRIES = 3  # of an upload that ends the process, or that memory or the index refuses
_TOLD = FEW  # texts embedded between two notes of progress; without torch, which would take memory beside the service's


def main(index: str, folder: Path) -> None:
    """Ingests into an index what is uploaded to a folder."""
    end_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to end
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (INGEST_MEMORY, INGEST_MEMORY))
    configure()
    ingest = Ingest(index, UploadStore(folder), Embedder())
    last = time.monotonic()
    while time.monotonic() < last + _IDLE:
        try:
            outcome = ingest.next()
        except Exception as error:
            log("ingest", {}, level=logging.ERROR, error=error)
            time.sleep(_FAULT)
            continue
        if outcome != "none":
            last = time.monotonic()
        if outcome in ("done", "failed"):
            print(outcome, flush=True)
            time.sleep(_TURN)
        else:
            time.sleep(_LOOK)


class Ingest:
    """What takes uploads into an index."""

    def __init__(self, address: str, uploads: UploadStore, embedder: TextEmbedder) -> None:
        """Of an index, and the uploads."""
        self._address = address
        self._uploads = uploads
        self._embedder = embedder

    def next(self) -> Outcome:
        """Ingests the upload that has waited longest; says what became of it, that there is none, or that others write.

        Raises:
            OSError, sqlite3.Error, MemoryError, StoreError: disk, memory or index fail; the upload waits on, behind the
                others.
        """
        if self._uploads.next_unfinished() is None:
            return "none"
        embedder = _Telling(self._embedder)
        try:
            index = Index.open(self._address, embedder=embedder, writable=True)
        except StoreBusyError:
            return "busy"
        with index:
            self._uploads.sweep(index.sources().keys())
            upload = self._uploads.next_unfinished()
            if upload is None:
                return "none"
            ended = self._ended(upload, index, embedder)
        failed = ended["state"] == "failed"
        if failed and upload.tries < _TRIES:  # else it may not be the file's fault, and is kept as long as the upload
            self._uploads.path(upload).unlink(missing_ok=True)
        self._uploads.update(upload, **ended)  # only now can search find it too
        log("upload", {"id": upload.id, "state": ended["state"], "document": ended.get("document")})
        return "failed" if failed else "done"

    def _ended(self, upload: Upload, index: Index, embedder: _Telling) -> dict[str, object]:
        """Ingests an upload; how it ended, as its fields."""
        known = index.sources().get(str(self._uploads.path(upload)))
        if known is not None and known.document is not None:  # by a process that had no time to say so
            return {"state": "done", "document": known.document}
        if upload.tries >= _TRIES:
            return {"state": "failed", "reason": f"its ingest broke off {_TRIES} times"}
        self._uploads.update(upload, state="reading", tries=upload.tries + 1)
        try:
            return self._ingested(upload, index, embedder)
        except (SystemExit, OSError, sqlite3.Error, MemoryError, StoreError) as error:
            counts = not isinstance(error, (SystemExit, OSError, sqlite3.OperationalError))  # which no file provokes
            self._uploads.update(upload, state="waiting", tries=upload.tries + counts, embedded=0, to_embed=None)
            raise
        except LoadError as error:
            return {"state": "failed", "reason": str(error)}
        except Exception as error:
            log("upload", {"id": upload.id}, level=logging.ERROR, error=error)
            return {"state": "failed", "reason": f"cannot be ingested ({type(error).__name__})"}

    def _ingested(self, upload: Upload, index: Index, embedder: _Telling) -> dict[str, object]:
        path = self._uploads.path(upload)
        (outcome,) = load_documents([path], overrides=upload.identity)
        if not isinstance(outcome, Loaded):
            return {"state": "failed", "reason": outcome.reason}
        document = outcome.document
        if document.title == path.name:
            document = replace(document, title=upload.name)
        self._uploads.update(upload, state="embedding", title=document.title, pages=len(document.pages))
        embedder.tell = lambda done, total: self._uploads.update(upload, embedded=done, to_embed=total)
        index.add(document, path=str(path), digest=outcome.file.digest)
        return {"state": "done", "document": document.id, "title": document.title}


class _Telling:
    """An embedder that tells how far it is, and refuses what would take for ever."""

    def __init__(self, embedder: TextEmbedder) -> None:
        self._embedder = embedder
        self.tell: Callable[[int, int], object] = lambda done, total: None

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(texts) > MAX_PASSAGES:
            raise LoadError(f"has {len(texts):,} passages, more than {MAX_PASSAGES:,}; split it")
        parts = []
        for at in range(0, len(texts), _TOLD):
            self.tell(at, len(texts))
            parts.append(self._embedder.embed(texts[at : at + _TOLD]))
        self.tell(len(texts), len(texts))
        return np.concatenate(parts) if parts else np.zeros((0, 0), dtype=np.float32)  # whose width needs the model


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
