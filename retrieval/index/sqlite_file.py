"""The truth of an embedded store: one SQLite file. A document with its pages, passages and vectors is one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from retrieval.document import Document, Page
from retrieval.index.codec import (
    decode_identity,
    decode_page,
    decode_segments,
    encode_identity,
    encode_page,
    encode_segments,
)
from retrieval.index.sqlite_connection import Database, Row
from retrieval.index.store import DocumentRecord, Ids, KnownSource, Vectors, text_digest
from retrieval.passage import TEXT_BITS, Passage

FILE = "index.sqlite"
FORMAT = 3

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, identity TEXT NOT NULL, source TEXT NOT NULL,
    pages INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE TABLE sources (
    path TEXT PRIMARY KEY, digest TEXT NOT NULL, document TEXT REFERENCES documents(id), reason TEXT);
CREATE TABLE pages (
    document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, number INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (document, number)) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    page INTEGER NOT NULL, kind TEXT NOT NULL, header TEXT NOT NULL, text TEXT NOT NULL,
    segments TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, statement TEXT);
CREATE INDEX passages_document ON passages(document);
CREATE INDEX passages_statement ON passages(statement, document) WHERE statement IS NOT NULL;
CREATE TABLE vectors (
    passage INTEGER PRIMARY KEY REFERENCES passages(id) ON DELETE CASCADE, digest BLOB NOT NULL, vector BLOB NOT NULL);
CREATE INDEX vectors_digest ON vectors(digest);
CREATE TABLE changes (number INTEGER NOT NULL, document TEXT NOT NULL, added INTEGER NOT NULL);
CREATE INDEX changes_number ON changes(number);
"""


