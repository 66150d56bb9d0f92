"""The table, and the report with its plot, from a run's result file and the recipe of the reader.

python -m experiments.benchmarks.peers.report FILE.json --out experiments/reports/peers.md
"""

from __future__ import annotations

import io
import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.benchmarks.peers.figures import Against, against, answering, encoder_share
from experiments.benchmarks.peers.system import OURS
from qa.shipping import RECIPE
from qa.training.recipe import load_recipe
from retrieval.files import write_atomically

Record = dict[str, Any]
_INTRODUCTION = """# Beside peers

One run: every system reads the same files, then answers the same questions, one at a time, in processes of their own
that take turns, {files} files or {questions} questions each, another one first each time. All load the same weights
(encoder `{encoder}`, reader `{reader}`, the start of their sha256) and run on the processor, threads {threads}. Answers
are compared after SQuAD's normalisation; no answer counts 0. Pages are those that our parser sees; a text file is one.
Memory is the most that a process held in RAM, its helpers' included. A cold start is from the start of the process to
its first answer, files in the page cache. F1 differences are ours less theirs with a 95% interval over companies or
articles, p adjusted for the peers by Holm's method.

{environment}

![Speed and memory]({plot})
"""
_END = "Made by `python -m experiments.benchmarks.peers` and `python -m experiments.benchmarks.peers.report`."


def table(result: Record, corpus: Record) -> str:
    """All figures of a corpus as a Markdown table, a column for each system."""
    names = list(corpus["ingest"])
    ingests = [corpus["ingest"][name] for name in names]
    rows = [
        ["", *(result["systems"][name]["title"] for name in names)],
        ["---", *("---:" for _ in names)],
        ["passages", *(f"{ingest['passages']:,}" for ingest in ingests)],
        ["ingest, s", *(f"{ingest['seconds']:,.0f}" for ingest in ingests)],
        ["ingest, pages/s", *(f"{corpus['pages'] / ingest['seconds']:.1f}" for ingest in ingests)],
        ["ingest, peak MB", *(f"{ingest['peak_megabytes']:,.0f}" for ingest in ingests)],
        ["index, MB", *(f"{ingest['index_megabytes']:,.1f}" for ingest in ingests)],
    ]
    if all(corpus["cold_seconds"].values()):
        rows.append(
            ["cold start, s, median", *(f"{statistics.median(corpus['cold_seconds'][name]):.1f}" for name in names)]
        )
    for asked in corpus["asked"]:
        rows += _answers(asked, names, against(corpus, asked))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _answers(asked: Record, names: Sequence[str], ahead: dict[str, Against]) -> list[list[str]]:
    """The rows about questions."""
    found = [answering(asked["systems"][name]) for name in names]
    compared = [ahead.get(name) for name in names]
    rows = [
        ["questions/s", *(f"{each.per_second:.2f}" for each in found)],
        ["ms, p50 / p95", *(f"{1000 * each.p50:.0f} / {1000 * each.p95:.0f}" for each in found)],
        ["peak MB", *(f"{each.peak_megabytes:,.0f}" for each in found)],
        ["EM / F1", *(f"{each.exact:.1f} / {each.f1:.1f}" for each in found)],
        ["not found / raised", *(f"{each.not_found} / {each.raised}" for each in found)],
        ["F1, ours ahead by", *("" if each is None else each.f1.points for each in compared)],
        ["p", *("" if each is None else f"{each.p:.3f}" for each in compared)],
        ["questions/s, ours times theirs", *("" if each is None else f"{each.speed:.1f}" for each in compared)],
        ["pages/s, ours times theirs", *("" if each is None else f"{each.ingest:.1f}" for each in compared)],
        ["memory, ours of theirs", *("" if each is None else f"{each.memory:.2f}" for each in compared)],
    ]
    return [[f"k = {asked['k']}: {name}", *cells] for name, *cells in rows]


def encoder_line(corpus: Record) -> str:
    """How much of our ingest is the encoder's arithmetic."""
    encoder = corpus["encoder"]
    return (
        f"Our ingest embeds {encoder['tokens']:,} tokens, padding not counted. The encoder, doing nothing else, reads "
        f"{encoder['tokens_per_second']:,.0f} a second of a sample of them: that is {100 * encoder_share(corpus):.0f}% of "
        f"the {corpus['ingest'][OURS]['seconds']:,.0f} s that the ingest took."
    )


