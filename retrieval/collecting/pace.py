"""When the next request may go out, over all processes of a machine: what is limited is the address they share."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from pathlib import Path

INTERVAL = 1 / 8  # seconds; fewer than 10 in any second, also where the network delays one of them


def machine_file() -> Path:
    """The file by which this user's processes take turns."""
    return Path(tempfile.gettempdir()) / f"financeqa-edgar-{os.getuid()}"


class Pace:
    """Turns at least `INTERVAL` apart; the file's time of change is when the last one was."""

    def __init__(self, path: Path | None = None) -> None:
        """Over a file that is made where it is missing."""
        self._path = path or machine_file()

    def wait(self) -> None:
        """Returns when it is this process's turn.

        Raises:
            OSError: the file cannot be written.
        """
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            due = os.fstat(handle).st_mtime + INTERVAL
            time.sleep(min(max(0.0, due - time.time()), INTERVAL))  # no longer, should the clock have been set back
            now = time.time_ns()
            os.utime(handle, ns=(now, now))
        finally:
            os.close(handle)
