"""Passages for a question: hybrid search, helped by the statements that the question calls for.

A question that names a line item of one company's statement ("capital expenditure", "total assets") calls for the
piece of the statement that has it, whatever words the filing uses there. Over many companies it does not: each
has its own. A judge that reads question and passage together, such as the reader, then has its say on the best.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest

from retrieval.index.index import Index
from retrieval.passage import Passage
from retrieval.query import Query
from retrieval.search import Filters, Hit

PIECES = 2  # of the statements called for, for each company
JUDGED = 30  # passages that a judge reads
_WORD = re.compile(r"\w+")
_EVERYTHING = Filters()

Judge = Callable[[str, Sequence[Passage]], Sequence[float]]  # what to add to the score of each passage for a question


def ranked(
    index: Index, query: Query, *, k: int, filters: Filters = _EVERYTHING, judge: Judge | None = None
) -> list[Hit]:
    """The `k` best passages for a question, among the documents that pass the filters, the first ones as judged."""
    depth = k if judge is None else max(k, JUDGED)
    hits = index.search(query.text, k=depth, filters=filters, called_for=_called_for(index, query, filters))
    if judge is None or not hits:
        return hits
    said = judge(query.text, [hit.passage for hit in hits[:JUDGED]])
    judged = [Hit(hit.passage, hit.score + extra) for hit, extra in zip(hits[:JUDGED], said, strict=True)]
    return [*sorted(judged, key=lambda hit: -hit.score), *hits[JUDGED:]][:k]


def _called_for(index: Index, query: Query, filters: Filters) -> list[int]:
    """The pieces of statements that a question calls for: of each those that hold most of its items, by turns."""
    companies = max(1, len(query.companies))
    if not query.statements or _companies(index, filters) > companies:
        return []
    labels = [[_words(label) for label in item.labels] for item in query.items]
    pieces: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for passage, document, statement, text in index.statement_passages(query.statements, filters=filters):
        pieces[document, statement][passage] = _items_in(text, labels)
    columns = [[i for i, held in found.items() if held == max(found.values())] for found in pieces.values()]
    by_turns = [passage for passage in chain.from_iterable(zip_longest(*columns)) if passage is not None]
    return by_turns[: PIECES * companies]


def _companies(index: Index, filters: Filters) -> int:
    """Of how many companies the documents are that pass; one that names none is its own."""
    passing = set(filters.chosen(index.documents()))
    return len({record.identity.company or record.id for record in index.documents() if record.id in passing})


def _items_in(text: str, items: Sequence[Sequence[frozenset[str]]]) -> float:
    """How many items, each by its labels' words, stand in a piece of a statement; others count by words shared."""
    rows = [_words(line.split(":", 1)[0].casefold()) for line in text.splitlines()]
    return sum(max(_shared(row, label) for row in rows for label in labels) for labels in items)


def _words(label: str) -> frozenset[str]:
    return frozenset(_WORD.findall(label))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of their words that two labels have in common (Jaccard)."""
    return len(one & other) / max(1, len(one | other))
