"""The store on a Milvus server, or on Milvus Lite in a file.

Milvus has no transactions. A document counts once its record stands, which is written after all else and taken
away before: so it is found whole or not at all. What a stopped writer leaves besides is passed over by search, is
overwritten when the same document comes again (ids are made from content), and is removed by `rebuild`.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import numpy as np

from retrieval.document import Document, Page, Statement
from retrieval.index import milvus_schema
from retrieval.index.milvus_connection import BUILDING, Connection, Row, lite_file
from retrieval.index.milvus_rows import (
    document_key,
    document_row,
    page_rows,
    passage_rows,
    read_document,
    read_page,
    read_passage,
    read_source,
    read_vectors,
    record_row,
    source_key,
    source_row,
)
from retrieval.index.store import DocumentRecord, Ids, KnownSource, StoreError, Vectors
from retrieval.index.terms import query_terms, unsplit
from retrieval.passage import Passage
from retrieval.search import Filters

FORMAT = 1
MOST = 16_384  # rows that Milvus gives for one question
_AT_A_TIME = 200  # rows written, or keys asked for
_PAGES = 16  # read at a time
_COMPANIES = 100  # whose partitions a search is told to read at most
_SETTINGS = "settings"

Item = TypeVar("Item")


class MilvusStore:
    """Three collections of a Milvus server as a `retrieval.index.store.Store`."""

    def __init__(self, connection: Connection, *, writable: bool) -> None:
        """Use `MilvusStore.create` or `MilvusStore.open`."""
        self.address = connection.address
        self._milvus = connection
        self._changed = False
        self._records: tuple[int, dict[str, DocumentRecord]] = (-1, {})
        settings = _settings(connection)
        if settings is None:
            connection.close()
            raise connection.missing()
        if settings["format"] != FORMAT:
            connection.close()
            raise StoreError(
                f"{self.address} has format {settings['format']}, this version reads {FORMAT}; ingest again"
            )
        self.model = str(settings["model"])
        for part in ("passages", "pages"):
            connection.call("load_collection", part, patience=BUILDING)
        if writable:
            self._tell()  # a writer that was killed may not have said what it changed

    @classmethod
    def create(cls, address: str, *, model: str, dimensions: int) -> MilvusStore:
        """New, empty collections, opened for writing.

        Those that are whole already are kept, whoever made them: a process that makes the same index at the same time
        may have written to them. Those of a creation that was killed halfway are made anew.
        """
        if cls.exists(address):
            raise StoreError(f"{address} holds an index already; give another name")
        milvus = Connection(address, make=True)
        collections = {
            "passages": milvus_schema.passages(dimensions, lite=milvus.lite),
            "pages": milvus_schema.pages(),
            "records": milvus_schema.records(),
        }
        for part, (schema, indexes) in collections.items():
            if _is_made(milvus, part, schema, indexes):
                continue
            milvus.call("drop_collection", part)
            milvus.call("create_collection", part, schema=schema, num_shards=1, consistency_level="Strong")
            milvus.call("create_index", part, index_params=indexes, sync=False)  # there is nothing yet to wait for
        if _settings(milvus) is None:
            settings = json.dumps({"format": FORMAT, "model": model})
            milvus.call("upsert", "records", [record_row(_SETTINGS, "settings", "", settings)])
        store = cls(milvus, writable=True)
        if store.model != model:
            store.close()
            raise StoreError(f"{address} has just been made with another model; give another name")
        return store

    @classmethod
    def open(cls, address: str, *, writable: bool = False) -> MilvusStore:
        """The collections of a server or file. Any number of processes may write to a server's, other documents each."""
        return cls(Connection(address), writable=writable)

    @classmethod
    def exists(cls, address: str) -> bool:
        """Whether the server has them."""
        file = lite_file(address)
        if file is not None and not file.exists():
            return False
        milvus = Connection(address)
        try:
            return _settings(milvus) is not None
        finally:
            milvus.close()

    def close(self) -> None:
        """Lets the server build the indexes of what was written, and ends the connection."""
        try:
            if self._changed and not self._milvus.lost:
                for part in ("passages", "pages"):
                    self._milvus.call("flush", part, patience=BUILDING)
        finally:
            self._milvus.close()

    # --- writing

    def put(self, document: Document, passages: Sequence[Passage], vectors: Vectors, *, path: str, digest: str) -> None:
        """Writes a document: its parts, then its record and source in one request, then what it replaces goes."""
        rows = []
        if self._get(document_key(document.id)) is None:
            fitting = list(passage_rows(document, passages, vectors))
            self._write("passages", fitting)
            self._write("pages", page_rows(document))
            rows = [document_row(document, len(fitting))]
        self._put_source(path, KnownSource(digest, document.id, None), rows)

    def put_skipped(self, path: str, digest: str, reason: str) -> None:
        """Remembers a file that cannot be read."""
        self._put_source(path, KnownSource(digest, None, reason), [])

    def delete(self, document_id: str) -> bool:
        """Deletes a document; whether it was there."""
        if self._get(document_key(document_id)) is None:
            return False
        self._forget(document_id)
        self._milvus.call("delete", "records", filter=f"{_is('document', [document_id])} and {_is('kind', ['source'])}")
        self._tell()
        self._clear(document_id)
        return True

    def rebuild(self) -> None:
        """Removes what stopped writers left, while nobody writes. Milvus sees to its indexes itself."""
        held = self._held()
        for part in ("passages", "pages"):
            left = {row["document"] for row in self._milvus.rows(part, "", ["document"])} - held.keys()
            for document in left:
                self._milvus.call("delete", part, filter=_is("document", [document]))
        unsourced = held.keys() - {source.document for source in self.sources().values()}
        for document in unsourced:
            self._forget(document)
        self._tell()
        for document in unsourced:
            self._clear(document)

    def _put_source(self, path: str, source: KnownSource, rows: list[dict[str, Any]]) -> None:
        """Notes what became of a file together with `rows`, and takes away what it held before."""
        former = self._get(source_key(path))
        leaving = None if former is None else read_source(former)[1].document
        if leaving == source.document or (leaving is not None and self._has_other_source(leaving, path)):
            leaving = None
        if leaving is not None:
            self._forget(leaving)
        self._write("records", [*rows, source_row(path, source)])
        self._tell()
        if leaving is not None:
            self._clear(leaving)

    def _has_other_source(self, document: str, path: str) -> bool:
        condition = f"{_is('document', [document])} and {_is('kind', ['source'])}"
        return any(row["id"] != source_key(path) for row in self._milvus.rows("records", condition, ["id"]))

    def _write(self, part: str, rows: Iterable[dict[str, Any]]) -> None:
        self._changed = True
        for some in _batches(rows, _AT_A_TIME):
            self._milvus.call("upsert", part, some)

    def _forget(self, document: str) -> None:
        """From here on a document does not count."""
        self._milvus.call("delete", "records", ids=[document_key(document)])

    def _clear(self, document: str) -> None:
        """Removes the parts of a document."""
        for part in ("passages", "pages"):
            self._milvus.call("delete", part, filter=_is("document", [document]))

    def _tell(self) -> None:
        """Lets all readers know that documents changed; before a document's parts go, which they look for until then."""
        self._write("records", [record_row("version", "settings", "", str(secrets.randbits(62)))])

    # --- reading

    @property
    def version(self) -> int:
        """Drawn anew with every change."""
        return int(self._get("version") or 0)

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        return list(self._held().values())

    def sources(self) -> dict[str, KnownSource]:
        """What became of each file; one whose document is gone is not known."""
        held = self._held()
        rows = self._milvus.rows("records", _is("kind", ["source"]), ["data"])
        known = dict(read_source(row["data"]) for row in rows)
        return {path: source for path, source in known.items() if source.document is None or source.document in held}

    def pages(self, document_id: str, numbers: Sequence[int]) -> Iterator[Page]:
        """Pages of a document."""
        held = self._held()
        for some in _batches(numbers, _PAGES):
            condition = f"{_is('document', [document_id])} and {_is('number', some)}"
            parts: dict[int, dict[int, str]] = defaultdict(dict)
            for row in self._milvus.rows("pages", condition, ["number", "part", "data"]):
                parts[row["number"]][row["part"]] = row["data"]
            for number in some:
                if number not in parts or document_id not in held:
                    raise KeyError(f"no page {number} of document {document_id}")
                yield read_page(data for _, data in sorted(parts[number].items()))

    def contents(self, document_id: str) -> tuple[list[Passage], Vectors]:
        """The passages of a document and their vectors."""
        found = self._milvus.rows("passages", _is("document", [document_id]), ["id", "passage", "vector"])
        rows = sorted(found, key=lambda row: int(row["id"]))
        return [read_passage(row) for row in rows], read_vectors(rows)

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages with these ids, by id."""
        return {row["id"]: read_passage(row) for row in self._by_id(ids, "passage")}

    def vectors_of(self, ids: Sequence[int]) -> tuple[Ids, Vectors]:
        """Ids and vectors of those of these passages that are there."""
        rows = self._by_id(ids, "vector")
        return np.array([row["id"] for row in rows], dtype=np.int64), read_vectors(rows)

    def known_vectors(self, digests: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Vectors of texts that were embedded before, by the text's digest; some may be missed where many are held."""
        found: dict[bytes, bytes] = {}
        for some in _batches((digest.hex() for digest in digests), _AT_A_TIME):
            rows = self._milvus.call(
                "query", "passages", filter=_is("digest", some), output_fields=["digest", "vector"], limit=MOST
            )
            found |= {bytes.fromhex(row["digest"]): np.array(row["vector"], dtype=np.float32).tobytes() for row in rows}
        return found

    def nearest(self, vector: Vectors, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Ids and cosines of the `k` nearest passages."""
        return self._search(vector.tolist(), "vector", k, filters)

    def best_matches(self, question: str, k: int, filters: Filters) -> list[tuple[int, float]]:
        """Ids and BM25 scores of the `k` best passages."""
        words = " ".join(map(unsplit, query_terms(question)))
        found = self._search(words, "bm25", k, filters) if words else []
        return [(passage, abs(score)) for passage, score in found]  # Milvus Lite gives them with a minus

    def statement_passages(self, statements: Sequence[Statement], filters: Filters) -> list[tuple[int, str, str, str]]:
        """Passage id, document id, statement and text of the pieces of some statements."""
        held = self._held()
        condition = " and ".join((_is("statement", statements), *self._conditions(filters)))
        found = [read_passage(row) for row in self._milvus.rows("passages", condition, ["passage"])]
        found = [passage for passage in found if passage.document_id in held]
        found.sort(key=lambda passage: (passage.document_id, passage.page, passage.start))
        return [(p.id, p.document_id, str(p.statement), p.text) for p in found]

    def verify(self) -> list[str]:
        """What is wrong: parts of documents that are missing, or left of documents that do not count."""
        held, found = self._held(), []
        passages = Counter(row["document"] for row in self._milvus.rows("passages", "", ["document"]))
        pages = self._whole_pages()
        for record in held.values():
            stored, right = (passages[record.id], pages[record.id]), (record.passages, record.pages)
            if stored != right:
                found.append(
                    f"document {record.id} has {stored[0]} passages and {stored[1]} pages, its record says {right[0]} and "
                    f"{right[1]}; delete it and ingest it again"
                )
        left = (passages.keys() | pages.keys()) - held.keys()
        unsourced = held.keys() - {source.document for source in self.sources().values()}
        for documents, what in (
            (left, "parts of {} documents that do not count"),
            (unsourced, "{} documents without a source"),
        ):
            if documents:
                found.append(f"{what.format(len(documents))}, left by a stopped writer; run: financeqa index rebuild")
        return found

    def _whole_pages(self) -> Counter[str]:
        """How many pages each document has of which all parts are there."""
        parts = Counter[tuple[str, int, int]]()
        for row in self._milvus.rows("pages", "", ["document", "number", "parts"]):
            parts[row["document"], row["number"], row["parts"]] += 1
        whole = Counter[str]()
        for (document, _, wanted), stored in parts.items():
            whole[document] += stored == wanted
        return whole

    def _search(self, asked: str | list[float], field: str, k: int, filters: Filters) -> list[tuple[int, float]]:
        """The `k` best of passages whose documents count, best first; more are asked for where others come first."""
        held, limit = self._held(), min(k, MOST)
        while limit > 0:
            (hits,) = self._milvus.call(
                "search",
                "passages",
                data=[asked],
                anns_field=field,
                limit=limit,
                filter=" and ".join(self._conditions(filters)),
                output_fields=["document"],
            )
            kept = [(hit["id"], float(hit["distance"])) for hit in hits if hit["entity"]["document"] in held]
            if len(kept) >= k or len(hits) < limit or limit == MOST:
                return kept[:k]
            limit = min(2 * limit, MOST)
        return []

    def _conditions(self, filters: Filters) -> list[str]:
        """Filters as Milvus has them: forms as they are held; the companies of a few documents, for their partitions."""
        held = self._held()
        forms = {r.identity.form or "" for name in filters.forms for r in held.values() if r.identity.is_form(name)}
        companies, documents = filters.companies, filters.documents
        if documents and not companies:
            own = {held[document].identity.company or "" for document in documents if document in held}
            companies = tuple(sorted(own)) if len(own) <= _COMPANIES else ()
        if held.keys() <= set(documents):
            documents = ()
        wanted: dict[str, Sequence[str | int]] = {
            "company": companies,
            "document": documents,
            "form": sorted(forms.union(filters.forms)),
            "fiscal_year": filters.fiscal_years,
            "quarter": filters.quarters,
        }
        return [_is(field, values) for field, values in wanted.items() if values]

    def _held(self) -> dict[str, DocumentRecord]:
        """The documents that count, by id, in the order of their ids."""
        number = self.version
        if number != self._records[0]:
            rows = self._milvus.rows("records", _is("kind", ["document"]), ["data"])
            records = sorted((read_document(row["data"]) for row in rows), key=lambda record: record.id)
            self._records = (number, {record.id: record for record in records})
        return self._records[1]

    def _get(self, key: str) -> str | None:
        """The data of a record."""
        return _data(self._milvus, key)

    def _by_id(self, ids: Sequence[int], field: str) -> list[Row]:
        """A field of the passages with these ids."""
        return [
            row
            for some in _batches(ids, _AT_A_TIME)
            for row in self._milvus.call("get", "passages", ids=some, output_fields=["id", field])
        ]


def _is_made(milvus: Connection, part: str, schema: Any, indexes: Any) -> bool:  # noqa: ANN401 (pymilvus' own)
    """Whether a collection is there with all indexes and these fields, of these dimensions."""
    if not milvus.call("has_collection", part) or len(milvus.call("list_indexes", part)) < len(indexes):
        return False
    fields = milvus.call("describe_collection", part)["fields"]
    made = {field["name"]: field.get("params", {}).get("dim") for field in fields}
    return made == {field.name: field.params.get("dim") for field in schema.fields}


def _settings(milvus: Connection) -> dict[str, Any] | None:
    """Format and model; `None` where there is no index."""
    if not (milvus.call("has_collection", "records") and milvus.call("list_indexes", "records")):
        return None
    milvus.call("load_collection", "records", patience=BUILDING)
    data = _data(milvus, _SETTINGS)
    return None if data is None else json.loads(data)


def _data(milvus: Connection, key: str) -> str | None:
    rows = milvus.call("get", "records", ids=[key], output_fields=["data"])
    return str(rows[0]["data"]) if rows else None


def _is(field: str, values: Iterable[str | int]) -> str:
    """The condition that a field is one of some values."""
    return f"{field} in {json.dumps(list(values), ensure_ascii=False)}"


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
