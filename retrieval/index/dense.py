"""Cosine search with FAISS, derived from the store's vectors.

Up to `EXACT_UP_TO` passages it compares with every vector, in memory, filled from SQLite when it is
first searched. Above, an approximate index takes over by itself: it finds candidates by rounded
vectors in the nearest cells, and ranks them by the vectors in SQLite. That one has a file, so that
a process can start with it; what the file lacks is taken over from SQLite when it is opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from retrieval.files import remove_leftovers
from retrieval.index import dense_file
from retrieval.index.held import GROWTH, SAMPLES, Held, cells
from retrieval.index.sqlite_file import SqliteFile
from retrieval.index.store import Ids, Vectors

EXACT_UP_TO = 100_000  # passages: 12 ms of one core here, and as much again for each 100,000 more
EXACT_SUBSET = 5_000  # passages that a filter leaves: their vectors are read from SQLite in 10 ms
CANDIDATES = 2  # times k, ranked anew
ROUNDING = 0.95  # least cosine of a vector and its rounded form
_LAG = 1 / 16  # share of the documents that the file may lack before it is written anew


class DenseIndex:
    """The vectors of all passages, searchable.

    Attributes:
        unread: whether the file looked right and could not be read, so that a writer must write it anew.
    """

    def __init__(self, folder: Path, store: SqliteFile, dimensions: int) -> None:
        """Over a store whose vectors have so many dimensions and length 1; the file is in `folder`."""
        self._path = folder / dense_file.FILE
        self._store = store
        self._dimensions = dimensions
        self._held: Held | None = None
        self.unread = False

    @property
    def behind(self) -> bool:
        """Whether the file is needed, and missing, damaged or far from the store."""
        documents, passages = self._store.counts()
        if passages <= EXACT_UP_TO:
            return False
        state = dense_file.state(self._path)
        if self.unread or state is None or not self._fits(*state, passages):
            return True
        return len(self._store.changed_since(state[0])[1]) > _LAG * documents

    def catch_up(self) -> None:
        """Writes the file where it is behind, and removes what stopped writers left; for the index's one writer only."""
        remove_leftovers(self._path)
        if self.behind:
            dense_file.write(self._path, self._current())
            self.unread = False

    def rebuild(self) -> None:
        """Forgets everything and reads the store anew."""
        self._path.unlink(missing_ok=True)
        self._held = None
        self.catch_up()

    def search(self, vector: Vectors, k: int, documents: Sequence[str] | None = None) -> list[tuple[int, float]]:
        """Passage ids and cosines of the `k` nearest, nearest first; only of `documents` where given."""
        held = self._current()
        mask = None if documents is None else held.slots.of(documents)
        admitted = held.faiss.ntotal if mask is None else int(np.count_nonzero(mask))
        if k <= 0 or not admitted:
            return []
        if not held.trained_for:
            ids, scores = held.search(vector, min(k, admitted), mask)
            return list(zip(ids.tolist(), scores.tolist(), strict=True))
        if documents is not None and admitted <= EXACT_SUBSET:
            return _nearest(vector, k, ((ids, vectors) for _, ids, vectors in self._store.vectors(documents)))
        candidates, _ = held.search(vector, min(CANDIDATES * k, admitted), mask)
        return _nearest(vector, k, [self._store.vectors_of(candidates.tolist())])

    def problems(self) -> list[str]:
        """Where it differs from the store."""
        held = self._current()
        slots, seen = held.slots, 0
        try:
            with held.readable():
                for document, ids, vectors in self._store.vectors():
                    numbers = np.flatnonzero(slots.of([document]))
                    numbers = numbers[np.argsort(slots.passages[numbers])]
                    if not np.array_equal(slots.passages[numbers], ids):
                        return [f"FAISS holds other passages of {document} than the store; {_FIX}"]
                    seen += len(ids)
                    if len(ids) and not _same(held.vectors(numbers), vectors, rounded=held.trained_for > 0):
                        return [f"FAISS holds other vectors of {document} than the store; {_FIX}"]
        except RuntimeError as error:
            return [f"FAISS lacks a passage ({error}); {_FIX}"]
        if not seen == slots.live == held.faiss.ntotal:
            return [f"FAISS holds {held.faiss.ntotal} passages, the store {seen}; {_FIX}"]
        return []

    def _current(self) -> Held:
        """What FAISS holds, after taking over what the store changed since the last time."""
        if self._held is not None and self._held.transaction == self._store.transaction:
            return self._held
        _, passages = self._store.counts()
        held = self._held
        if held is None or not self._suits(held, passages):
            held = self._read(passages) if passages > EXACT_UP_TO else None
            held = held or self._built(passages)
        reached, touched, added = self._store.changed_since(held.transaction)
        held.remove(touched)
        held.add(self._store.vectors(sorted(added)))
        held.transaction = reached
        self._held = held
        return held

    def _suits(self, held: Held, passages: int) -> bool:
        """Whether an index of this kind is right for so many passages."""
        if held.trained_for:
            # the lower bound is half, so that adding and deleting around it does not build each time
            return passages > EXACT_UP_TO / 2 and self._fits(held.transaction, held.trained_for, passages)
        return passages <= EXACT_UP_TO

    def _fits(self, transaction: int, trained_for: int, passages: int) -> bool:
        """Whether it is of this store, and its cells are right for so many passages."""
        return transaction <= self._store.transaction and passages <= GROWTH * trained_for

    def _read(self, passages: int) -> Held | None:
        state = dense_file.state(self._path)
        if state is None or not self._fits(*state, passages):
            return None
        held = dense_file.read(self._path)
        self.unread = held is None
        return held

    def _built(self, passages: int) -> Held:
        # the number first: what is written in between is then taken over once more, which does no harm
        transaction = self._store.transaction
        if passages > EXACT_UP_TO:
            held = Held.approximate(self._store.sample(SAMPLES * cells(passages)), transaction, passages)
        else:
            held = Held.exact(self._dimensions, transaction)
        held.add(self._store.vectors())
        return held


_FIX = "run: financeqa index rebuild"


def _nearest(vector: Vectors, k: int, batches: Iterable[tuple[Ids, Vectors]]) -> list[tuple[int, float]]:
    """The `k` nearest of some passages, by all their digits."""
    found = [(ids, vectors @ vector) for ids, vectors in batches if len(ids)]
    ids = np.concatenate([np.zeros(0, dtype=np.int64), *(ids for ids, _ in found)])
    scores = np.concatenate([np.zeros(0, dtype=np.float32), *(scores for _, scores in found)])
    order = np.argsort(-scores, kind="stable")[:k]
    return list(zip(ids[order].tolist(), scores[order].tolist(), strict=True))


def _same(held: Vectors, stored: Vectors, *, rounded: bool) -> bool:
    if not rounded:
        return np.array_equal(held, stored)
    cosines = np.sum(held * stored, axis=1) / np.linalg.norm(held, axis=1)
    return bool(np.all(cosines >= ROUNDING))
