"""A plan to 200 million passages: what the scale benchmark measured, carried to that size on paper.

    python -m experiments.benchmarks.scale_plan experiments/results/scale.json

writes `research/guide/scale.md`.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.benchmarks.scale_cost import PARTS
from experiments.benchmarks.scale_measure import RECALL_AT
from retrieval.files import write_atomically

PASSAGES = 200_000_000
FILINGS = 700_000
LARGE = 100_000
INGEST_HOURS = 24  # in which all is to be ingested
_NOT_MEASURED = "Not measured yet: the benchmark's sizes are too small to tell."
_PRICES = Path(__file__).with_name("prices.toml")
_TEMPLATE = Path(__file__).with_name("scale_plan.txt")
_HOURS_A_MONTH = 730
_VECTOR_BYTES = 4 * 384  # of a passage, uncompressed

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a figure of the benchmark must keep to, for the embedded store to be the right one.

    Attributes:
        name: of the figure.
        of: the figure at a size.
        bound: the most it may be, or where `at_least` the least.
        shown: how it is written.
    """

    name: str
    of: Callable[[Row], float]
    bound: float
    shown: str
    at_least: bool = False

    def broken(self, row: Row) -> bool:
        """Whether the figure is beyond the bound at a size."""
        return self.of(row) < self.bound if self.at_least else self.of(row) > self.bound


LIMITS = (
    Limit("hybrid search, p95 without filter", lambda row: row["times"]["none"]["hybrid"]["p95"], 200, "{:.0f} ms"),
    Limit(f"recall@{RECALL_AT} without filter", lambda row: row["recall_at_10"]["none"], 0.95, "{:.3f}", True),
    Limit("first search of a process", lambda row: row["first_search_seconds"], 2, "{:.2f} s"),
    Limit("one more document, embedded already", lambda row: row["add_document_seconds"], 2, "{:.2f} s"),
    Limit("resident when searching", lambda row: row["resident_megabytes"], 8000, "{:,.0f} MB"),
)


def plan(result: dict[str, Any], prices: dict[str, Any]) -> str:
    """The page, from the benchmark's figures and a price list.

    How search grows, and the knee, are told where two sizes of `LARGE` passages or more were measured; smaller ones say
    nothing of it.

    Raises:
        ValueError: the figures have no size, or lack the cost of a passage.
    """
    rows = [row for row in result["sizes"] if "times" in row]
    large = [row for row in rows if row["passages"] >= LARGE]
    if not rows or "cost" not in result:
        raise ValueError("a plan needs the cost of a passage and a size that was searched; run the benchmark for them")
    return _TEMPLATE.read_text(encoding="utf-8").format(
        passages=PASSAGES,
        filings=FILINGS,
        environment=", ".join(f"{name} {value}" for name, value in result["environment"].items()),
        measured=f"{result['cost']['passages']:,} passages of {result['cost']['filings']} filings",
        largest=f"{rows[-1]['passages']:,}",
        hours=INGEST_HOURS,
        cost=_cost(result["cost"]),
        ingest=_ingest(result["cost"], prices["ingest"]),
        held=_table([["", "a passage", f"{PASSAGES:,} passages"], *_held(rows)]),
        search=_search(rows, prices),
        growth=_growth(large) if len(large) > 1 else _NOT_MEASURED,
        limits=f"{_limits(rows)}\n\n{knee(rows)}" if len(large) > 1 else _NOT_MEASURED,
        list=prices["list"],
        date=prices["date"],
    )


def knee(rows: Sequence[Row]) -> str:
    """Where the embedded store should be left: between the last size within all limits and the first beyond one."""
    beyond = [row for row in rows if any(limit.broken(row) for limit in LIMITS)]
    if not beyond:
        return f"No limit was met up to {rows[-1]['passages']:,} passages: the knee lies above what was measured."
    broken = [limit for limit in LIMITS if limit.broken(beyond[0])]
    within = [row for row in rows if row["passages"] < beyond[0]["passages"]]
    since = f"between {within[-1]['passages']:,} and" if within else "below"
    told = "; ".join(f"{limit.name} is {limit.shown.format(limit.of(beyond[0]))}" for limit in broken)
    return f"Leave the embedded store {since} {beyond[0]['passages']:,} passages, where {told}."


def _cost(cost: dict[str, float]) -> str:
    seconds = {part: cost[part] / cost["passages"] for part in PARTS}
    rows = [[part, f"{1000 * s:.2f}", f"{s * PASSAGES / 3600:,.0f}"] for part, s in seconds.items()]
    total = sum(seconds.values())
    rows.append(["all", f"{1000 * total:.2f}", f"{total * PASSAGES / 3600:,.0f}"])
    return _table([["", "a passage, ms of a core", f"{PASSAGES:,} passages, hours of a core"], *rows])


