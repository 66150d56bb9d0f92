"""The vectors that FAISS holds: all of them as they are, or in cells and rounded to a byte a dimension."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from retrieval.index.slots import Slots
from retrieval.index.store import Ids, Vectors

PROBED = 1 / 4  # share of the vectors that a search looks at: finds 0.97 of the true ten at a million
PROBED_AT_LEAST = 50_000  # vectors, in a small index, whose cells say less of who is near
SAMPLES = 64  # vectors a cell that k-means sees
GROWTH = 4  # times the passages it was trained for, and the cells no longer fit
_BLOCK = 16_384  # vectors given to FAISS at once

Mask = npt.NDArray[np.bool_]


class Held:
    """FAISS, and whose vectors are in it.

    Attributes:
        faiss: the index; its ids are the numbers of `slots`.
        slots: the passage and document of each number.
        transaction: the last one of the store that was taken over.
        trained_for: how many passages the cells were made for; 0 where the index is exact.
    """

    def __init__(self, faiss: Any, slots: Slots, transaction: int, trained_for: int = 0) -> None:  # noqa: ANN401
        """Use `exact` or `approximate` for an empty one."""
        self.faiss = faiss
        self.slots = slots
        self.transaction = transaction
        self.trained_for = trained_for

    @classmethod
    def exact(cls, dimensions: int, transaction: int) -> Held:
        """An empty one that compares with every vector."""
        import faiss

        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimensions)), Slots(), transaction)

    @classmethod
    def approximate(cls, sample: Vectors, transaction: int, trained_for: int) -> Held:
        """An empty one whose cells and byte ranges are learned from a sample [n, dimensions]."""
        import faiss

        dimensions = sample.shape[1]
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dimensions),
            dimensions,
            cells(trained_for),
            faiss.ScalarQuantizer.QT_8bit,
            faiss.METRIC_INNER_PRODUCT,
        )
        index.train(sample)
        return cls(index, Slots(), transaction, trained_for)

    def add(self, documents: Iterable[tuple[str, Ids, Vectors]]) -> None:
        """Takes in documents with the ids [n] and vectors [n, dimensions] of their passages."""
        block: list[tuple[str, Ids, Vectors]] = []
        size = 0
        for document in documents:
            block.append(document)
            size += len(document[1])
            if size >= _BLOCK:
                self._add(block)
                block, size = [], 0
        self._add(block)

    def remove(self, documents: Iterable[str]) -> None:
        """Lets documents go."""
        gone = self.slots.remove(documents)
        if gone.any():
            self.faiss.remove_ids(_selector(gone))

    def search(self, vector: Vectors, k: int, mask: Mask | None) -> tuple[Ids, npt.NDArray[np.float32]]:
        """Passage ids and cosines (of the rounded vectors, where they are) of the `k` nearest, nearest first."""
        import faiss

        options: dict[str, Any] = {} if mask is None else {"sel": _selector(mask)}
        kind: Any = faiss.SearchParameters
        if self.trained_for:
            # a filter thins the cells out, so more of them are looked into for the same work
            admitted = self.faiss.ntotal if mask is None else np.count_nonzero(mask)
            share = max(PROBED * self.faiss.ntotal, PROBED_AT_LEAST) / admitted
            options["nprobe"] = int(np.ceil(min(1.0, share) * self.faiss.nlist))
            kind = faiss.SearchParametersIVF
        with _one_thread():
            scores, numbers = self.faiss.search(vector.reshape(1, -1), k, params=kind(**options))
        found = numbers[0] >= 0
        return self.slots.passages[numbers[0][found]], scores[0][found]

    def vectors(self, numbers: Ids) -> Vectors:
        """The vectors [n, dimensions] under these numbers, as FAISS holds them; within `readable` only.

        Raises:
            RuntimeError: it lacks one.
        """
        held: Vectors = self.faiss.reconstruct_batch(numbers)
        return held

    @contextmanager
    def readable(self) -> Iterator[None]:
        """While it lasts, `vectors` finds its numbers; the table for that would else hinder removals."""
        import faiss

        if self.trained_for:
            self.faiss.set_direct_map_type(faiss.DirectMap.Hashtable)  # type: ignore[attr-defined]
        yield
        if self.trained_for:
            self.faiss.set_direct_map_type(faiss.DirectMap.NoMap)  # type: ignore[attr-defined]

    def _add(self, block: list[tuple[str, Ids, Vectors]]) -> None:
        numbers = self.slots.append([(document, ids) for document, ids, _ in block])
        if len(numbers):
            self.faiss.add_with_ids(np.concatenate([vectors for _, ids, vectors in block if len(ids)]), numbers)


def cells(passages: int) -> int:
    """How many cells: the power of two nearest to twice the square root."""
    return int(2 ** round(1 + np.log2(max(1, passages)) / 2))


@contextmanager
def _one_thread() -> Iterator[None]:
    """FAISS on one core: to wait for the other takes one question longer (24 ms for 0.5 where torch keeps it busy)."""
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _selector(mask: Mask) -> Any:  # noqa: ANN401 (a faiss.IDSelector)
    import faiss

    return faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little"))  # type: ignore[call-arg, arg-type]