def training_line(result: Record, corpus: Record) -> str:
    """Which groups of a corpus the reader, which all load, was trained on, and F1 on the others; empty where on none."""
    recipe = load_recipe(RECIPE)
    groups = [question["group"] for question in corpus["questions"]]
    trained = sorted({*groups} - {*recipe.held_out})
    if not trained or corpus["name"] not in {part.dataset for part in recipe.mixture}:
        return ""
    others = [place for place, group in enumerate(groups) if group not in trained]
    told = f"The reader, which all load, was trained on questions of {', '.join(trained)}: {len(groups) - len(others)} of these {len(groups)}."
    for asked in corpus["asked"] if others else ():
        figures = ", ".join(
            f"{result['systems'][name]['title']} {100 * statistics.mean(each['f1'][i] for i in others):.1f}"
            for name, each in asked["systems"].items()
        )
        told += f" F1 on the other {len(others)} with k = {asked['k']}: {figures}."
    return f"{told}\n\n"


def section(result: Record, corpus: Record) -> str:
    """A corpus as Markdown."""
    heading = (
        f"{corpus['name']}: {len(corpus['questions'])} questions, {corpus['files']} files, {corpus['pages']:,} pages"
    )
    return f"## {heading}\n\n{table(result, corpus)}\n\n{training_line(result, corpus)}{encoder_line(corpus)}\n"


def plot(result: Record) -> bytes:
    """Questions a second, ingest and memory of each system on each corpus, as a PNG."""
    from matplotlib.figure import Figure

    names = list(result["systems"])
    figure = Figure(figsize=(11, 3.8), layout="constrained")
    panels = figure.subplots(1, 3)
    titles = ("questions a second", "pages a second, ingest", "peak MB, asking")
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title)
        axes.grid(alpha=0.3, axis="y")
    bars = [(corpus, asked) for corpus in result["corpora"] for asked in corpus["asked"]]
    width = 0.8 / max(1, len(bars))
    for i, (corpus, asked) in enumerate(bars):
        at = [j + i * width for j in range(len(names))]
        found = [answering(asked["systems"][name]) for name in names]
        label = f"{corpus['name']}, k = {asked['k']}"
        panels[0].bar(at, [each.per_second for each in found], width, label=label)
        panels[1].bar(at, [corpus["pages"] / corpus["ingest"][name]["seconds"] for name in names], width)
        panels[2].bar(at, [each.peak_megabytes for each in found], width)
    for axes in panels:
        middle = width * (len(bars) - 1) / 2
        axes.set_xticks(
            [j + middle for j in range(len(names))],
            [result["systems"][name]["title"] for name in names],
            rotation=20,
            fontsize=8,
        )
    panels[0].legend(fontsize=8)
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=110, metadata={"Software": None})
    return data.getvalue()


def report(result: Record, picture: str) -> str:
    """The report as Markdown; `picture` is the plot's file name."""
    around = result["surroundings"]
    versions = around["versions"] | {k: v for each in result["systems"].values() for k, v in each["versions"].items()}
    facts = {"processor": around["machine"]["processor"], "cores": around["machine"]["cores"], **versions}
    parts = [
        _INTRODUCTION.format(
            files=result["turns"]["files"],
            questions=result["turns"]["questions"],
            encoder=result["models"]["encoder"][:12],
            reader=result["models"]["reader"][:12],
            threads=around["threads"],
            environment=", ".join(f"{name} {value}" for name, value in facts.items()),
            plot=picture,
        ),
        *(section(result, corpus) for corpus in result["corpora"]),
        "## How each is set up, and what it cannot do\n",
        "\n".join(f"- **{each['title']}.** {each['notes']}" for each in result["systems"].values()),
        *(f"- **{name}** was left out: {reason}" for name, reason in result["skipped"].items()),
        f"\n{_END}\n",
    ]
    return "\n".join(parts)


def main(
    figures: Annotated[Path, typer.Argument(help="What the benchmark wrote.")],
    out: Annotated[Path, typer.Option(help="Markdown file; the plot goes beside it.")] = Path(
        "experiments/reports/peers.md"
    ),
) -> None:
    """Write the report and its plot."""
    result = json.loads(figures.read_text())
    picture = out.with_suffix(".png")
    write_atomically(picture, plot(result))
    write_atomically(out, report(result, picture.name))


if __name__ == "__main__":
    typer.run(main)
