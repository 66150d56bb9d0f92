"""What an index needs of the engine that holds it: documents in, passages found by vector and by words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from retrieval.document import Document, Identity, Page, Statement
from retrieval.passage import Passage

if TYPE_CHECKING:
    from retrieval.search import Filters

Ids = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]


class StoreError(RuntimeError):
    """The store is none, is damaged, cannot be reached or used, or was built otherwise; the message names the fix."""


class StoreBusyError(StoreError):
    """Another process is writing the store, or holds it."""


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document of the index without its pages; `pages` and `passages` are counts."""

    id: str
    title: str
    identity: Identity
    source: str
    pages: int
    passages: int


@dataclass(frozen=True, slots=True)
class KnownSource:
    """What became of a file: a document, or the reason why not."""

    digest: str
    document: str | None
    reason: str | None


class Store(Protocol):
    """Documents with their pages, passages and vectors, searchable; `retrieval.index.address` opens one.

    A document is found whole or not at all, whenever its writer was stopped, and stays as it is until it is
    replaced or deleted. Every method raises `StoreError` where the store cannot be reached, read or written.

    Attributes:
        address: where it lies, as a person would give it.
        model: fingerprint of the model whose vectors it holds.
    """

    address: str
    model: str

    @classmethod
    def create(cls, address: str, *, model: str, dimensions: int) -> Store:
        """A new, empty store, opened for writing.

        Raises:
            StoreError: something is there already, or it cannot be made.
        """

    @classmethod
    def open(cls, address: str, *, writable: bool = False) -> Store:
        """A store that exists.

        Raises:
            StoreError: it does not exist, is damaged, or is of another format.
            StoreBusyError: it is being written (where `writable`).
        """

    @classmethod
    def exists(cls, address: str) -> bool:
        """Whether there is a store."""

    def close(self) -> None:
        """Finishes what is written and lets others write."""

    # --- writing

    def put(self, document: Document, passages: Sequence[Passage], vectors: Vectors, *, path: str, digest: str) -> None:
        """Writes a document in place of what its source held before, or notes one more source of a document held.

        Args:
            document: as parsed.
            passages: all of its passages.
            vectors: [passages, dimensions], of length 1.
            path: where it comes from.
            digest: of the source.
        """

    def put_skipped(self, path: str, digest: str, reason: str) -> None:
        """Remembers a file that cannot be read, and takes away what it held before."""

    def delete(self, document_id: str) -> bool:
        """Deletes a document and forgets its sources; whether it was there."""

    def rebuild(self) -> None:
        """Makes what is derived anew, and removes what stopped writers left."""

    # --- reading

    @property
    def version(self) -> int:
        """A number that changes whenever a document is added or deleted, by whatever process."""

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""

    def sources(self) -> dict[str, KnownSource]:
        """What became of each file, by path."""

    def pages(self, document_id: str, numbers: Sequence[int]) -> Iterator[Page]:
        """Pages of a document, in the order of `numbers`, of which few are held in memory at a time.

        Raises:
            KeyError: there is no such document or page.
        """

    def contents(self, document_id: str) -> tuple[list[Passage], Vectors]:
        """The passages of a document in the order of their ids, and their vectors [passages, dimensions]."""

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages with these ids, by id; ids that are gone are left out."""

    def vectors_of(self, ids: Sequence[int]) -> tuple[Ids, Vectors]:
        """Ids and vectors of those of these passages that are there."""

    def known_vectors(self, digests: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Vectors (32-bit floats) of texts that were embedded before, by the text's digest."""

    def nearest(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Ids and cosines of the `k` passages nearest to a vector of length 1, of documents that pass."""

    def best_matches(self, question: str, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Ids and BM25 scores of the `k` passages with the question's words, of documents that pass."""

    def statement_passages(self, statements: Sequence[Statement], filters: Filters) -> list[tuple[int, str, str, str]]:
        """Passage id, document id, statement and text of the pieces of some statements, in reading order."""

    def verify(self) -> list[str]:
        """What is wrong; empty where all is sound."""


def text_digest(text: str) -> bytes:
    """What tells texts apart that are to be embedded."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
