"""Writing files so that a crash or a full disk leaves the old one or the new one, never half of one."""

import glob
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes `content` (text as UTF-8) to `path`, making its folder where it is missing.

    Raises:
        OSError: the folder cannot be written or the disk is full; the old file is then as it was.
    """
    with atomic_file(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def remove_leftovers(path: Path) -> None:
    """Removes what killed processes left of writing `path`. Only for whoever alone writes there."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*"):
        left.unlink()


@contextmanager
def atomic_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that becomes `path` when the context ends well, and is gone where it does not.

    Raises:
        OSError: as `write_atomically`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
