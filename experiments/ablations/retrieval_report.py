"""The report of the retrieval ablation, from its JSON file only.

python -m experiments.ablations.retrieval_report FILE.json --out experiments/reports/retrieval-parts.md
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.ablations.retrieval import SCORES
from experiments.ablations.retrieval_parts import PARTS, WHOLE
from experiments.statistics import compare, holm
from retrieval.files import write_atomically

_INTRODUCTION = """# What each part of search is worth

Search with one part taken out, against the whole, on the same questions; everything else stays as it ships. A hit
is a page of the evidence (FinanceBench) or a passage that holds half of the gold text (`financial_qa_10k`)
among the first five. The difference is what the part brings, in points of the hit rate, with its 95% interval
by Student's t over companies; `won` and `lost` are the questions that hit only with it and only without; p is of the same
t, adjusted for the number of parts (Holm). MRR is the difference of the mean reciprocal rank.
"""
_TITLES = {
    "financebench/question": "FinanceBench, question alone",
    "financial_qa_10k/question": "financial_qa_10k, question alone",
    "financial_qa_10k/company": "financial_qa_10k, company given",
}


def table(result: dict[str, Any], task: str) -> str:
    """One task's comparisons as Markdown, a row a part."""
    parts = {name: part["scores"][task] for name, part in result["parts"].items() if task in part["scores"]}
    whole = parts.pop(WHOLE.name)
    hits, ranks = ([scores[i] for scores in whole.values()] for i in range(len(SCORES)))
    lines = [
        f"All parts: {100 * sum(hits) / len(hits):.1f} hits in a hundred, MRR {sum(ranks) / len(ranks):.3f}, "
        f"{len(whole)} questions.\n",
        "| part | without it | hits without | difference [95%] | won | lost | p | MRR |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    without = {name: [[scores[i][k] for i in whole] for k in range(len(SCORES))] for name, scores in parts.items()}
    companies = [result["companies"][question] for question in whole]
    found = {name: compare(hits, scores[0], companies) for name, scores in without.items()}
    adjusted = holm([comparison.p for comparison in found.values()])
    for (name, c), p in zip(found.items(), adjusted, strict=True):
        rank = (sum(ranks) - sum(without[name][1])) / len(ranks)
        lines.append(
            f"| {name} | {result['parts'][name]['instead']} | {100 * sum(without[name][0]) / len(hits):.1f} "
            f"| {c.points} | {c.won} | {c.lost} "
            f"| {p:.2g} | {rank:+.3f} |"
        )
    return "\n".join(lines)


def report(result: dict[str, Any]) -> str:
    """The report as Markdown."""
    sections = [f"## {title}\n\n{table(result, task)}\n" for task, title in _TITLES.items()]
    made = (
        "Made by `python -m experiments.ablations.retrieval` and `python -m experiments.ablations.retrieval_report`.\n"
    )
    missing = [
        part.name for part in PARTS if len(result["parts"].get(part.name, {"scores": ()})["scores"]) < len(_TITLES)
    ]
    pending = f"Not measured yet: {', '.join(missing)}.\n\n" if missing else ""
    return "\n".join([_INTRODUCTION, *sections, pending + _chosen(result["every"]) + made])


def _chosen(every: int) -> str:
    return "" if every == 1 else f"One question in {every} of each data set. "


def main(
    scores: Annotated[Path, typer.Argument(help="What the ablation wrote.")],
    out: Annotated[Path, typer.Option(help="Markdown file.")] = Path("experiments/reports/retrieval-parts.md"),
) -> None:
    """Write the report."""
    write_atomically(out, report(json.loads(scores.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    typer.run(main)
