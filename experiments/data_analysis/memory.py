"""Memory against the size of the data: streamed, mapped from disk, and held in memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

STREAMED, WITHOUT_TORCH = "streamed", "streamed without torch"
WAYS = (STREAMED, WITHOUT_TORCH, "mapped", "in memory")
BAR = 500_000_000  # bytes that streaming may have resident, whatever the size
_SHARES = (0.25, 0.5, 1.0)  # of the files, for memory against size


@dataclass(frozen=True)
class Reading:
    """Files read to the end in one way. Memory is in bytes.

    Attributes:
        way: one of `WAYS`.
        size: of the files.
        records: read.
        characters: of text read.
        before: resident before the data, with Datasets imported.
        opened: when they are opened and nothing is read: streams have loaded torch by then, where they may.
        resident: at the end, mapped files included.
        own: the part of it that is not shared with files.
        peak: the most at any moment.
        curve: characters read and bytes resident, at points on the way.
        seconds: from opening to the end.
    """

    way: str
    size: int
    records: int
    characters: int
    before: int
    opened: int
    resident: int
    own: int
    peak: int
    curve: Sequence[tuple[int, int]]
    seconds: float


def measure_memory(files: Sequence[Path], cache: Path) -> Iterator[Reading]:
    """Reads a quarter of the files, a half and all of them in each way; of few files only what differs."""
    counts = sorted({max(1, round(share * len(files))) for share in _SHARES})
    for way in WAYS:
        for count in counts:
            yield read_in_process(way, files[:count], cache)


def read_in_process(way: str, files: Sequence[Path], cache: Path) -> Reading:
    """Reads files in a process of its own, so that no other memory is counted.

    Raises:
        RuntimeError: the process ended without a result.
    """
    size = sum(path.stat().st_size for path in files)
    command = [sys.executable, "-m", "experiments.data_analysis.reading", way, str(cache), str(size), *map(str, files)]
    environment = os.environ | ({"USE_TORCH": "0"} if way == WITHOUT_TORCH else {})
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"code {done.returncode}"]
        raise RuntimeError(f"reading {size:,} bytes {way} failed: {said[-1]}")
    return Reading(**json.loads(done.stdout.splitlines()[-1]))


def whole_stream(readings: Iterable[Reading]) -> Reading:
    """The streaming of the most data, which the bar is for."""
    return max((each for each in readings if each.way == STREAMED), key=lambda each: each.size)