def _ingest(cost: dict[str, float], machine: dict[str, Any]) -> str:
    on_cluster = sum(cost[part] for part in PARTS if part != "store") / cost["passages"] * PASSAGES / 3600
    machines = math.ceil(on_cluster / machine["cores"] / INGEST_HOURS)
    dollars = on_cluster / machine["cores"] * machine["hour"]
    writer = cost["store"] / cost["passages"] * PASSAGES / 3600
    return (
        f"Parsing, cutting and embedding take {on_cluster:,.0f} hours of a core: {machines} machines of type "
        f"{machine['name']} ({machine['cores']} cores, {machine['memory_gb']} GB) for {INGEST_HOURS} hours, "
        f"{dollars:,.0f} USD. The one process that writes the embedded store would be busy for {writer:,.0f} hours."
    )


def _held(rows: Sequence[Row]) -> list[list[str]]:
    """Disk and memory; disk as it is where passages are real."""
    real = _of_real_passages(rows)
    found = {f"disk, {name}": 1e6 * mb / real["passages"] for name, mb in real["megabytes"].items()}
    found["vectors in 32 bits, uncompressed"] = float(_VECTOR_BYTES)
    return [[name, f"{size:,.0f} bytes", f"{size * PASSAGES / 1e9:,.0f} GB"] for name, size in found.items()]


def _of_real_passages(rows: Sequence[Row]) -> Row:
    """The largest size without made passages, which are shorter; the first where there is none."""
    return max((row for row in rows if row["real_passages"] == row["passages"]), key=_passages, default=rows[0])


def _search(rows: Sequence[Row], prices: dict[str, Any]) -> str:
    machine = prices["search"]
    machines = math.ceil(_VECTOR_BYTES * PASSAGES / 1e9 / machine["memory_gb"])
    month = machines * machine["hour"] * _HOURS_A_MONTH
    real = _of_real_passages(rows)
    disk = sum(real["megabytes"].values()) / 1000 / real["passages"] * PASSAGES
    return (
        f"A distributed store with all vectors in memory needs {machines} machines of type "
        f"{machine['name']} ({machine['cores']} cores, {machine['memory_gb']} GB): {month:,.0f} USD a month, twice that "
        f"with a copy of each part, and {disk * prices['disk_gb_month']:,.0f} USD for {disk:,.0f} GB of disk."
    )


def _growth(rows: Sequence[Row]) -> str:
    before, last = rows[-2:]
    times = _slope(rows, lambda row: row["times"]["none"]["dense"]["p50"])
    held = _slope(rows, lambda row: row["resident_megabytes"])
    if min(times, held) <= 0:
        return (
            f"From {before['passages']:,} to {last['passages']:,} passages the time of a dense search or the memory did not "
            "grow, so neither is carried further: larger sizes would tell."
        )
    seconds = (last["times"]["none"]["dense"]["p50"] + times * (PASSAGES - last["passages"])) / 1000
    memory = (last["resident_megabytes"] + PASSAGES * held) / 1000
    return (
        f"If it went on growing as from {before['passages']:,} to {last['passages']:,} passages, one process of the "
        f"embedded store would take {seconds:,.1f} s for a dense search and {memory:,.0f} GB of memory."
    )


def _limits(rows: Sequence[Row]) -> str:
    head = ["", "limit", *(f"{row['passages']:,}" for row in rows)]
    lines = [
        [
            limit.name,
            ("at least " if limit.at_least else "at most ") + limit.shown.format(limit.bound),
            *(
                f"**{text}**" if limit.broken(row) else text
                for row in rows
                if (text := limit.shown.format(limit.of(row)))
            ),
        ]
        for limit in LIMITS
    ]
    return _table([head, *lines])


def _slope(rows: Sequence[Row], of: Callable[[Row], float]) -> float:
    """By how much a figure grows with each passage between the last two sizes."""
    before, last = rows[-2:]
    return (of(last) - of(before)) / (_passages(last) - _passages(before))


def _passages(row: Row) -> int:
    return int(row["passages"])


def _table(lines: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in lines[0][1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def main(
    figures: Annotated[Path, typer.Argument(help="What the scale benchmark wrote.")],
    out: Annotated[Path, typer.Option(help="Markdown file.")] = Path("research/guide/scale.md"),
) -> None:
    """Write the plan."""
    prices = tomllib.loads(_PRICES.read_text(encoding="utf-8"))
    write_atomically(out, plan(json.loads(figures.read_text()), prices))


if __name__ == "__main__":
    typer.run(main)
