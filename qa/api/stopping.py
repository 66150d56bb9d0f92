"""Work that ends soon after nobody waits for it any more: it asks between its steps whether to go on."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from qa.features import Window
from qa.reader import Reader
from retrieval.document import Page
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord
from retrieval.search import Filters, Hit

_given_up: ContextVar[threading.Event | None] = ContextVar("given_up", default=None)
_EVERYTHING = Filters()


class Stopped(Exception):
    """The work was given up."""


@contextmanager
def until(given_up: threading.Event) -> Iterator[None]:
    """Within it, `go_on` raises once the event is set."""
    token = _given_up.set(given_up)
    try:
        yield
    finally:
        _given_up.reset(token)


def go_on() -> None:
    """Does nothing while the work of this thread is wanted.

    Raises:
        Stopped: it no longer is.
    """
    given_up = _given_up.get()
    if given_up is not None and given_up.is_set():
        raise Stopped


class StoppableIndex(Index):
    """An index whose searches and pages end work that was given up."""

    def page(self, document_id: str, number: int) -> Page:
        """One page of a document. Raises KeyError where there is none."""
        go_on()
        return super().page(document_id, number)

    def pages(self, record: DocumentRecord) -> Iterator[Page]:
        """All pages of a document, in order. Raises KeyError where it is gone."""
        for page in super().pages(record):
            go_on()
            yield page

    def search(
        self, question: str, *, k: int = 20, filters: Filters = _EVERYTHING, called_for: Collection[int] = ()
    ) -> list[Hit]:
        """As `Index.search`."""
        go_on()
        return super().search(question, k=k, filters=filters, called_for=called_for)


class StoppableReader(Reader):
    """A reader that ends work that was given up between two batches of windows."""

    def _logits(self, batch: Sequence[Window]) -> tuple[Any, Any]:
        go_on()
        return super()._logits(batch)
