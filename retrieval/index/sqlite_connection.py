"""A connection to a SQLite file: rows, transactions, errors in one line that names the fix."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from retrieval.index.store import StoreBusyError, StoreError

_PATIENCE = 60  # seconds for which a file that another process has locked is asked again

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_ADVICE = {
    **dict.fromkeys(_BUSY, "another process has locked it, wait for that or stop it"),
    **dict.fromkeys(_FORBIDDEN, "see that this user may read and write it and its folder"),
    **dict.fromkeys(_DAMAGED, "it is damaged, delete the folder and ingest again"),
    sqlite3.SQLITE_FULL: "make room and give the command again, which goes on with what is missing",
}

Row = tuple[Any, ...]
Values = Sequence[Any]


class Database:
    """A SQLite file. Every method raises `StoreError` where SQLite does, `StoreBusyError` where it is locked."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made where it is missing."""
        self._path = path
        with self._told():
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def run(self, statement: str, values: Values = ()) -> None:
        """Does what a statement says."""
        with self._told():
            self._db.execute(statement, values)

    def run_many(self, statement: str, rows: Iterable[Values]) -> None:
        """Does it for each row of values."""
        with self._told():
            self._db.executemany(statement, rows)

    def run_script(self, script: str) -> None:
        """Does what several statements say."""
        with self._told():
            self._db.executescript(script)

    def row(self, query: str, values: Values = ()) -> Row | None:
        """The first row of a query; `None` where there is none."""
        with self._told():
            row: Row | None = self._db.execute(query, values).fetchone()
            return row

    def rows(self, query: str, values: Values = ()) -> Iterator[Row]:
        """The rows of a query, read as they are wanted."""
        with self._told():
            yield from self._db.execute(query, values)

    @contextmanager
    def transaction(self, *, write: bool = True) -> Iterator[None]:
        """What is done while it lasts is done wholly or not at all."""
        self.run("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # SQLite itself ends it where the disk is full
                self.run("ROLLBACK")
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of SQLite with what to do about them."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bits tell more than is needed
            kind = StoreBusyError if code in _BUSY else StoreError
            advice = f"; {_ADVICE[code]}" if code in _ADVICE else ""
            raise kind(f"{self._path} cannot be used: {error}{advice}") from error
