"""Hits, filters, and the fusion of what semantic and lexical search found."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from retrieval.index.store import DocumentRecord
from retrieval.passage import Passage

SEMANTIC = 0.5  # share of the cosine in a passage's score; the rest is BM25's
CALLED_FOR = 1.0  # what passages that a question calls for are worth more; a passage's own score is at most 1

Fusion = Callable[[Mapping[int, float], Mapping[int, float], Collection[int]], list[tuple[int, float]]]  # as `fuse`


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents are searched; an empty field admits all.

    Names must be as the index has them; forms are as `Identity.is_form` has them.
    """

    companies: tuple[str, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    forms: tuple[str, ...] = ()
    quarters: tuple[int, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether everything is admitted."""
        return self == Filters()

    def chosen(self, records: Iterable[DocumentRecord]) -> list[str]:
        """Ids of the documents that pass."""
        named = frozenset(self.documents)
        others = replace(self, documents=())
        return [r.id for r in records if (not named or r.id in named) and others.admits(r)]

    def admits(self, record: DocumentRecord) -> bool:
        """Whether a document passes."""
        identity = record.identity
        return (
            (not self.companies or identity.company in self.companies)
            and (not self.fiscal_years or identity.fiscal_year in self.fiscal_years)
            and (not self.forms or any(map(identity.is_form, self.forms)))
            and (not self.quarters or identity.quarter in self.quarters)
            and (not self.documents or record.id in self.documents)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; a higher score is better."""

    passage: Passage
    score: float


def fuse(
    cosines: Mapping[int, float],
    bm25: Mapping[int, float],
    called_for: Collection[int] = (),
    *,
    semantic: float = SEMANTIC,
) -> list[tuple[int, float]]:
    """Passages by score, best first, ties by id.

    The score is the convex combination of cosine and BM25, the latter as a share of the question's best (Bruch, Gai
    and Ingber, 2023): unlike reciprocal ranks it knows by how much the first beats the second.

    Args:
        cosines: of every passage.
        bm25: of those that lexical search found.
        called_for: passages that the question calls for by more than its words.
        semantic: share of the cosine, 0 to 1.
    """
    best = max(bm25.values(), default=1.0)
    scores = {
        i: semantic * cosine + (1 - semantic) * bm25.get(i, 0.0) / best + CALLED_FOR * (i in called_for)
        for i, cosine in cosines.items()
    }
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
