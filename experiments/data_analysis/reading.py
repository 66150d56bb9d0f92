"""Reads files of filing text to the end in one way and says what memory it took; run in a process of its own.

python -m experiments.data_analysis.reading WAY CACHE SIZE FILE...
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import psutil

POINTS = 100  # at which memory is looked at while reading
PIECE = 1 << 20  # bytes of JSON that a stream parses at once; Datasets' own ten times as many take 80 MB more


def read(way: str, cache: str, size: int, files: list[str]) -> dict[str, Any]:
    """Reads all records, and measures.

    Args:
        way: one of `experiments.data_analysis.memory.WAYS`.
        cache: a folder for Arrow files.
        size: bytes of all files.
        files: of JSON lines, each record with a text.

    Returns:
        What `experiments.data_analysis.memory.Reading` has.
    """
    from datasets import disable_progress_bars, load_dataset

    disable_progress_bars()
    process, started = psutil.Process(), time.perf_counter()
    before = process.memory_info().rss
    options: dict[str, Any] = {"streaming": True, "chunksize": PIECE}
    if not way.startswith("streamed"):
        options = {"cache_dir": cache, "keep_in_memory": way == "in memory"}
    data = load_dataset("json", data_files=files, split="train", **options)
    opened = process.memory_info().rss
    records, characters, curve = 0, 0, list[tuple[int, int]]()
    for record in data:
        records, characters = records + 1, characters + len(record["text"])
        if characters >= size * len(curve) / POINTS:
            curve.append((characters, process.memory_info().rss))
    memory = process.memory_info()
    return {
        "way": way,
        "size": size,
        "records": records,
        "characters": characters,
        "before": before,
        "opened": opened,
        "resident": memory.rss,
        "own": memory.rss - memory.shared,
        "peak": _peak(),
        "curve": curve,
        "seconds": time.perf_counter() - started,
    }


def _peak() -> int:
    """The most memory that this process ever had, in bytes: the kernel's own mark, which no sampling can miss."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.split("VmHWM:")[1].split()[0])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])) + "\n")
