"""Are rows in words what the reader can read, beside rows as the page prints them?

    python -m experiments.ablations.table_reading [--limit N]

Asks the shipped reader the questions of `table_lookup/dev` on passages in either form. It was trained on rows in words,
so this says what the change would cost without training anew, not which form could be learned better.
"""

from __future__ import annotations

import random
from typing import Annotated

import typer

from qa.data.squad_form import load_examples
from qa.evaluation import evaluate_reader
from qa.reader import Reader

FORMS = {"in words": "table_lookup", "as printed": "table_lookup_printed"}


def main(limit: Annotated[int, typer.Option(min=1, help="Questions, drawn by seed 0.")] = 500) -> None:
    """Print exact match and F1, "not found" allowed, for both forms."""
    reader = Reader.quick()
    for name, form in FORMS.items():
        every = load_examples(form, "dev")
        chosen = random.Random(0).sample(every, min(limit, len(every)))
        result = evaluate_reader(reader, chosen, dataset="table_lookup", split="dev", null_allowed=True)
        typer.echo(
            f"rows {name}: EM {result.metrics['exact_match']:.1f}, F1 {result.metrics['f1']:.1f}, {result.n} questions"
        )


if __name__ == "__main__":
    typer.run(main)
