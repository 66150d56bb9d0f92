"""Passages for a question: hybrid search, helped by the line items and statements that the question names.

Filings call "capital expenditure" by a dozen names; the item's labels are searched beside the question's
own words. Where it stands on a primary statement, the pieces of that statement form a ranking of their own.
A judge that reads question and passage together, such as the reader, may then have its say on the best of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest

from retrieval.index.index import DEPTH, Index
from retrieval.passage import Passage
from retrieval.query import Query
from retrieval.search import Filters, Hit, Ranking
from retrieval.vocabulary.line_items import LineItem

LABELS = 6  # of each item, searched beside the question
EXPANSION_WEIGHT = 0.25
STATEMENT_WEIGHT = 1.5
FILINGS = 100  # whose statements are looked through; the filings of one company are far fewer
JUDGED = 30  # passages that a judge reads
_EVERYTHING = Filters()

Judge = Callable[[str, Sequence[Passage]], Sequence[float]]  # what to add to the score of each passage for a question


def ranked(
    index: Index, query: Query, *, k: int, filters: Filters = _EVERYTHING, judge: Judge | None = None
) -> list[Hit]:
    """The `k` best passages for a question, among the documents that pass the filters, the first ones as judged."""
    more = []
    labels = " ".join(label for item in query.items for label in list(item.labels)[:LABELS])
    if query.items:
        more.append(Ranking(index.lexical_ids(labels, k=DEPTH, filters=filters), EXPANSION_WEIGHT))
    if query.statements:
        narrowed = _narrowed(index, labels or query.text, filters)
        more.append(Ranking(_statement_pieces(index, query, narrowed), STATEMENT_WEIGHT))
    hits = index.search(query.text, k=k if judge is None else max(k, JUDGED), filters=filters, more=more)
    if judge is None or not hits:
        return hits
    said = judge(query.text, [hit.passage for hit in hits[:JUDGED]])
    judged = [Hit(hit.passage, hit.score + extra) for hit, extra in zip(hits[:JUDGED], said, strict=True)]
    return [*sorted(judged, key=lambda hit: -hit.score), *hits[JUDGED:]][:k]


def _narrowed(index: Index, text: str, filters: Filters) -> Filters:
    """Filters that pass at most `FILINGS` or so: of more, those with the best passages for a text."""
    if len(filters.chosen(index.documents())) <= FILINGS:
        return filters
    best = index.lexical_ids(text, k=FILINGS, filters=filters)
    # without a passage nothing passes, which no filter by documents could say
    return Filters(documents=tuple(sorted(index.documents_of(best))) or ("",))


def _statement_pieces(index: Index, query: Query, filters: Filters) -> list[int]:
    """Pieces of the statements asked for; of each statement those first that hold more of the items, by turns."""
    pieces: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for passage, _, statement, text in index.statement_passages(query.statements, filters=filters):
        pieces[statement].append((-_items_in(text, query.items), passage))
    columns = [[passage for _, passage in sorted(found, key=lambda pair: pair[0])] for found in pieces.values()]
    return [passage for passage in chain.from_iterable(zip_longest(*columns)) if passage is not None]


def _items_in(text: str, items: Sequence[LineItem]) -> int:
    lowered = text.casefold()
    return sum(any(label in lowered for label in item.labels) for item in items)
