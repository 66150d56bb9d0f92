"""The documents of an index and their pages, read without the reader or a place in its queue."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.api.problems import Problem, unavailable
from retrieval.document import Page
from retrieval.index.address import store_kind
from retrieval.index.store import DocumentRecord, Store

_PATIENCE = 5.0  # seconds of waiting for the reads of others


class Holdings:
    """Reads from the store alone; any thread may ask, and each waits for the others.

    All raise `StoreError` where the store cannot be reached, and a `Problem` (503) where others wait for it too long.
    """

    def __init__(self, address: str, uploads: Path) -> None:
        """Over an index, and the folder of what was uploaded to it."""
        self._store = store_kind(address).open(str(address))
        self._uploads = uploads
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the store."""
        with self._lock:
            self._store.close()

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        with self._turn() as store:
            return store.documents()

    def document(self, identifier: str) -> DocumentRecord:
        """One document.

        Raises:
            Problem: there is none (404).
        """
        found = next((record for record in self.documents() if record.id == identifier), None)
        if found is None:
            raise no_document(identifier)
        return found

    def page(self, document: str, number: int) -> Page:
        """One page.

        Raises:
            Problem: there is no such document or page (404).
        """
        record = self.document(document)
        try:
            with self._turn() as store:
                return next(store.pages(document, [number]))
        except KeyError:
            detail = f"document {document} has {record.pages} pages; there is no page {number}"
            raise Problem(404, "no-page", detail) from None

    def files(self, document: str) -> list[Path]:
        """Where the document was read from, as far as these files are still there: uploads first, where they lie now."""
        with self._turn() as store:
            sources = store.sources()
        paths = [Path(path) for path, source in sources.items() if source.document == document]
        here = [self._uploads / path.name for path in paths]
        return [path for path in dict.fromkeys([*here, *paths]) if path.is_file()]

    @contextmanager
    def _turn(self) -> Iterator[Store]:
        """The store, for one at a time."""
        if not self._lock.acquire(timeout=_PATIENCE):
            raise unavailable("index", "the index is slow to answer; try again later", seconds=10)
        try:
            yield self._store
        finally:
            self._lock.release()


def no_document(identifier: str) -> Problem:
    """That there is no such document."""
    return Problem(404, "no-document", f"there is no document {identifier}; GET /v1/documents lists them")
