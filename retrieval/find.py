"""From a question to passages: which filings it is about, then the best passages of those, then of wider circles."""

from __future__ import annotations

from retrieval.index.index import Index
from retrieval.query import Query
from retrieval.ranking import Judge, ranked
from retrieval.scope import tiers
from retrieval.search import Filters, Hit


def find(
    index: Index, query: Query, *, k: int = 20, documents: tuple[str, ...] = (), judge: Judge | None = None
) -> list[Hit]:
    """The `k` best passages: those of the filings that the question is about first, then of other tiers.

    Args:
        index: where to look.
        query: the question, as `retrieval.query.parse_query` reads it.
        k: how many at most.
        documents: look in these only, whatever the question names.
        judge: has its say on the first passages of each tier.
    """
    if documents:
        return ranked(index, query, k=k, filters=Filters(documents=documents), judge=judge)
    hits: list[Hit] = []
    for tier in tiers(query, index.documents()):
        if len(hits) < k:
            hits += ranked(index, query, k=k - len(hits), filters=Filters(documents=tier.documents), judge=judge)
    return hits
