"""The parts of search, each of which can be taken out of it alone.

Some work when a question is asked: without them the same index is searched. Others shape what is indexed: without
them the index is made again, from the pages that the whole one holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from qa.data.table_lookup import as_printed
from retrieval.bundled import BUNDLED
from retrieval.document import Document, Page, Table
from retrieval.embedding import Embedder
from retrieval.index.index import Index
from retrieval.passage import Passage
from retrieval.passages import passages_of, shortened
from retrieval.query import Query
from retrieval.search import CALLED_FOR, Fusion, fuse

RANK_CONSTANT = 60  # of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)

Rewrite = Callable[[Document, Passage], Passage]

lexical_only: Fusion = partial(fuse, semantic=0.0)
semantic_only: Fusion = partial(fuse, semantic=1.0)


@dataclass(frozen=True)
class Part:
    """One part of search, by what is put in its place when it is taken out.

    Attributes:
        name: of the part.
        instead: what happens without it.
        understood: what search is told of what the question names.
        fusion: how cosines and BM25 become one order.
        judged: whether the reader judges the first passages.
        encoder: what embeds passages and questions.
        rewrite: how passages are indexed; `None` leaves them.
    """

    name: str
    instead: str
    understood: Callable[[Query], Query] = lambda query: query
    fusion: Fusion = fuse
    judged: bool = True
    encoder: str | None = None
    rewrite: Rewrite | None = None

    @property
    def reindexes(self) -> bool:
        """Whether it needs an index of its own."""
        return self.encoder is not None or self.rewrite is not None

    def index(self, whole: Path, folder: Path) -> Index:
        """An index without the part, opened: the whole one, or one made in `folder` where it is not there yet."""
        if not self.reindexes:
            index = Index.open(whole)
        else:
            embedder = Embedder(self.encoder) if self.encoder else Embedder()
            index = Index.open_or_create(folder, embedder=embedder)
            self._fill(index, whole)
        index.fuse = self.fusion
        return index

    def _fill(self, index: Index, whole: Path) -> None:
        """Adds what the whole index has and this one lacks."""
        if self.rewrite is not None:
            rewrite = self.rewrite
            index.passages_of = lambda document: [rewrite(document, passage) for passage in passages_of(document)]
        known = {record.id for record in index.documents()}
        with Index.open(whole) as source:
            for record in source.documents():
                if record.id not in known:
                    index.add(source.document(record), path=record.source, digest=record.id)


def without_header(_: Document, passage: Passage) -> Passage:
    """No header line."""
    return replace(passage, header="")


def without_title(document: Document, passage: Passage) -> Passage:
    """Pieces of tables without title, statement and unit in their header line."""
    table = _table(document.pages[passage.page - 1], passage)
    if table is None:
        return passage
    own = {shortened(table.title), table.statement, shortened(table.unit_line)}
    return replace(passage, header=" | ".join(part for part in passage.header.split(" | ") if part not in own))


def reciprocal_ranks(
    cosines: Mapping[int, float], bm25: Mapping[int, float], called_for: Collection[int] = ()
) -> list[tuple[int, float]]:
    """Reciprocal rank fusion, scaled so that first in both is worth 1."""
    scores = {i: CALLED_FOR * (i in called_for) for i in cosines}
    for found in (cosines, bm25):
        for rank, i in enumerate(sorted(found, key=lambda i: (-found[i], i)), start=1):
            scores[i] += 0.5 * (RANK_CONSTANT + 1) / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def _table(page: Page, passage: Passage) -> Table | None:
    return next((table for table in page.tables if table.start <= passage.start < table.end), None)


PARTS = (
    Part("companies of the question", "not read", lambda q: replace(q, companies=(), mentions=())),
    Part(
        "periods and form of the question",
        "not read",
        lambda q: replace(q, fiscal_years=(), quarter=None, form=None, assumed=()),
    ),
    Part("statements called for", "none", lambda q: replace(q, statements=())),
    Part("line items", "not looked up in statements", lambda q: replace(q, items=())),
    Part("semantic search", "BM25 alone", fusion=lexical_only),
    Part("lexical search", "cosine alone", fusion=semantic_only),
    Part("convex fusion", "reciprocal ranks", fusion=reciprocal_ranks),
    Part("reader as judge", "none", judged=False),
    Part("fine-tuned encoder", BUNDLED, encoder=BUNDLED),
    Part("header line", "none", rewrite=without_header),
    Part("title, statement and unit in it", "none", rewrite=without_title),
    Part("rows in words", "as printed", rewrite=as_printed),
)
WHOLE = Part("everything", "")
