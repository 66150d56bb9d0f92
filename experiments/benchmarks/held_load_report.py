"""What the load on the service came to, from its JSON file only.

python -m experiments.benchmarks.held_load_report FILE.json --out experiments/reports/held-load.md
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from experiments.benchmarks.held_load_clients import Sent
from retrieval.files import write_atomically

P95_BELOW = 5.0  # seconds
CHANGE = 0.05  # of the memory half way
BUSY = 0.95  # of the time, an ingest is going on
KINDS = ("ask", "search", "page")
_AROUND = 10.0  # seconds over which memory is averaged
_INTRODUCTION = """# The service under load

{clients} clients ask, search and read pages of the sample filings without pause for {seconds:g} s, while filings are
uploaded and ingested; they heed `Retry-After`. One machine serves and asks. Memory is what is resident in all of the
service's processes, that which ingests and those that parse included, over {around:g} s.

{environment}

{table}

Made by `python -m experiments.benchmarks.held_load` and `python -m experiments.benchmarks.held_load_report`.
"""


def figures(sent: Sequence[Sent], memory: Sequence[tuple[float, float]], seconds: float) -> dict[str, Any]:
    """Counts, latencies of what was accepted, in seconds, and memory, in megabytes."""
    accepted = [each for each in sent if each.ended == "200"]
    return {
        "accepted": len(accepted),
        "refused": sum(each.ended == "503" for each in sent),
        "errors": dict(Counter(each.ended for each in sent if each.ended not in ("200", "503"))),
        "latency": {kind: _quantiles([e.seconds for e in accepted if e.kind == kind]) for kind in KINDS},
        "memory": {
            "half": _mean(memory, seconds / 2),
            "end": _mean(memory, seconds),
            "most": max(megabytes for _, megabytes in memory),
            "samples": list(memory),
        },
    }


def bars(result: dict[str, Any]) -> dict[str, bool]:
    """Each bar, and whether it is met."""
    memory, ingest = result["memory"], result["ingest"]
    answered = [latency for latency in result["latency"].values() if latency]
    return {
        "no error but 503 with Retry-After": not result["errors"],
        f"p95 of each kind under {P95_BELOW:g} s": bool(answered) and all(each["p95"] < P95_BELOW for each in answered),
        f"memory at the end within {CHANGE:.0%} of that half way": abs(memory["end"] / memory["half"] - 1) <= CHANGE,
        f"an ingest goes on {BUSY:.0%} of the time": ingest["busy"] >= BUSY,
        "all that was uploaded is held whole": bool(ingest["documents"])
        and not (ingest["not_held"] or ingest["failed"] or result["index_problems"]),
    }


def lines(result: dict[str, Any]) -> list[str]:
    """The figures, a line each."""
    memory, ingest = result["memory"], result["ingest"]
    found = [
        f"{result['accepted']} accepted, {result['refused']} told to come again, errors: {result['errors'] or 'none'}"
    ]
    for kind, latency in result["latency"].items():
        if latency:
            found.append(
                f"{kind}: p50 {latency['p50']:.2f} s, p95 {latency['p95']:.2f} s, most {latency['most']:.2f} s"
            )
    found.append(
        f"memory: {memory['half']:.0f} MB half way, {memory['end']:.0f} MB at the end "
        f"({memory['end'] / memory['half'] - 1:+.1%}), most {memory['most']:.0f} MB"
    )
    found.append(
        f"ingest: {ingest['documents']} filings, {ingest['passages']} passages, going on {ingest['busy']:.0%} of the time"
    )
    return found + [f"{'met' if met else 'MISSED'}: {bar}" for bar, met in bars(result).items()]


def report(result: dict[str, Any]) -> str:
    """The report as Markdown."""
    return _INTRODUCTION.format(
        clients=result["clients"],
        seconds=result["seconds"],
        around=_AROUND,
        environment=", ".join(f"{name} {value}" for name, value in result["environment"].items())
        + f", workers {result['workers']}",
        table="\n".join(f"- {line}" for line in lines(result)),
    )


def _quantiles(seconds: Sequence[float]) -> dict[str, float] | None:
    if not seconds:
        return None
    p50, p95 = np.percentile(seconds, [50, 95])
    return {"p50": float(p50), "p95": float(p95), "most": max(seconds), "n": len(seconds)}


def _mean(memory: Sequence[tuple[float, float]], until: float) -> float:
    """Of the samples in the seconds before a moment."""
    return float(np.mean([megabytes for at, megabytes in memory if until - _AROUND <= at <= until]))


def main(
    figures_file: Annotated[Path, typer.Argument(metavar="FILE", help="What the benchmark wrote.")],
    out: Annotated[Path, typer.Option(help="Markdown file.")] = Path("experiments/reports/held-load.md"),
) -> None:
    """Write the report."""
    write_atomically(out, report(json.loads(figures_file.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    typer.run(main)
