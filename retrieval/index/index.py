"""The index of a collection of filings: what is embedded, stored, searched and put in one order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from retrieval.document import Document, Page, Statement
from retrieval.embedding import Embedder, TextEmbedder, Vectors
from retrieval.index.address import store_kind
from retrieval.index.store import DocumentRecord, KnownSource, Store, StoreError, text_digest
from retrieval.passage import Passage
from retrieval.passages import passages_of
from retrieval.search import Filters, Fusion, Hit, fuse

DEPTH = 100  # of each ranking, before fusion
_EVERYTHING = Filters()


class Index:
    """Documents in, ranked passages out, over a store. Opened for reading unless `writable`.

    Attributes:
        store: what holds documents, passages and vectors.
        embedder: what embeds passages and questions.
        passages_of: what cuts a document into passages.
        fuse: what makes one order of cosines and BM25.
    """

    def __init__(self, store: Store, embedder: TextEmbedder, *, writable: bool) -> None:
        """Use `Index.create` or `Index.open`."""
        self.store = store
        self.embedder = embedder
        self.passages_of: Callable[[Document], list[Passage]] = passages_of
        self.fuse: Fusion = fuse
        self._writable = writable

    @classmethod
    def create(cls, address: str | Path, *, embedder: TextEmbedder | None = None) -> Self:
        """A new, empty index, opened for writing.

        Raises:
            StoreError: the place holds an index or something else already, or cannot be written.
        """
        embedder = embedder or Embedder()
        kind = store_kind(address)
        store = kind.create(str(address), model=embedder.fingerprint, dimensions=embedder.dimensions)
        return cls(store, embedder, writable=True)

    @classmethod
    def open(cls, address: str | Path, *, embedder: TextEmbedder | None = None, writable: bool = False) -> Self:
        """An index that exists.

        Args:
            address: of a store, as `retrieval.index.address` reads it.
            embedder: the model that it was built with; the shipped one unless given.
            writable: whether documents are added or deleted.

        Raises:
            StoreError: it does not exist, is damaged, is of another format, or was built with another model.
            StoreBusyError: it is being written (where `writable`).
        """
        embedder = embedder or Embedder()
        store = store_kind(address).open(str(address), writable=writable)
        if store.model != embedder.fingerprint:
            store.close()
            raise StoreError(
                f"{store.address} was built with the model {store.model[:16]}, not {embedder.fingerprint[:16]}; "
                "open it with that model or ingest into a new index"
            )
        return cls(store, embedder, writable=writable)

    @classmethod
    def open_or_create(cls, address: str | Path, *, embedder: TextEmbedder | None = None) -> Self:
        """An index opened for writing, made where there is none. Raises as `open` and `create`."""
        if store_kind(address).exists(str(address)):
            return cls.open(address, embedder=embedder, writable=True)
        return cls.create(address, embedder=embedder)

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finishes what is written and lets others write."""
        self._writable = False
        self.store.close()

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
        self.store.put(document, passages, vectors, path=path, digest=digest)

    def remember_skipped(self, *, path: str, digest: str, reason: str) -> None:
        """Notes that a file could not be read, and takes away what it held before."""
        self._need_writable()
        self.store.put_skipped(path, digest, reason)

    def delete(self, document_id: str) -> bool:
        """Deletes a document; whether it was there."""
        self._need_writable()
        return self.store.delete(document_id)

    def copy_from(self, other: Index) -> Iterator[DocumentRecord | None]:
        """Takes over what another index of the same model holds, vectors included; what is here already is left alone.

        Gives the document of each source once it is here, `None` for a file that was skipped.
        """
        self._need_writable()
        records, known = {record.id: record for record in other.documents()}, self.sources()
        for path, source in other.sources().items():
            if known.get(path) == source:
                continue
            if source.document is None:
                self.store.put_skipped(path, source.digest, source.reason or "")
                yield None
            else:
                try:
                    record = records[source.document]
                    contents, document = other.store.contents(record.id), other.document(record)
                except KeyError:  # deleted there meanwhile
                    continue
                self.store.put(document, *contents, path=path, digest=source.digest)
                yield record

    def rebuild(self) -> None:
        """Makes what is derived anew, and removes what stopped writers left."""
        self._need_writable()
        self.store.rebuild()

    # --- reading

    def search(
        self, question: str, *, k: int = 20, filters: Filters = _EVERYTHING, called_for: Collection[int] = ()
    ) -> list[Hit]:
        """The `k` best passages by meaning and words, those first that are `called_for`, of documents that pass."""
        depth = max(DEPTH, k)
        vector = self._embedded(question)
        cosines = dict(self.store.nearest(vector, depth, filters))
        bm25 = dict(self.store.best_matches(question, depth, filters))
        ids, vectors = self.store.vectors_of([i for i in {*bm25, *called_for} if i not in cosines])
        if len(ids):
            cosines |= dict(zip(ids.tolist(), (vectors @ vector).tolist(), strict=True))
        fused = self.fuse(cosines, bm25, called_for)[:k]
        passages = self.store.passages([i for i, _ in fused])
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
        return self._with_passages(self.store.best_matches(question, k, filters))

    def statement_passages(
        self, statements: Sequence[Statement], *, filters: Filters = _EVERYTHING
    ) -> list[tuple[int, str, str, str]]:
        """Passage id, document id, statement and text of the pieces of some statements, in reading order."""
        return self.store.statement_passages(statements, filters)

    def nearest(self, vector: Vectors, *, k: int = 20, filters: Filters = _EVERYTHING) -> list[tuple[int, float]]:
        """Ids and cosines of the `k` passages nearest to a vector of length 1."""
        return self.store.nearest(vector, k, filters)

    @property
    def address(self) -> str:
        """Where it lies."""
        return self.store.address

    @property
    def size(self) -> int:
        """How many passages there are."""
        return sum(record.passages for record in self.documents())

    @property
    def version(self) -> int:
        """A number that changes whenever a document is added or deleted, by whatever process."""
        return self.store.version

    def documents(self) -> list[DocumentRecord]:
        """All documents, without their pages."""
        return self.store.documents()

    def sources(self) -> dict[str, KnownSource]:
        """What became of each file that was ever ingested, by path."""
        return self.store.sources()

    def page(self, document_id: str, number: int) -> Page:
        """One page of a document. Raises KeyError where there is none."""
        return next(self.store.pages(document_id, [number]))

    def pages(self, record: DocumentRecord) -> Iterator[Page]:
        """All pages of a document, in order. Raises KeyError where it is gone."""
        return self.store.pages(record.id, range(1, record.pages + 1))

    def document(self, record: DocumentRecord) -> Document:
        """A document as it was when it was added. Raises KeyError where it is gone."""
        return Document(record.id, record.title, record.identity, record.source, tuple(self.pages(record)))

    def verify(self) -> list[str]:
        """What is wrong; empty where all is sound."""
        return self.store.verify()

    # --- inside

    def _embedded(self, question: str) -> Vectors:
        vector: Vectors = self.embedder.embed([question[:20_000]])[0]
        return vector

    def _with_passages(self, found: Iterable[tuple[int, float]]) -> list[tuple[Passage, float]]:
        pairs = list(found)
        passages = self.store.passages([i for i, _ in pairs])
        return [(passages[i], score) for i, score in pairs if i in passages]

    def _vectors(self, passages: Sequence[Passage]) -> tuple[Vectors, int]:
        """Vectors of the passages; texts that the index has embedded before are not embedded again."""
        texts = [passage.indexed_text for passage in passages]
        digests = [text_digest(text) for text in texts]
        known = dict(self.store.known_vectors(digests))
        new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        for digest, vector in zip(new, self.embedder.embed(list(new.values())), strict=True):
            known[digest] = np.ascontiguousarray(vector, dtype=np.float32).tobytes()
        flat = np.frombuffer(b"".join(known[digest] for digest in digests), dtype=np.float32)
        return flat.reshape(len(passages), -1) if passages else flat.reshape(0, self.embedder.dimensions), len(new)

    def _need_writable(self) -> None:
        if not self._writable:
            raise StoreError(f"{self.address} is open for reading only; open it with writable=True")
