"""Is a company that the index does not hold refused? `python -m experiments.benchmarks.wrong_company --index DIR`.

Asks questions about companies of the index, and the same with another company put in. What is judged is the
decision on the company alone, which `FinanceQA.ask` takes before it reads: a swapped question that is not refused
then counts as answered, though the reader might still have found nothing.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Annotated

import typer

from experiments.benchmarks.wrong_company_questions import Pair, pairs
from retrieval.cli import IndexAddress
from retrieval.index.index import Index
from retrieval.query import parse_query
from retrieval.unheld import unheld_company


def refused(index: Index, question: str) -> str | None:
    """The company for which a question is refused; `None` where it is not."""
    return unheld_company(parse_query(question, [record.identity for record in index.documents()]), index)


def main(
    address: IndexAddress,
    count: Annotated[int, typer.Option(help="Pairs of questions.")] = 200,
    seed: Annotated[int, typer.Option(help="Draws the questions and companies.")] = 0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print how many swapped questions are answered and how many others are refused on company grounds."""
    with Index.open(address) as index:
        asked = pairs(index, count, seed)
        started = time.process_time()
        answered = [pair for pair in asked if refused(index, pair.swapped) is None]
        turned_away = [(pair, name) for pair in asked if (name := refused(index, pair.held)) is not None]
        milliseconds = 1000 * (time.process_time() - started) / max(1, 2 * len(asked))
    counts = {
        "pairs": len(asked),
        "answered_though_swapped": len(answered),
        "refused_though_held": len(turned_away),
        "processor_milliseconds": round(milliseconds, 1),
    }
    if as_json:
        failing = {"answered": [pair.swapped for pair in answered], "refused": [pair.held for pair, _ in turned_away]}
        typer.echo(json.dumps({**counts, "strangers": _strangers(asked), "failing": failing}))
        return
    for pair in answered:
        typer.echo(f"answered ({pair.stranger}): {pair.swapped}")
    for pair, name in turned_away:
        typer.echo(f"refused for {name}: {pair.held}")
    typer.echo("  ".join(f"{name} {number}" for name, number in counts.items()))
    typer.echo(f"strangers: {_strangers(asked)}")


def _strangers(asked: list[Pair]) -> dict[str, int]:
    return dict(Counter(pair.stranger for pair in asked))


if __name__ == "__main__":
    typer.run(main)
