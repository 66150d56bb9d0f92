"""Which passage of which document stands under which number in FAISS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from retrieval.index.store import Ids

_GONE = -1


class Slots:
    """Numbers from 0 up, never used twice, so that any choice of documents is a bitmap over them.

    FAISS tests a bitmap in a nanosecond; a set of 63-bit passage ids takes it longer to build than
    the search itself (137 ms for 330,000).

    Attributes:
        documents: ids of the documents, by their place; `""` for one that was removed.
        passages: [n] the passage of each number.
        owners: [n] the place of its document; -1 where it was removed.
    """

    def __init__(
        self,
        documents: Iterable[str] = (),
        passages: Ids | None = None,
        owners: npt.NDArray[np.int32] | None = None,
    ) -> None:
        """Empty, or as another's attributes."""
        self.documents = list(documents)
        self.passages = np.zeros(0, dtype=np.int64) if passages is None else passages
        self.owners = np.zeros(0, dtype=np.int32) if owners is None else owners
        self._places = {document: place for place, document in enumerate(self.documents) if document}

    def __len__(self) -> int:
        """How many numbers were ever given."""
        return len(self.passages)

    @property
    def live(self) -> int:
        """How many of them still stand for a passage."""
        return int(np.count_nonzero(self.owners != _GONE))

    def append(self, documents: Sequence[tuple[str, Ids]]) -> Ids:
        """The numbers of the passages of new documents, in order."""
        first = len(self)
        for document, _ in documents:
            self._places[document] = len(self.documents)
            self.documents.append(document)
        owners = [np.full(len(ids), self._places[document], dtype=np.int32) for document, ids in documents]
        self.passages = np.concatenate([self.passages, *(ids for _, ids in documents)])
        self.owners = np.concatenate([self.owners, *owners])
        return np.arange(first, len(self), dtype=np.int64)

    def remove(self, documents: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Forgets documents; [n] which numbers were theirs."""
        gone = self.of(documents)
        for document in documents:
            place = self._places.pop(document, None)
            if place is not None:
                self.documents[place] = ""
        self.owners[gone] = _GONE
        return gone

    def of(self, documents: Iterable[str]) -> npt.NDArray[np.bool_]:
        """[n] which numbers are passages of these documents."""
        chosen = np.zeros(len(self.documents) + 1, dtype=bool)  # the last is never set: place -1 finds it
        chosen[[self._places[document] for document in documents if document in self._places]] = True
        found: npt.NDArray[np.bool_] = chosen[self.owners]
        return found
