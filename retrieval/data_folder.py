"""Where the data sets lie, and how their files are read.

Knows nothing of what the records mean: `qa.data.squad_form` does.
"""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"


class MissingDataError(FileNotFoundError):
    """A data set is not on this machine; the message says how to get it."""


def data_folder() -> Path:
    """The folder that holds the data sets: `$FINANCEQA_DATA`, else `../shared/data`."""
    return Path(os.environ.get("FINANCEQA_DATA") or DEFAULT_FOLDER)


def data_file(dataset: str, split: str) -> Path:
    """The path of one split, checked to exist.

    Raises:
        MissingDataError: the file is not there.
    """
    path = data_folder() / dataset / f"{split}.jsonl.gz"
    if not path.is_file():
        raise MissingDataError(
            f"no data for {dataset}/{split}: {path} does not exist. Put the gzipped JSON lines "
            f"there, or set FINANCEQA_DATA to the folder that holds {dataset}/"
        )
    return path


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """The records of one file of JSON lines, gzipped or not, one at a time.

    Raises:
        ValueError: a line is not JSON; the message names file and line.
    """
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}, line {number}: not a JSON record: {error}") from error
