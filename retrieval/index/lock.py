"""One writer at a time, across processes: a lock that ends with the process that holds it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

FILE = "writer.lock"


class WriterLock:
    """The lock of one index folder, or of a task in it that one process at a time sees to."""

    def __init__(self, folder: Path, name: str = FILE) -> None:
        """Over a file of this name in the folder, made where it is missing."""
        self._path = folder / name
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Whether this process is now the writer, and no other is.

        Raises:
            OSError: the folder cannot be written, or its file system has no locks.
        """
        if self._handle is None:
            handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o644)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            except OSError as error:
                os.close(handle)
                reason = f"{self._path} cannot be locked ({error.strerror})"
                raise OSError(f"{reason}; use a folder on a file system with locks") from error
            self._handle = handle
        return True

    def release(self) -> None:
        """Lets others write."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
