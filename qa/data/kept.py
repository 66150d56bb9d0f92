"""Examples that take minutes to make are made once and kept under `runs/kept`, until the code that makes them changes."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from qa.data.squad_form import Example
from retrieval.data_folder import data_folder
from retrieval.files import write_atomically

FOLDER = Path("runs") / "kept"
_CODE = Path(__file__).resolve().parents[2]
_MAKERS = ("retrieval/**/*.py", "retrieval/**/*.toml", "qa/data/*.py")


def kept_examples(name: str, make: Callable[[], Mapping[str, Iterable[Example]]]) -> list[Example]:
    """The examples called `name`; where they are not kept, all that `make` gives are made and kept.

    Args:
        name: of one of the data sets that `make` gives.
        make: makes several data sets by name, in one pass over the filings.
    """
    mark = _mark()
    path = FOLDER / f"{name}-{mark}.jsonl.gz"
    if not path.is_file():
        for made, examples in make().items():
            lines = "".join(json.dumps(asdict(example)) + "\n" for example in examples)
            write_atomically(FOLDER / f"{made}-{mark}.jsonl.gz", gzip.compress(lines.encode(), mtime=0))
    with gzip.open(path, "rt", encoding="utf-8") as lines_of:
        return [_example(json.loads(line)) for line in lines_of]


def code_digest(patterns: Sequence[str]) -> hashlib._Hash:
    """A digest of code, to be gone on with: of the files that match patterns from the folder of the packages."""
    found = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(_CODE.glob(pattern)):
            found.update(path.read_bytes())
    return found


def _example(record: dict[str, object]) -> Example:
    listed = {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}
    return Example(**listed)  # type: ignore[arg-type]


def _mark() -> str:
    """A digest of the code that makes examples, and of what filings there are."""
    found = code_digest(_MAKERS)
    for path in sorted((data_folder() / "filings_html").rglob("*.html.gz")):
        found.update(f"{path.name} {path.stat().st_size}".encode())
    return found.hexdigest()[:12]