class SqliteFile:
    """Reads and writes the SQLite file; knows nothing of FAISS or tantivy."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Opens the file; `create` makes a new one."""
        self._db = Database(path)
        self._db.run("PRAGMA foreign_keys=ON")
        if create:
            self._db.run("PRAGMA journal_mode=WAL")
            self._db.run_script(f"BEGIN; {_SCHEMA} COMMIT;")
            self.set_meta("format", str(FORMAT))
            self.set_meta("transaction", "0")
        self._db.run("PRAGMA synchronous=FULL")

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def meta(self, key: str) -> str | None:
        """A setting of the index."""
        row = self._db.row("SELECT value FROM meta WHERE key=?", (key,))
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        """Writes a setting."""
        self._db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def transaction(self) -> int:
        """Number of the last transaction that changed documents."""
        return int(self.meta("transaction") or 0)

    def counts(self) -> tuple[int, int]:
        """How many documents and passages there are."""
        ((documents, passages),) = self._db.rows("SELECT count(*), coalesce(sum(passages), 0) FROM documents")
        return documents, passages

    def put(self, document: Document, passages: Sequence[Passage], vectors: Vectors, *, path: str, digest: str) -> None:
        """Writes a document, replacing what its source held before, in one transaction."""
        with self._db.transaction():
            number = self._next_transaction()
            known = self._db.row("SELECT 1 FROM documents WHERE id=?", (document.id,))
            self._release(path, document.id, number)
            if known is None:
                self._insert(document, passages, vectors, number)
            self._db.run("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, NULL)", (path, digest, document.id))

    def put_skipped(self, path: str, digest: str, reason: str) -> None:
        """Remembers a file that cannot be read, so that it is not tried again until it changes."""
        with self._db.transaction():
            number = self._next_transaction()
            self._release(path, None, number)
            self._db.run("INSERT OR REPLACE INTO sources VALUES (?, ?, NULL, ?)", (path, digest, reason))

    def delete(self, document_id: str) -> bool:
        """Deletes a document and forgets its sources; whether it was there."""
        with self._db.transaction():
            if self._db.row("SELECT 1 FROM documents WHERE id=?", (document_id,)) is None:
                return False
            self._db.run("DELETE FROM sources WHERE document=?", (document_id,))
            self._remove(document_id, self._next_transaction())
        return True

    def sources(self) -> dict[str, KnownSource]:
        """What became of each file, by path."""
        rows = self._db.rows("SELECT path, digest, document, reason FROM sources")
        return {path: KnownSource(digest, document, reason) for path, digest, document, reason in rows}

    def documents(self) -> list[DocumentRecord]:
        """All documents, in the order of their ids."""
        rows = self._db.rows("SELECT id, title, identity, source, pages, passages FROM documents ORDER BY id")
        return [DocumentRecord(i, title, decode_identity(d), s, p, n) for i, title, d, s, p, n in rows]

    def page(self, document_id: str, number: int) -> Page:
        """One page.

        Raises:
            KeyError: there is no such document or page.
        """
        row = self._db.row("SELECT data FROM pages WHERE document=? AND number=?", (document_id, number))
        if row is None:
            raise KeyError(f"no page {number} of document {document_id}")
        return decode_page(row[0])

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """The passages with these ids, by id; ids that are gone are left out."""
        rows = self._db.rows(
            "SELECT id, document, page, kind, header, text, segments, start, end, statement "
            "FROM passages WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {
            i: Passage(i, document, page, kind, header, text, decode_segments(segments), start, end, statement)
            for i, document, page, kind, header, text, segments, start, end, statement in rows
        }

    def statement_passages(
        self, statements: Sequence[str], documents: Sequence[str] | None
    ) -> list[tuple[int, str, str, str]]:
        """Passage id, document id, statement and text of the pieces of some statements, in reading order."""
        within = "" if documents is None else " AND document IN (SELECT value FROM json_each(?))"
        values = [json.dumps(list(statements)), *([] if documents is None else [json.dumps(list(documents))])]
        rows = self._db.rows(
            "SELECT id, document, statement, text FROM passages "  # noqa: S608 (a constant)
            f"WHERE statement IN (SELECT value FROM json_each(?)){within} ORDER BY document, page, start",
            values,
        )
        return [(passage, document, statement, text) for passage, document, statement, text in rows]

    def known_vectors(self, digests: Sequence[bytes]) -> Mapping[bytes, bytes]:
        """Vectors of texts that the index has embedded before, by the text's digest."""
        found: dict[bytes, bytes] = {}
        for digest in digests:
            row = self._db.row("SELECT vector FROM vectors WHERE digest=? LIMIT 1", (digest,))
            if row is not None:
                found[digest] = row[0]
        return found

    def vectors(self, documents: Sequence[str] | None = None) -> Iterator[tuple[str, Ids, Vectors]]:
        """Id, passage ids [n] and vectors [n, dimensions] of some or all documents, one document at a time."""
        if documents is None:
            documents = [row[0] for row in self._db.rows("SELECT id FROM documents ORDER BY id")]
        for document in documents:
            rows = self._db.rows(
                "SELECT passage, vector FROM vectors "
                "WHERE passage IN (SELECT id FROM passages WHERE document=?) ORDER BY passage",
                (document,),
            )
            yield document, *_stacked(rows)

    def vectors_of(self, ids: Sequence[int]) -> tuple[Ids, Vectors]:
        """Ids and vectors of those of these passages that are there."""
        return _stacked(
            self._db.rows(
                "SELECT passage, vector FROM vectors WHERE passage IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
        )

    def sample(self, count: int) -> Vectors:
        """Vectors [at most count, dimensions] of passages from everywhere, the same ones each time."""
        # the lower bits of an id are a digest of its text
        rows = self._db.rows(
            "SELECT passage, vector FROM vectors WHERE passage IN (SELECT id FROM passages ORDER BY id & ? LIMIT ?)",
            ((1 << TEXT_BITS) - 1, count),
        )
        return _stacked(rows)[1]

    def changed_since(self, number: int) -> tuple[int, set[str], set[str]]:
        """Transaction reached, documents removed or added, and those added (and still there), after `number`."""
        with self._db.transaction(write=False):
            reached = self.transaction
            rows = self._db.rows("SELECT document, added FROM changes WHERE number>? ORDER BY rowid", (number,))
            last = {document: bool(added) for document, added in rows}
        return reached, set(last), {document for document, added in last.items() if added}

    def texts(self, documents: Sequence[str] | None = None) -> Iterator[tuple[int, str, str]]:
        """Passage id, document id and indexed text of the passages of some or all documents."""
        where = "" if documents is None else " WHERE document IN (SELECT value FROM json_each(?))"
        values = () if documents is None else (json.dumps(list(documents)),)
        rows = self._db.rows(f"SELECT id, document, header, text FROM passages{where}", values)  # noqa: S608
        for passage, document, header, text in rows:
            yield passage, document, f"{header}\n{text}" if header else text

    def problems(self) -> list[str]:
        """What is wrong inside the file; empty where all is well."""
        checks = [str(row[0]) for row in self._db.rows("PRAGMA integrity_check") if row[0] != "ok"]
        checks += [f"foreign key: {row[0]} row {row[1]}" for row in self._db.rows("PRAGMA foreign_key_check")]
        counts = {
            "passages without a vector": "SELECT count(*) FROM passages LEFT JOIN vectors ON passage=id WHERE passage IS NULL",
            "documents with a wrong passage count": "SELECT count(*) FROM documents d WHERE passages != "
            "(SELECT count(*) FROM passages WHERE document=d.id)",
            "documents with a wrong page count": "SELECT count(*) FROM documents d WHERE pages != "
            "(SELECT count(*) FROM pages WHERE document=d.id)",
            "documents without a source": "SELECT count(*) FROM documents d WHERE NOT EXISTS "
            "(SELECT 1 FROM sources WHERE document=d.id)",
        }
        for name, query in counts.items():
            ((count,),) = self._db.rows(query)
            checks += [f"{count} {name}"] if count else []
        return checks

    def _insert(self, document: Document, passages: Sequence[Passage], vectors: Vectors, number: int) -> None:
        self._db.run(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.title,
                encode_identity(document.identity),
                document.source,
                len(document.pages),
                len(passages),
            ),
        )
        self._db.run_many(
            "INSERT INTO pages VALUES (?, ?, ?)",
            ((document.id, page.number, encode_page(page)) for page in document.pages),
        )
        self._db.run_many(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    p.id,
                    p.document_id,
                    p.page,
                    p.kind,
                    p.header,
                    p.text,
                    encode_segments(p.segments),
                    p.start,
                    p.end,
                    p.statement,
                )
                for p in passages
            ),
        )
        self._db.run_many(
            "INSERT INTO vectors VALUES (?, ?, ?)",
            ((p.id, text_digest(p.indexed_text), v.tobytes()) for p, v in zip(passages, vectors, strict=True)),
        )
        self._db.run("INSERT INTO changes VALUES (?, ?, 1)", (number, document.id))

    def _release(self, path: str, keep: str | None, number: int) -> None:
        """Takes a source's former document away, unless it is `keep` or another source has it too."""
        row = self._db.row("SELECT document FROM sources WHERE path=?", (path,))
        self._db.run("DELETE FROM sources WHERE path=?", (path,))
        if row is None or row[0] is None or row[0] == keep:
            return
        if self._db.row("SELECT 1 FROM sources WHERE document=?", (row[0],)) is None:
            self._remove(row[0], number)

    def _remove(self, document_id: str, number: int) -> None:
        self._db.run("INSERT INTO changes VALUES (?, ?, 0)", (number, document_id))
        self._db.run("DELETE FROM documents WHERE id=?", (document_id,))

    def _next_transaction(self) -> int:
        number = self.transaction + 1
        self.set_meta("transaction", str(number))
        return number


def _stacked(rows: Iterable[Row]) -> tuple[Ids, Vectors]:
    pairs = list(rows)
    ids = np.array([pair[0] for pair in pairs], dtype=np.int64)
    if not pairs:
        return ids, np.zeros((0, 0), dtype=np.float32)
    flat = np.frombuffer(b"".join(pair[1] for pair in pairs), dtype=np.float32)
    return ids, flat.reshape(len(pairs), -1)
