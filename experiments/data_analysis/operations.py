"""What the operations of Datasets do and cost on the questions: seconds, rows, and memory of the process after each."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from experiments.data_analysis.described import describe

if TYPE_CHECKING:
    from datasets import Dataset

SEED = 7
_SHARES = (0.75, 0.25)  # of general text and questions when they are interleaved
_MIXED = 2000  # rows drawn from the mixture


@dataclass(frozen=True)
class Operation:
    """One operation, as measured.

    Attributes:
        call: as one writes it.
        does: what came of it.
        seconds: on the clock.
        rows: that it worked on.
        resident: megabytes of the process after it.
    """

    call: str
    does: str
    seconds: float
    rows: int
    resident: float


def measure_operations(questions: Dataset, texts: list[Path], folder: Path) -> list[Operation]:
    """Each operation once, on all questions.

    Args:
        questions: as `finance_questions` gives them.
        texts: files of filing text, to stream.
        folder: empty, for what is saved.
    """
    rows = len(questions)
    found: list[Operation] = []

    def timed(call: str, work: Callable[[], Any], does: Callable[[Any], str], rows: int = rows) -> Any:  # noqa: ANN401
        started = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - started
        found.append(Operation(call, does(result), seconds, rows, psutil.Process().memory_info().rss / 1e6))
        return result

    def added(data: Dataset) -> str:
        return f"{len(data.column_names) - len(questions.column_names)} columns more"

    timed("map(f)", lambda: questions.map(_describe_one), added)
    described = timed(
        "map(f, batched=True, batch_size=1000)", lambda: questions.map(describe, batched=True, batch_size=1000), added
    )
    timed("map(f, batched=True, num_proc=2)", lambda: questions.map(describe, batched=True, num_proc=2), added)
    timed("filter(g)", lambda: described.filter(_is_long), _kept)
    timed("filter(g, batched=True)", lambda: described.filter(_are_long, batched=True), _kept)
    timed('unique("document")', lambda: described.unique("document"), lambda values: f"{len(values):,} documents")
    ordered = timed(
        'sort("tokens", reverse=True)',
        lambda: described.sort("tokens", reverse=True),
        lambda data: f"longest: {data[0]['tokens']:,} tokens",
    )
    shuffled = timed(
        f"shuffle(seed={SEED})",
        lambda: ordered.shuffle(seed=SEED),
        lambda data: f"an index over the same table; first id {data[0]['id']}",
    )
    timed(
        "read the shuffled, row by row",
        lambda: sum(1 for _ in shuffled),
        lambda count: f"{count:,} rows, each from elsewhere on disk",
    )
    timed(
        "flatten_indices(), then read",
        lambda: sum(1 for _ in shuffled.flatten_indices()),
        lambda count: f"{count:,} rows, written in their new order first",
    )
    timed("select(range(1000))", lambda: ordered.select(range(min(1000, rows))), _kept)
    timed(
        'add_column("fold", ...)',
        lambda: described.add_column("fold", [number % 5 for number in range(rows)]),
        lambda data: f"{len(data.column_names)} columns",
    )
    timed(
        'set_format("pandas"), whole',
        lambda: _in_pandas(described),
        lambda frame: f"a frame of {frame.memory_usage(deep=True).sum() / 1e6:,.0f} MB",
    )
    saved = folder / "saved"
    timed("save_to_disk(folder)", lambda: described.save_to_disk(str(saved)), lambda _: f"{_megabytes(saved):,.0f} MB")
    timed("load_from_disk(folder)", lambda: _loaded(saved), lambda data: f"{len(data):,} rows, mapped and not read")
    timed(
        "load_dataset(streaming=True), 1000 rows",
        lambda: list(_stream(texts).take(1000)),
        lambda found: f"{sum(len(row['text']) for row in found):,} characters",
        1000,
    )
    timed(
        "interleave_datasets, probabilities 0.75 and 0.25",
        lambda: _interleaved(texts, described),
        lambda share: f"{100 * share:.1f}% of {_MIXED:,} rows are questions",
        _MIXED,
    )
    return found


def _describe_one(row: dict[str, Any]) -> dict[str, Any]:
    """`describe` of one row."""
    return {name: values[0] for name, values in describe({name: [value] for name, value in row.items()}).items()}


def _is_long(row: dict[str, Any]) -> bool:
    return int(row["tokens"]) > 512


def _are_long(batch: dict[str, list[int]]) -> list[bool]:
    return [tokens > 512 for tokens in batch["tokens"]]


def _kept(data: Dataset) -> str:
    return f"{len(data):,} rows"


def _in_pandas(data: Dataset) -> Any:  # noqa: ANN401 (a data frame)
    data = data.select_columns(data.column_names)  # set_format changes the data set itself, so a view of it
    data.set_format("pandas")
    return data[:]


def _loaded(folder: Path) -> Dataset:
    from datasets import Dataset

    return Dataset.load_from_disk(str(folder))


def _stream(texts: list[Path]) -> Any:  # noqa: ANN401 (an IterableDataset)
    from datasets import load_dataset

    return load_dataset("json", data_files=[str(path) for path in texts], split="train", streaming=True)


def _interleaved(texts: list[Path], questions: Dataset) -> float:
    """The share of questions in a mixture of filing text, streamed, and questions."""
    from datasets import interleave_datasets

    asked = questions.select_columns("context").rename_column("context", "text").to_iterable_dataset()
    general = _stream(texts).select_columns("text")
    marked = [data.map(lambda row, own=own: {"asked": own}) for own, data in enumerate((general, asked))]
    mixed = interleave_datasets(marked, probabilities=list(_SHARES), seed=SEED, stopping_strategy="first_exhausted")
    drawn = [row["asked"] for row in mixed.take(_MIXED)]
    return float(sum(drawn) / len(drawn))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
