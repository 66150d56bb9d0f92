"""The documents of an index and their pages, read without the reader or a place in its queue."""

from __future__ import annotations

import threading
from pathlib import Path

from qa.api.problems import Problem
from retrieval.document import Page
from retrieval.index.address import store_kind
from retrieval.index.store import DocumentRecord


class Holdings:
    """Reads from the store alone; any thread may ask."""

    def __init__(self, address: str) -> None:
        """Over an index."""
        self._store = store_kind(address).open(str(address))
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the store."""
        with self._lock:
            self._store.close()

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        with self._lock:
            return self._store.documents()

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
            with self._lock:
                return next(self._store.pages(document, [number]))
        except KeyError:
            detail = f"document {document} has {record.pages} pages; there is no page {number}"
            raise Problem(404, "no-page", detail) from None

    def files(self, document: str) -> list[Path]:
        """Where the document was read from, as far as these files are still there."""
        with self._lock:
            sources = self._store.sources()
        paths = [Path(path) for path, source in sources.items() if source.document == document]
        return [path for path in paths if path.is_file()]


def no_document(identifier: str) -> Problem:
    """That there is no such document."""
    return Problem(404, "no-document", f"there is no document {identifier}; GET /v1/documents lists them")
