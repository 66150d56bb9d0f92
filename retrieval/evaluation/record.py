"""What an evaluation leaves behind: a summary for the terminal, everything in a file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from retrieval.files import write_atomically


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """An evaluation; those that extend it name the fields that only the file has."""

    only_in_file: ClassVar[tuple[str, ...]] = ()

    def summary(self) -> dict[str, object]:
        """What `evaluate --json` prints."""
        return {key: value for key, value in asdict(self).items() if key not in self.only_in_file}

    def write(self, path: Path) -> None:
        """Writes everything as one JSON file."""
        write_atomically(path, json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n")
