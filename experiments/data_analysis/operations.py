"""What the operations of Datasets do and cost on the questions: seconds, rows, and memory of the process after each."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from experiments.data_analysis.described import describe

if TYPE_CHECKING:
    from datasets import Dataset

SEED = 7
LONG = 512  # tokens
_SHARES = (0.75, 0.25)  # of filing text and questions when they are interleaved
_MIXED = 2000  # rows drawn from the mixture
_STREAMED = 1000
READS = 3  # the quickest of which is told


@dataclass(frozen=True)
class Operation:
    """One operation, as measured.

    Attributes:
        call: as one writes it.
        gives: what came of it.
        seconds: on the clock.
        rows: that it worked on.
        resident: bytes of the process after it.
    """

    call: str
    gives: str
    seconds: float
    rows: int
    resident: int


@dataclass(frozen=True)
class Stopwatch:
    """Times operations one after the other.

    Attributes:
        rows: that they work on.
        found: what was timed so far.
    """

    rows: int
    found: list[Operation] = field(default_factory=list)

    def timed(
        self, call: str, work: Callable[[], Any], gives: Callable[[Any], str], rows: int = 0, tries: int = 1
    ) -> Any:  # noqa: ANN401
        """The result of some work, whose time and memory are kept.

        Args:
            call: as one writes it.
            work: what is timed.
            gives: the result in words.
            rows: that it works on, where these are not all.
            tries: how often it is done; the least time counts.
        """
        seconds = float("inf")
        for _ in range(tries):
            started = time.perf_counter()
            result = work()
            seconds = min(seconds, time.perf_counter() - started)
        resident = psutil.Process().memory_info().rss
        self.found.append(Operation(call, gives(result), seconds, rows or self.rows, resident))
        return result


def measure_operations(questions: Dataset, texts: list[Path], folder: Path) -> list[Operation]:
    """Each operation on all questions, once, as a second time would find it in the cache; reading several times.

    Args:
        questions: as `finance_questions` gives them.
        texts: files of filing text, to stream.
        folder: for what is saved.
    """
    watch = Stopwatch(len(questions))
    described = _mapped(watch, questions)
    _chosen(watch, described)
    _ordered(watch, described)
    _stored(watch, described, folder / "saved")
    _streamed(watch, described, texts)
    return watch.found


def _mapped(watch: Stopwatch, questions: Dataset) -> Dataset:
    def added(data: Dataset) -> str:
        return f"{len(data.column_names) - len(questions.column_names)} columns more"

    anew: dict[str, Any] = {"load_from_cache_file": False}  # else what was made before is found again
    watch.timed("map(f)", lambda: questions.map(_describe_one, **anew), added)
    watch.timed(
        "map(f, batched=True, num_proc=2)",
        lambda: questions.map(describe, batched=True, num_proc=2, **anew),
        added,
    )
    described = watch.timed("map(f, batched=True)", lambda: questions.map(describe, batched=True, **anew), added)
    watch.timed("the same again, found in the cache", lambda: questions.map(describe, batched=True), added)
    return described


def _chosen(watch: Stopwatch, data: Dataset) -> None:
    folds = [number % 5 for number in range(len(data))]
    watch.timed("filter(g)", lambda: data.filter(_is_long), _kept)
    watch.timed("filter(g, batched=True)", lambda: data.filter(_are_long, batched=True), _kept)
    watch.timed('unique("document")', lambda: data.unique("document"), lambda values: f"{len(values):,} documents")
    watch.timed("select(range(1000))", lambda: data.select(range(min(1000, len(data)))), _kept)
    watch.timed(
        'add_column("fold", list)',
        lambda: data.add_column("fold", folds),
        lambda found: f"{len(found.column_names)} columns",
    )


def _ordered(watch: Stopwatch, data: Dataset) -> None:
    ordered = watch.timed(
        'sort("tokens", reverse=True)',
        lambda: data.sort("tokens", reverse=True),
        lambda found: f"an order; the longest has {found[0]['tokens']:,} tokens",
    )
    shuffled = watch.timed(
        f"shuffle(seed={SEED})",
        lambda: ordered.shuffle(seed=SEED),
        lambda found: f"an order; {found[0]['id']} is first",
    )
    watch.timed("read, as shuffled", lambda: _read(shuffled), _counted, tries=READS)
    flat = watch.timed("flatten_indices()", shuffled.flatten_indices, _kept)
    watch.timed("read, flattened", lambda: _read(flat), _counted, tries=READS)


def _stored(watch: Stopwatch, data: Dataset, folder: Path) -> None:
    from datasets import load_from_disk

    view = data.select_columns(data.column_names)  # set_format changes the data set that it is called on

    def in_pandas() -> Any:  # noqa: ANN401 (a data frame)
        view.set_format("pandas")
        return view[:]

    watch.timed(
        'set_format("pandas"), all rows',
        in_pandas,
        lambda frame: f"a frame of {frame.memory_usage(deep=True).sum() / 1e6:,.0f} MB",
    )
    watch.timed(
        "save_to_disk(folder)", lambda: data.save_to_disk(str(folder)), lambda _: f"{_megabytes(folder):,.0f} MB"
    )
    watch.timed("load_from_disk(folder)", lambda: load_from_disk(str(folder)), _kept)


def _streamed(watch: Stopwatch, data: Dataset, texts: list[Path]) -> None:
    watch.timed(
        f"load_dataset(streaming=True).take({_STREAMED})",
        lambda: list(_stream(texts).take(_STREAMED)),
        lambda found: f"{sum(len(row['text']) for row in found):,} characters",
        _STREAMED,
    )
    watch.timed(
        f"interleave_datasets(probabilities={list(_SHARES)})",
        lambda: _interleaved(data, texts),
        lambda share: f"{100 * share:.1f}% of the rows are questions",
        _MIXED,
    )


def _describe_one(row: dict[str, Any]) -> dict[str, Any]:
    """`describe` of one row."""
    return {name: values[0] for name, values in describe({name: [value] for name, value in row.items()}).items()}


def _is_long(row: dict[str, Any]) -> bool:
    return int(row["tokens"]) > LONG


def _are_long(batch: dict[str, list[int]]) -> list[bool]:
    return [tokens > LONG for tokens in batch["tokens"]]


def _read(data: Dataset) -> int:
    return sum(1 for _ in data)


def _counted(count: int) -> str:
    return f"{count:,} rows"


def _kept(data: Dataset) -> str:
    return _counted(len(data))


def _stream(texts: list[Path]) -> Any:  # noqa: ANN401 (an IterableDataset)
    from datasets import load_dataset

    return load_dataset("json", data_files=[str(path) for path in texts], split="train", streaming=True)


def _interleaved(questions: Dataset, texts: list[Path]) -> float:
    """The share of questions in a mixture of filing text and questions, both streamed."""
    from datasets import interleave_datasets

    asked = questions.select_columns("context").rename_column("context", "text").to_iterable_dataset()
    sources = [_stream(texts).select_columns("text"), asked]
    marked = [source.map(lambda row, own=own: {"asked": own}) for own, source in enumerate(sources)]
    mixed = interleave_datasets(marked, probabilities=list(_SHARES), seed=SEED, stopping_strategy="first_exhausted")
    drawn = [row["asked"] for row in mixed.take(_MIXED)]
    return float(sum(drawn) / len(drawn))


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
