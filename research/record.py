"""Reads a record: a TOML file that holds what its model says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

Record = TypeVar("Record", bound=BaseModel)


def read_record(path: Path, model: type[Record], fault: type[ValueError]) -> Record:
    """Reads and checks a record.

    Raises:
        ValueError: of the kind `fault`, with the file's name: it is no valid record.
    """
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise fault(f"{path}: {error}") from error
