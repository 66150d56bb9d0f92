"""The embedded store: one folder, with SQLite as the truth, FAISS and tantivy derived from it.

It is written by one process at a time and read by many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from retrieval.document import Document, Page, Statement
from retrieval.index.dense import DenseIndex
from retrieval.index.lexical import LexicalIndex
from retrieval.index.lock import FILE as LOCK
from retrieval.index.lock import WriterLock
from retrieval.index.sqlite_file import FILE, FORMAT, SqliteFile
from retrieval.index.store import DocumentRecord, Ids, KnownSource, StoreBusyError, StoreError, Vectors
from retrieval.passage import Passage
from retrieval.search import Filters

_UNFINISHED = f"{FILE}.new"  # what a creation that was killed leaves begins so
_LEXICAL_EVERY = 20  # documents between tantivy's commits


class EmbeddedStore:
    """A folder as a `retrieval.index.store.Store`.

    Attributes:
        folder: where it lies.
        truth: the SQLite file.
        dense: FAISS.
    """

    def __init__(self, folder: Path, truth: SqliteFile, lock: WriterLock, *, writable: bool) -> None:
        """Use `EmbeddedStore.create` or `EmbeddedStore.open`; `lock` is held where `writable`."""
        self.folder = folder
        self.address = str(folder)
        self.model = truth.meta("model") or ""
        self.truth = truth
        self.dense = DenseIndex(folder, truth, int(truth.meta("dimensions") or 0))
        self._lexical = LexicalIndex(folder, truth)
        self._lock = lock
        self._writable = writable
        self._uncommitted = 0
        self._records: tuple[int, list[DocumentRecord]] = (-1, [])
        if (writable or self._lexical.behind or self.dense.behind) and self._may_write():
            self._lexical.catch_up()  # what a killed writer left undone
            self.dense.catch_up()
        if not writable:
            self._lock.release()

    @classmethod
    def create(cls, address: str, *, model: str, dimensions: int) -> EmbeddedStore:
        """A new, empty folder, opened for writing."""
        folder = Path(address)
        _require_empty(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with _lock_of(folder, wanted=True) as lock:
                _require_empty(folder)  # since then another process may have made it
                for left in folder.glob(f"{_UNFINISHED}*"):
                    left.unlink()
                truth = SqliteFile(folder / _UNFINISHED, create=True)
                truth.set_meta("model", model)
                truth.set_meta("dimensions", str(dimensions))
                truth.close()
                (folder / _UNFINISHED).rename(folder / FILE)
                return cls(folder, SqliteFile(folder / FILE), lock, writable=True)
        except OSError as error:
            raise StoreError(f"{folder} cannot be written: {error}") from error

    @classmethod
    def open(cls, address: str, *, writable: bool = False) -> EmbeddedStore:
        """A folder that holds a store."""
        folder = Path(address)
        if not cls.exists(address):
            raise StoreError(f"no index in {folder}; make one with: financeqa ingest --index {folder} PATH...")
        with _lock_of(folder, wanted=writable) as lock:
            truth = SqliteFile(folder / FILE)
            form = truth.meta("format")
            if form != str(FORMAT):
                truth.close()
                raise StoreError(f"{folder} has format {form}, this version reads {FORMAT}; ingest again")
            return cls(folder, truth, lock, writable=writable)

    @classmethod
    def exists(cls, address: str) -> bool:
        """Whether the folder holds one."""
        return (Path(address) / FILE).is_file()

    def close(self) -> None:
        """Finishes what is derived and lets others write."""
        try:
            self._commit()
            if self._writable or (self.dense.unread and self._may_write()):
                self.dense.catch_up()
        finally:
            self._writable = False
            self.truth.close()
            self._lock.release()

    def put(self, document: Document, passages: Sequence[Passage], vectors: Vectors, *, path: str, digest: str) -> None:
        """Writes a document in one transaction."""
        self.truth.put(document, passages, vectors, path=path, digest=digest)
        self._changed()

    def put_skipped(self, path: str, digest: str, reason: str) -> None:
        """Remembers a file that cannot be read."""
        self.truth.put_skipped(path, digest, reason)
        self._changed()

    def delete(self, document_id: str) -> bool:
        """Deletes a document; whether it was there."""
        deleted = self.truth.delete(document_id)
        if deleted:
            self._changed()
        return deleted

    def rebuild(self) -> None:
        """Makes FAISS and tantivy anew from SQLite."""
        self.dense.rebuild()
        self._lexical.rebuild()
        self._uncommitted = 0

    @property
    def version(self) -> int:
        """Number of the last transaction that changed documents."""
        return self.truth.transaction

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        number = self.version
        if number != self._records[0]:
            self._records = (number, self.truth.documents())
        return self._records[1]

    def sources(self) -> dict[str, KnownSource]:
        """What became of each file, by path."""
        return self.truth.sources()

    def pages(self, document_id: str, numbers: Sequence[int]) -> Iterator[Page]:
        """Pages of a document."""
        return (self.truth.page(document_id, number) for number in numbers)

    def contents(self, document_id: str) -> tuple[list[Passage], Vectors]:
        """The passages of a document and their vectors."""
        _, ids, vectors = next(self.truth.vectors([document_id]))
        passages = self.truth.passages(ids.tolist())
        return [passages[i] for i in ids.tolist()], vectors

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages with these ids, by id."""
        return self.truth.passages(ids)

    def vectors_of(self, ids: Sequence[int]) -> tuple[Ids, Vectors]:
        """Ids and vectors of those of these passages that are there."""
        return self.truth.vectors_of(ids)

    def known_vectors(self, digests: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Vectors of texts that were embedded before, by the text's digest."""
        return self.truth.known_vectors(digests)

    def nearest(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Ids and cosines of the `k` nearest passages."""
        return self.dense.search(vector, k, self._chosen(filters))

    def best_matches(self, question: str, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Ids and BM25 scores of the `k` best passages."""
        self._commit()
        return self._lexical.search(question, k, self._chosen(filters))

    def statement_passages(self, statements: Sequence[Statement], filters: Filters) -> list[tuple[int, str, str, str]]:
        """Passage id, document id, statement and text of the pieces of some statements."""
        return self.truth.statement_passages(statements, self._chosen(filters))

    def verify(self) -> list[str]:
        """What is wrong: inside SQLite, or between it and FAISS and tantivy."""
        self._commit()
        return [*self.truth.problems(), *self.dense.problems(), *self._lexical.problems()]

    def _chosen(self, filters: Filters) -> list[str] | None:
        """Ids of the documents that pass; `None` where all do."""
        if filters.none:
            return None
        records = self.documents()
        chosen = filters.chosen(records)
        return None if len(chosen) == len(records) else chosen

    def _may_write(self) -> bool:
        """Whether this process is the writer, or a reader that can be it now."""
        try:
            return self._lock.acquire()
        except OSError:
            return False

    def _changed(self) -> None:
        self._uncommitted += 1
        if self._uncommitted >= _LEXICAL_EVERY:
            self._commit()

    def _commit(self) -> None:
        """Lets tantivy take over what this writer wrote since the last time."""
        if self._uncommitted:
            self._lexical.catch_up()
            self._uncommitted = 0


@contextmanager
def _lock_of(folder: Path, *, wanted: bool) -> Iterator[WriterLock]:
    """The lock of a folder, held where it is wanted; it outlasts the context unless that ends in an error.

    Raises:
        StoreError: it is wanted, and this user may not write there.
        StoreBusyError: it is wanted, and another process holds it.
    """
    lock = WriterLock(folder)
    try:
        held = wanted and lock.acquire()
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error}") from error
    if wanted and not held:
        raise StoreBusyError(f"{folder} is being written by another process; wait for it or stop it")
    try:
        yield lock
    except BaseException:
        lock.release()
        raise


def _require_empty(folder: Path) -> None:
    """Raises StoreError where a folder holds more than what a creation that was killed leaves."""
    if folder.exists() and (not folder.is_dir() or not all(map(_is_left, folder.iterdir()))):
        raise StoreError(f"{folder} exists and is not empty; give a new folder for the index")


def _is_left(path: Path) -> bool:
    return path.name == LOCK or path.name.startswith(_UNFINISHED)
