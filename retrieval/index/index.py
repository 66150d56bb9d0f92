"""The index of a collection of filings: one folder, written by one process at a time, read by many."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from retrieval.document import Document, Page, Statement
from retrieval.embedding import Embedder, TextEmbedder, Vectors
from retrieval.index.dense import DenseIndex
from retrieval.index.lexical import LexicalIndex
from retrieval.index.lock import WriterLock
from retrieval.index.store import FILE, FORMAT, DocumentRecord, KnownSource, Store, text_digest
from retrieval.passage import Passage
from retrieval.passages import passages_of
from retrieval.search import Filters, Fusion, Hit, fuse

DEPTH = 100  # of each ranking, before fusion
_LEXICAL_EVERY = 20  # documents between tantivy's commits
_EVERYTHING = Filters()


class IndexFolderError(RuntimeError):
    """The folder is no index, is damaged, is being written, or was built otherwise; the message names the fix."""


class IndexBusyError(IndexFolderError):
    """Another process is writing the index."""


class Index:
    """Documents in, ranked passages out.

    SQLite holds the truth; FAISS and tantivy follow it. Opened for reading unless `writable`.

    Attributes:
        folder: where it lies.
        embedder: what embeds passages and questions.
        passages_of: what cuts a document into passages.
        fuse: what makes one order of cosines and BM25.
    """

    def __init__(self, folder: Path, store: Store, embedder: TextEmbedder, *, writable: bool) -> None:
        """Use `Index.create` or `Index.open`."""
        self.folder = folder
        self.embedder = embedder
        self.passages_of: Callable[[Document], list[Passage]] = passages_of
        self.fuse: Fusion = fuse
        self._store = store
        self._lock = WriterLock(folder)
        self._writable = writable
        self._dense = DenseIndex(folder, store, int(store.meta("dimensions") or 0))
        self._lexical = LexicalIndex(folder, store)
        self._uncommitted = 0
        self._records: tuple[int, list[DocumentRecord]] = (-1, [])
        if writable and not self._lock.acquire():
            store.close()
            raise IndexBusyError(f"{folder} is being written by another process; wait for it or stop it")
        if (self._lexical.behind or self._dense.behind) and self._lock.acquire():
            self._lexical.catch_up()  # what a killed writer left undone
            self._dense.catch_up()
        if not writable:
            self._lock.release()

    @classmethod
    def create(cls, folder: str | Path, *, embedder: TextEmbedder | None = None) -> Index:
        """A new, empty index, opened for writing.

        Raises:
            IndexFolderError: the folder holds an index or other files already, or cannot be made.
        """
        folder, embedder = Path(folder), embedder or Embedder()
        unfinished = folder / f"{FILE}.new"  # what a creation that was killed leaves
        if folder.exists() and (not folder.is_dir() or any(not _is_part(p, unfinished) for p in folder.iterdir())):
            raise IndexFolderError(f"{folder} exists and is not empty; give a new folder for the index")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for part in folder.iterdir():
                part.unlink()
            store = Store(unfinished, create=True)
            store.set_meta("model", embedder.fingerprint)
            store.set_meta("dimensions", str(embedder.dimensions))
            store.close()
            unfinished.rename(folder / FILE)
            return cls(folder, Store(folder / FILE), embedder, writable=True)
        except (OSError, sqlite3.Error) as error:
            raise IndexFolderError(f"{folder} cannot be written: {error}") from error

    @classmethod
    def open(cls, folder: str | Path, *, embedder: TextEmbedder | None = None, writable: bool = False) -> Index:
        """An index that exists.

        Raises:
            IndexFolderError: it does not exist, is damaged, is of another format, or was built with another model.
            IndexBusyError: it is being written (where `writable`).
        """
        folder, embedder = Path(folder), embedder or Embedder()
        if not (folder / FILE).is_file():
            raise IndexFolderError(f"no index in {folder}; make one with: financeqa ingest --index {folder} PATH...")
        try:
            store = Store(folder / FILE)
            built_with, form = store.meta("model"), store.meta("format")
        except sqlite3.Error as error:
            raise IndexFolderError(
                f"{folder / FILE} is damaged ({error}); delete the folder and ingest again"
            ) from error
        if form != str(FORMAT):
            store.close()
            raise IndexFolderError(f"{folder} has format {form}, this version reads {FORMAT}; ingest again")
        if built_with != embedder.fingerprint:
            store.close()
            raise IndexFolderError(
                f"{folder} was built with the model {str(built_with)[:16]}, not {embedder.fingerprint[:16]}; "
                "open it with that model or ingest into a new folder"
            )
        return cls(folder, store, embedder, writable=writable)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finishes what is derived and lets others write."""
        try:
            self._commit()
            if self._writable:
                self._dense.catch_up()
        finally:
            self._writable = False
            self._store.close()
            self._lock.release()

    # --- writing

    def add(self, document: Document, *, path: str, digest: str) -> int:
        """Adds a document in place of what its source held before; returns how many texts were embedded.

        Args:
            document: as parsed.
            path: where it comes from; a later document of the same path replaces this one.
            digest: of the source, to tell later whether it changed.
        """
        self._need_writable()
        passages = self.passages_of(document)
        vectors, embedded = self._vectors(passages)
        self.put(document, passages, vectors, path=path, digest=digest)
        return embedded

    def put(self, document: Document, passages: Sequence[Passage], vectors: Vectors, *, path: str, digest: str) -> None:
        """As `add`, with passages and vectors [passages, dimensions] that were made elsewhere by the same model."""
        self._need_writable()
        self._store.put(document, passages, vectors, path=path, digest=digest)
        self._changed()

    def remember_skipped(self, *, path: str, digest: str, reason: str) -> None:
        """Notes that a file could not be read, and takes away what it held before."""
        self._need_writable()
        self._store.put_skipped(path, digest, reason)
        self._changed()

    def delete(self, document_id: str) -> bool:
        """Deletes a document; whether it was there."""
        self._need_writable()
        deleted = self._store.delete(document_id)
        if deleted:
            self._changed()
        return deleted

    def rebuild(self) -> None:
        """Makes what is derived anew from SQLite."""
        self._need_writable()
        self._dense.rebuild()
        self._lexical.rebuild()
        self._uncommitted = 0

    # --- reading

    def search(
        self, question: str, *, k: int = 20, filters: Filters = _EVERYTHING, called_for: Collection[int] = ()
    ) -> list[Hit]:
        """The `k` best passages by meaning and words, those first that are `called_for`, of documents that pass."""
        documents = self._chosen(filters)
        depth = max(DEPTH, k)
        vector = self._embedded(question)
        cosines = dict(self._dense.search(vector, depth, documents))
        bm25 = dict(self._lexical_search(question, depth, documents))
        ids, vectors = self._store.vectors_of([i for i in {*bm25, *called_for} if i not in cosines])
        if len(ids):
            cosines |= dict(zip(ids.tolist(), (vectors @ vector).tolist(), strict=True))
        fused = self.fuse(cosines, bm25, called_for)[:k]
        passages = self._store.passages([i for i, _ in fused])
        return [Hit(passages[i], score) for i, score in fused if i in passages]

    def search_dense(
        self, question: str, *, k: int = 20, filters: Filters = _EVERYTHING
    ) -> list[tuple[Passage, float]]:
        """The `k` passages nearest in meaning, with their cosines."""
        return self._with_passages(self.nearest(self._embedded(question), k=k, filters=filters))

    def search_lexical(
        self, question: str, *, k: int = 20, filters: Filters = _EVERYTHING
    ) -> list[tuple[Passage, float]]:
        """The `k` best passages by BM25, with their scores."""
        return self._with_passages(self._lexical_search(question, k, self._chosen(filters)))

    def statement_passages(
        self, statements: Sequence[Statement], *, filters: Filters = _EVERYTHING
    ) -> list[tuple[int, str, str, str]]:
        """Passage id, document id, statement and text of the pieces of some statements, in reading order."""
        return self._store.statement_passages(statements, self._chosen(filters))

    def nearest(self, vector: Vectors, *, k: int = 20, filters: Filters = _EVERYTHING) -> list[tuple[int, float]]:
        """Ids and cosines of the `k` passages nearest to a vector of length 1."""
        return self._dense.search(vector, k, self._chosen(filters))

    @property
    def size(self) -> int:
        """How many passages there are."""
        return self._store.counts()[1]

    def documents(self) -> list[DocumentRecord]:
        """All documents, without their pages."""
        number = self.version
        if number != self._records[0]:
            self._records = (number, self._store.documents())
        return self._records[1]

    @property
    def version(self) -> int:
        """A number that changes whenever a document is added or deleted, by whatever process."""
        return self._store.transaction

    def sources(self) -> dict[str, KnownSource]:
        """What became of each file that was ever ingested, by path."""
        return self._store.sources()

    def page(self, document_id: str, number: int) -> Page:
        """One page of a document. Raises KeyError where there is none."""
        return self._store.page(document_id, number)

    def verify(self) -> list[str]:
        """What is wrong: inside SQLite, or between it and FAISS and tantivy; empty where all agree."""
        self._commit()
        return [*self._store.problems(), *self._dense.problems(), *self._lexical.problems()]

    # --- inside

    def _chosen(self, filters: Filters) -> list[str] | None:
        """Ids of the documents that pass; `None` where all do."""
        if filters.none:
            return None
        records = self.documents()
        chosen = filters.chosen(records)
        return None if len(chosen) == len(records) else chosen

    def _embedded(self, question: str) -> Vectors:
        vector: Vectors = self.embedder.embed([question[:20_000]])[0]
        return vector

    def _lexical_search(self, question: str, k: int, documents: Sequence[str] | None) -> list[tuple[int, float]]:
        self._commit()
        return self._lexical.search(question, k, documents)

    def _with_passages(self, found: Iterable[tuple[int, float]]) -> list[tuple[Passage, float]]:
        pairs = list(found)
        passages = self._store.passages([i for i, _ in pairs])
        return [(passages[i], score) for i, score in pairs if i in passages]

    def _vectors(self, passages: Sequence[Passage]) -> tuple[Vectors, int]:
        """Vectors of the passages; texts that the index has embedded before are not embedded again."""
        texts = [passage.indexed_text for passage in passages]
        digests = [text_digest(text) for text in texts]
        known = dict(self._store.known_vectors(digests))
        new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        for digest, vector in zip(new, self.embedder.embed(list(new.values())), strict=True):
            known[digest] = np.ascontiguousarray(vector, dtype=np.float32).tobytes()
        flat = np.frombuffer(b"".join(known[digest] for digest in digests), dtype=np.float32)
        return flat.reshape(len(passages), -1) if passages else flat.reshape(0, self.embedder.dimensions), len(new)

    def _changed(self) -> None:
        self._uncommitted += 1
        if self._uncommitted >= _LEXICAL_EVERY:
            self._commit()

    def _commit(self) -> None:
        """Lets tantivy take over what this writer wrote since the last time."""
        if self._uncommitted:
            self._lexical.catch_up()
            self._uncommitted = 0

    def _need_writable(self) -> None:
        if not self._writable:
            raise IndexFolderError(f"{self.folder} is open for reading only; open it with writable=True")


def _is_part(path: Path, unfinished: Path) -> bool:
    return path.name.startswith(unfinished.name)
