"""The files of a folder with their checksums, in the form that `sha256sum --check` reads."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from retrieval.bundled import file_digest
from retrieval.files import write_atomically

SUMS = ".collect/SHA256SUMS"
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>[^\n]+)")


class CheckedFiles:
    """Files by their names relative to a folder. One that was not written whole, or changed since, is not held."""

    def __init__(self, folder: Path) -> None:
        """Of a folder, with what an earlier process wrote in it."""
        self._folder = folder
        self._sums: dict[str, str] = {}
        if (folder / SUMS).is_file():
            text = (folder / SUMS).read_text(encoding="utf-8", errors="replace")
            self._sums = {found["name"]: found["digest"] for found in _LINE.finditer(text)}

    def holds(self, name: str) -> bool:
        """Whether a file is there as it was written."""
        path = self._folder / name
        return name in self._sums and path.is_file() and file_digest(path) == self._sums[name]

    def digest(self, name: str) -> str:
        """The sha256 of a file that was written."""
        return self._sums[name]

    def write(self, name: str, content: bytes) -> None:
        """Writes a file, then its checksum: a process that is killed in between has not written it.

        Raises:
            OSError: the disk is full or the folder cannot be written.
        """
        write_atomically(self._folder / name, content)
        self._sums[name] = hashlib.sha256(content).hexdigest()
        lines = [f"{digest}  {each}\n" for each, digest in sorted(self._sums.items())]
        write_atomically(self._folder / SUMS, "".join(lines))
