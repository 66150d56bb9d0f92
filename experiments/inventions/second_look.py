"""Can a cross-encoder choose among programs in words?

    python -m experiments.inventions.second_look FILE

runs what `research/inventions/second-look.md` says: FILE is what `financeqa evaluate answers --dataset finqa` wrote, with
which the heads alone are compared here.
"""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Annotated

import typer

from experiments.inventions.lookup_cases import echo_row
from experiments.paired import compare
from qa.data.finqa import finqa_questions, is_executed_right
from qa.programs.evaluation import by_heads, folds_of


def main(file: Annotated[Path, typer.Argument(help="Of the evaluation.", exists=True)]) -> None:
    """Print execution accuracy of both, and what the second look has over the heads, with and without the first fold."""
    outcomes = {o["id"]: float(o["executed"]) for o in json.loads(file.read_text(encoding="utf-8"))["outcomes"]}
    folds = folds_of(finqa_questions("dev"), lambda question: question.page)
    found = by_heads([[[question] for question in fold] for fold in folds])
    for name, some in (("all folds", found), ("without the first", found[1:])):
        pairs = [pair for fold in some for pair in fold]
        heads = [float(best is not None and is_executed_right(q, best[0].steps)) for q, best in pairs]
        second = [outcomes[question.id] for question, _ in pairs]
        echo_row(name, {"heads": statistics.mean(heads), "second look": statistics.mean(second)})
        c = compare(second, heads)
        typer.echo(
            f"  second look over heads: {100 * c.difference:+.1f} [{100 * c.low:+.1f}, {100 * c.high:+.1f}] points, "
            f"{c.won} won, {c.lost} lost, p {c.p:.2g}"
        )


if __name__ == "__main__":
    typer.run(main)
