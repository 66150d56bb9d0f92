"""The report of the scale benchmark, from its JSON file only.

python -m experiments.benchmarks.scale_report FILE.json --out experiments/reports/scale.md
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from retrieval.files import write_atomically

_SEARCHES = ("dense", "lexical", "hybrid")
_FILTERS = ("none", "company", "year")
_INTRODUCTION = """# Search at growing size

One index grows. The first {real:,} passages come from real filings; what is above is recombined by seed from
their clauses and table cells, two to a passage, about 24 tokens, under 300 invented companies. All are
embedded by the real encoder. {questions} questions of financial_qa_10k and FinanceBench; a company or year filter is
drawn by seed for each. Searching is measured in a process of its own, one question at a time, embedding included.
Seconds of building and megabytes are of everything up to the size.

{environment}

![Growth]({plot})

{table}

Made by `python -m experiments.benchmarks.scale` and `python -m experiments.benchmarks.scale_report`.
"""


def table(result: dict[str, Any]) -> str:
    """All figures as a Markdown table, a column for each size."""
    sizes = result["sizes"]
    lines = [["", *(f"{row['passages']:,}" for row in sizes)]]
    lines += [[name, *(shown(row) for row in sizes)] for name, shown in _ROWS]
    for filters in _FILTERS:
        for search in _SEARCHES:
            times = [row["times"][filters][search] for row in sizes]
            lines.append(
                [f"{search}, filter: {filters}, ms p50 / p95", *(f"{t['p50']:.1f} / {t['p95']:.1f}" for t in times)]
            )
        lines.append([f"recall@10, filter: {filters}", *(f"{row['recall_at_10'][filters]:.3f}" for row in sizes)])
    lines.insert(1, ["---", *("---:" for _ in sizes)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


_ROWS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("of them real", lambda row: f"{row['real_passages']:,}"),
    ("documents", lambda row: f"{row['documents']:,}"),
    ("build, parsing aside, s of a core", lambda row: f"{row['build_seconds']:,.0f}"),
    ("of it embedding, s of a core", lambda row: f"{row['embedding_seconds']:,.0f}"),
    ("SQLite, MB", lambda row: f"{row['megabytes']['index.sqlite']:,.0f}"),
    ("FAISS, MB", lambda row: f"{row['megabytes']['dense.npz']:,.0f}"),
    ("tantivy, MB", lambda row: f"{row['megabytes']['lexical']:,.0f}"),
    ("resident when searching, MB", lambda row: f"{row['resident_megabytes']:,.0f}"),
    ("resident after building, MB", lambda row: f"{row['build_resident_megabytes']:,.0f}"),
    ("open, s", lambda row: f"{row['open_seconds']:.2f}"),
    ("first search, s", lambda row: f"{row['first_search_seconds']:.2f}"),
    ("one more document, embedded already, s", lambda row: f"{row['add_document_seconds']:.2f}"),
    ("its deletion, s", lambda row: f"{row['delete_document_seconds']:.2f}"),
)


def plot(result: dict[str, Any]) -> bytes:
    """Hybrid latency, memory and disk against size, as a PNG."""
    from matplotlib.figure import Figure

    sizes = result["sizes"]
    counts = [row["passages"] for row in sizes]
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    latency, space = figure.subplots(1, 2)
    for filters in _FILTERS:
        hybrid = [row["times"][filters]["hybrid"] for row in sizes]
        (line,) = latency.plot(counts, [t["p50"] for t in hybrid], marker="o", label=f"p50, filter: {filters}")
        latency.plot(counts, [t["p95"] for t in hybrid], linestyle=":", color=line.get_color())
    latency.set(xscale="log", xlabel="passages", ylabel="ms", title="hybrid search (dotted: p95)", ylim=(0, None))
    space.plot(counts, [row["resident_megabytes"] for row in sizes], marker="o", label="resident memory")
    space.plot(counts, [sum(row["megabytes"].values()) for row in sizes], marker="o", label="disk")
    space.set(xscale="log", yscale="log", xlabel="passages", ylabel="MB", title="memory and disk")
    for axes in (latency, space):
        axes.legend()
        axes.grid(alpha=0.3)
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=110, metadata={"Software": None})
    return data.getvalue()


def report(result: dict[str, Any], picture: str) -> str:
    """The report as Markdown; `picture` is the plot's file name."""
    return _INTRODUCTION.format(
        real=max(row["real_passages"] for row in result["sizes"]),
        questions=result["questions"],
        environment=", ".join(f"{name} {value}" for name, value in result["environment"].items()),
        plot=picture,
        table=table(result),
    )


def main(
    figures: Annotated[Path, typer.Argument(help="What the benchmark wrote.")],
    out: Annotated[Path, typer.Option(help="Markdown file; the plot goes beside it.")] = Path(
        "experiments/reports/scale.md"
    ),
) -> None:
    """Write the report and its plot."""
    result = json.loads(figures.read_text())
    picture = out.with_suffix(".png")
    write_atomically(picture, plot(result))
    write_atomically(out, report(result, picture.name))


if __name__ == "__main__":
    typer.run(main)
