"""Exact cosine search with FAISS, derived from the store's vectors.

`IndexIDMap2` over a flat index lives in memory and is filled from SQLite when it is first searched;
later it takes over only what changed. There is no file of its own that could be out of step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from retrieval.index.store import Store, Vectors


class DenseIndex:
    """The vectors of all passages, searchable."""

    def __init__(self, store: Store, dimensions: int) -> None:
        """Over a store whose vectors have so many dimensions and length 1."""
        self._store = store
        self._dimensions = dimensions
        self._faiss: Any = None
        self.transaction = -1

    def refresh(self) -> None:
        """Takes over what the store changed since the last time."""
        import faiss

        if self._faiss is None:
            self._faiss = faiss.IndexIDMap2(faiss.IndexFlatIP(self._dimensions))
            # the number first: what is written in between is then taken over once more, which does no harm
            self.transaction = self._store.transaction
            self._add(*self._store.vectors())
            return
        if self._store.transaction == self.transaction:
            return
        reached, touched, added = self._store.changed_since(self.transaction)
        if touched:
            self._faiss.remove_ids(np.fromiter(touched, dtype=np.int64))
            self._add(*self._store.vectors_of(sorted(added)))
        self.transaction = reached

    def rebuild(self) -> None:
        """Forgets everything and reads the store anew."""
        self._faiss = None
        self.refresh()

    def search(self, vector: Vectors, k: int, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Passage ids and cosines of the `k` nearest, nearest first; only of `allowed` where given."""
        import faiss

        self.refresh()
        if k <= 0 or (allowed is not None and not len(allowed)):
            return []
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(np.asarray(allowed, dtype=np.int64)))  # type: ignore[call-arg]
        k = min(k, self._faiss.ntotal)
        if not k:
            return []
        scores, ids = self._faiss.search(vector.reshape(1, -1), k, params=parameters)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def problems(self) -> list[str]:
        """Where it differs from the store."""
        self.refresh()
        import faiss

        ids, vectors = self._store.vectors()
        held = faiss.vector_to_array(self._faiss.id_map)
        if set(held.tolist()) != set(ids.tolist()) or len(held) != len(ids):
            return [f"FAISS holds {len(held)} passages, the store {len(ids)}; run: financeqa index rebuild"]
        if len(ids) and not np.array_equal(self._faiss.reconstruct_batch(ids), vectors):
            return ["FAISS holds other vectors than the store; run: financeqa index rebuild"]
        return []

    def _add(self, ids: Any, vectors: Vectors) -> None:  # noqa: ANN401 (numpy int64 array)
        if len(ids):
            self._faiss.add_with_ids(np.ascontiguousarray(vectors), ids)
