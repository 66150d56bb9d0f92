"""BM25 search with tantivy, derived from the store's texts.

`lexical/absorbed.json` says which transaction of the store it has taken over; it is written after
tantivy's own commit, so after a crash the same changes are taken over once more, which does no harm.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrieval.files import remove_leftovers, write_atomically
from retrieval.index.sqlite_file import SqliteFile
from retrieval.index.terms import query_terms, terms

FOLDER = "lexical"
_HEAP = 64_000_000
_ABSORBED = "absorbed.json"


class LexicalIndex:
    """The texts of all passages, searchable."""

    def __init__(self, folder: Path, store: SqliteFile) -> None:
        """Over `folder/lexical`, made where it is missing."""
        self._folder = folder / FOLDER
        self._store = store
        self._tantivy: Any = None
        self._seen = -1

    @property
    def transaction(self) -> int:
        """Number of the last transaction taken over; -1 for none."""
        try:
            return int(json.loads((self._folder / _ABSORBED).read_text())["transaction"])
        except (OSError, ValueError, KeyError, TypeError):
            return -1

    @property
    def behind(self) -> bool:
        """Whether it lacks what the store has, or cannot be opened."""
        return self.transaction != self._store.transaction or self._opened() is None

    def catch_up(self) -> None:
        """Takes over what the store changed; for the index's one writer only."""
        if self.behind:
            done = self.transaction
            self._take_over(done if done <= self._store.transaction else -1)  # else an older store was put back

    def rebuild(self) -> None:
        """Makes it anew from the store; as `catch_up`."""
        self._take_over(-1)

    def _take_over(self, done: int) -> None:
        """Takes over what the store changed after a transaction, or all that it has (-1), in one commit of tantivy's."""
        index = self._opened()
        if index is None:
            index, done = self._fresh(), -1
        reached, touched, added = self._store.changed_since(done)
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        if done < 0:
            writer.delete_all_documents()
            rows = self._store.texts()
        else:
            for document in touched:
                writer.delete_documents_by_term("document", document)
            rows = self._store.texts(sorted(added))
        import tantivy

        for passage, document, text in rows:
            writer.add_document(tantivy.Document(id=passage, document=document, text=" ".join(terms(text))))
        writer.commit()
        writer.wait_merging_threads()
        remove_leftovers(self._folder / _ABSORBED)
        write_atomically(self._folder / _ABSORBED, json.dumps({"transaction": reached}))
        self._tantivy.reload()

    def search(self, question: str, k: int, documents: Sequence[str] | None = None) -> list[tuple[int, float]]:
        """Passage ids and BM25 scores of the `k` best, best first; only of `documents` where given."""
        import tantivy

        index = self._opened()
        words = query_terms(question)
        if index is None or not words or k <= 0 or (documents is not None and not documents):
            return []
        taken_over = self.transaction  # before what is loaded: if it has taken over more since, it is loaded again
        if taken_over != self._seen:
            index.reload()
            self._seen = taken_over
        schema = index.schema
        either = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word, "freq")) for word in words]
        query = tantivy.Query.boolean_query(either)
        if documents is not None:
            chosen = tantivy.Query.const_score_query(
                tantivy.Query.term_set_query(schema, "document", list(documents)), 0.0
            )
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, chosen)])
        searcher = index.searcher()
        hits = searcher.search(query, k).hits
        return [(searcher.doc(address)["id"][0], float(score)) for score, address in hits]

    def problems(self) -> list[str]:
        """Where it differs from the store."""
        import tantivy

        index = self._opened()
        if index is None or self.behind:
            return ["the lexical index is behind the store; run: financeqa index rebuild"]
        index.reload()
        searcher = index.searcher()
        stored = {passage: document for passage, document, _ in self._store.texts()}
        hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs)).hits
        held = [searcher.doc(address) for _, address in hits]
        if len(held) != len(stored) or {d["id"][0]: d["document"][0] for d in held} != stored:
            return [f"tantivy holds {len(held)} passages, the store {len(stored)}; run: financeqa index rebuild"]
        return []

    def _opened(self) -> Any:  # noqa: ANN401 (a tantivy.Index)
        """The index on disk; `None` where it is missing or damaged."""
        import tantivy

        if self._tantivy is None and self._folder.is_dir():
            with contextlib.suppress(ValueError, OSError):
                self._tantivy = tantivy.Index.open(str(self._folder))
        return self._tantivy

    def _fresh(self) -> Any:  # noqa: ANN401
        """An empty index on disk."""
        import tantivy

        self._tantivy = None
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)  # tantivy's watchers may put a lock there even now
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", stored=True, indexed=True)
        schema.add_text_field("document", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        self._tantivy = tantivy.Index(schema.build(), path=str(self._folder))
        return self._tantivy
