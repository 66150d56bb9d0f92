"""Filing text without end, as much of it as is asked for, in files of JSON lines."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from qa.data.filing_texts import filing_texts
from retrieval.files import atomic_file

SHARD = 1 << 26  # bytes of a file
SEED = 7
_POOL = 250  # texts whose sentences are drawn from: drawing is a hundred times as fast as making them up
_SENTENCES = 40  # of a record


def write_filing_text(folder: Path, size: int) -> list[Path]:
    """Files of generated filing text, the same for the same size; each record has a number and its text.

    Args:
        folder: where they go.
        size: bytes of all files together, at least.

    Raises:
        OSError: the disk has no room for them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < size:
        raise OSError(f"{folder} has {free:,} bytes of room for {size:,} bytes of text; give another --work or --size")
    lines = _lines()
    paths: list[Path] = []
    written = 0
    while written < size:
        path = folder / f"filings-{len(paths):03}.jsonl"
        with atomic_file(path) as file:
            own = 0
            while own < min(SHARD, size - written):
                own += file.write(next(lines))
        written += own
        paths.append(path)
    return paths


def _lines() -> Iterator[bytes]:
    rng = random.Random(SEED)
    pool = [
        f"{sentence.rstrip('.')}."
        for text in islice(filing_texts("generated", seed=SEED), _POOL)
        for sentence in text.split(". ")
    ]
    for number in count():
        text = " ".join(rng.choices(pool, k=_SENTENCES))
        yield json.dumps({"id": number, "text": text}).encode() + b"\n"
