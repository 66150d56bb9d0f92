"""Uploads and what became of them: one SQLite file, which all worker processes share, beside the uploaded files.

What is in it when a request is answered survives the end of the process, and another one goes on with it.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any, Literal

from qa.api.limits import MAX_WAITING
from qa.api.problems import Problem
from retrieval.document import Identity
from retrieval.files import atomic_file
from retrieval.index.codec import decode_identity, encode_identity

State = Literal["waiting", "reading", "embedding", "done", "failed"]
FOLDER = "uploads"
_FILE = "uploads.sqlite"
_KEPT = 7 * 24 * 3600.0  # seconds that the end of an upload is remembered
_ABANDONED = 3600.0  # seconds after which a file that nothing knows is nobody's
_SCHEMA = """
CREATE TABLE IF NOT EXISTS uploads (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, suffix TEXT NOT NULL,
    identity TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting', reason TEXT, document TEXT, title TEXT,
    pages INTEGER, embedded INTEGER NOT NULL DEFAULT 0, to_embed INTEGER, tries INTEGER NOT NULL DEFAULT 0,
    changed REAL NOT NULL);
CREATE VIEW IF NOT EXISTS unfinished AS SELECT * FROM uploads WHERE state NOT IN ('done', 'failed');
"""
_COLUMNS = "id, name, suffix, identity, state, reason, document, title, pages, embedded, to_embed, tries"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded.

    Attributes:
        id: 32 hexadecimal digits, drawn by chance.
        name: as the client calls it.
        suffix: of the file that holds it.
        identity: what the client says of it.
        state: how far it is.
        reason: why it failed.
        document: id of what it became.
        title: of the document, from when it is read.
        pages: of the document, from when it is read.
        embedded: passages embedded so far.
        to_embed: passages of the document that the index has not embedded before, from when they are embedded.
        tries: how often its ingest was begun and broke off, but for faults that no file provokes.
    """

    id: str
    name: str
    suffix: str
    identity: Identity
    state: State
    reason: str | None
    document: str | None
    title: str | None
    pages: int | None
    embedded: int
    to_embed: int | None
    tries: int

    @property
    def finished(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state in ("done", "failed")


class UploadStore:
    """The uploads of a service; any thread may ask."""

    def __init__(self, folder: Path) -> None:
        """Over the folder `uploads` in a folder, made where it is missing."""
        self.folder = (folder / FOLDER).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(self.folder / _FILE, timeout=60, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)
        self._db.row_factory = sqlite3.Row
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def accept(self, file: IO[bytes], *, name: str, suffix: str, identity: Identity) -> Upload:
        """Keeps a file to be ingested; once it returns, the upload is not lost.

        Raises:
            Problem: too many are waiting (429).
        """
        ((waiting,),) = self._all("SELECT count(*) FROM unfinished")
        if waiting >= MAX_WAITING:
            raise Problem(
                429,
                "uploads-full",
                f"{waiting} uploads are waiting already; try again later",
                headers={"Retry-After": "30"},
            )
        identifier = secrets.token_hex(16)
        with atomic_file(self.folder / (identifier + suffix)) as kept:
            shutil.copyfileobj(file, kept)
        self._all(
            "INSERT INTO uploads (id, name, suffix, identity, changed) VALUES (?, ?, ?, ?, ?)",
            (identifier, name, suffix, encode_identity(identity), time.time()),
        )
        return Upload(identifier, name, suffix, identity, "waiting", None, None, None, None, 0, None, 0)

    def get(self, identifier: str) -> Upload | None:
        """An upload; `None` where there is none, or none any more."""
        return self._first("uploads WHERE id=?", (identifier,))

    def next_unfinished(self) -> Upload | None:
        """The upload that is not finished and has waited longest, since it came or since an ingest of it was broken off."""
        return self._first("unfinished ORDER BY changed, number LIMIT 1")

    def update(self, upload: Upload, **changed: object) -> None:
        """Writes some of the fields of an upload."""
        names = ", ".join(f"{name}=?" for name in changed)
        values = (*changed.values(), time.time(), upload.id)
        self._all(f"UPDATE uploads SET {names}, changed=? WHERE id=?", values)  # noqa: S608 (names of fields)

    def path(self, upload: Upload) -> Path:
        """The file that holds an upload."""
        return self.folder / (upload.id + upload.suffix)

    def remove(self, paths: Iterable[Path]) -> None:
        """Removes those of these files that were uploaded."""
        for path in paths:
            if path.parent == self.folder:
                path.unlink(missing_ok=True)

    def sweep(self, sources: Collection[str]) -> None:
        """Forgets uploads that ended long ago, and removes files that are neither an upload's nor a document's.

        Args:
            sources: paths that documents of the index were read from; they count by their names, which are drawn by
                chance, for the folder may lie elsewhere now.
        """
        names = {PurePath(source).name for source in sources}
        over = "DELETE FROM uploads WHERE changed<? AND id NOT IN (SELECT id FROM unfinished)"
        self._all(over, (time.time() - _KEPT,))
        for path in self.folder.iterdir():
            if path.name.startswith(_FILE) or path.name in names or self.get(path.name.split(".")[0]) is not None:
                continue
            if path.stat().st_mtime < time.time() - _ABANDONED:
                path.unlink(missing_ok=True)

    def _first(self, of: str, values: tuple[object, ...] = ()) -> Upload | None:
        rows = self._all(f"SELECT {_COLUMNS} FROM {of}", values)  # noqa: S608 (constants)
        if not rows:
            return None
        fields: dict[str, Any] = dict(rows[0])
        return Upload(**{**fields, "identity": decode_identity(fields["identity"])})

    def _all(self, query: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(query, values).fetchall()
