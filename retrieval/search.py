"""Hits, filters, and the fusion of two rankings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from retrieval.index.store import DocumentRecord
from retrieval.passage import Passage

FUSION_K = 60  # Cormack, Clarke and Buettcher (2009)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents are searched; an empty field admits all. Names must be as the index has them."""

    companies: tuple[str, ...] = ()
    fiscal_years: tuple[int, ...] = ()
    forms: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether everything is admitted."""
        return not (self.companies or self.fiscal_years or self.forms or self.documents)

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
            and (not self.forms or identity.form in self.forms)
            and (not self.documents or record.id in self.documents)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    Attributes:
        passage: the passage.
        score: of the fused ranking; higher is better.
        dense_rank: its place in the semantic ranking, from 1; `None` where it was not in it.
        lexical_rank: its place in the BM25 ranking, from 1; `None` where it was not in it.
    """

    passage: Passage
    score: float
    dense_rank: int | None = None
    lexical_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passage ids, best first, and how much their places count against those of other rankings."""

    ids: Sequence[int]
    weight: float = 1.0


def fuse(rankings: Sequence[Ranking], k: int = FUSION_K) -> list[tuple[int, float]]:
    """Reciprocal rank fusion: a ranking gives weight / (k + rank) to what it holds. Best first, ties by id."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, item in enumerate(ranking.ids, start=1):
            scores[item] = scores.get(item, 0.0) + ranking.weight / (k + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
