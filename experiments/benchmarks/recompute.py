"""Is every digit of an answer in the cells that it cites? `python -m experiments.benchmarks.recompute [--index INDEX] FILE`.

Each numeric answer of an evaluation's file is computed anew from nothing but its citations: the cited characters are
read in the index, and the derivation's expression, if there is one, is worked out over them. Signs of payments, which
filings set in parentheses, are the answer's. Of a benchmark that brings its contexts (TAT-QA, FinQA, ConvFinQA) the named
cells or facts are read there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.benchmarks.recompute_contexts import CONTEXTS
from qa.arithmetic.compute import compute
from qa.arithmetic.expression import Item, items, parse_expression
from qa.number import quantity_of
from retrieval.index.index import Index


def cited_value(index: Index, citation: Mapping[str, Any]) -> Decimal | None:
    """The number that stands at a citation's characters, its scale applied; `None` where none does."""
    page = index.page(citation["document"], citation["page"])
    start, end = citation["start"], citation["end"]
    cells = [cell for table in page.tables for cell in table.cells if (cell.start, cell.end) == (start, end)]
    quantity = quantity_of(page.text[start:end], cells[0] if cells else None, page.text[end : end + 20])
    return None if quantity is None else quantity.scaled


def recomputes(index: Index, answer: Mapping[str, Any]) -> bool:
    """Whether an answer's value follows from its citations."""
    value, derivation = Decimal(answer["value"]), answer["derivation"]
    if derivation is None:
        cited = cited_value(index, answer["citations"][0])
        return cited is not None and abs(cited) == abs(value)
    figures: dict[Item, Decimal] = {}
    for operand in derivation["operands"]:
        figure, cited = Decimal(operand["value"]), cited_value(index, operand["citation"])
        if cited is None or abs(cited) != abs(figure) or operand["citation"] not in answer["citations"]:
            return False
        figures[Item(operand["letter"])] = figure
    expression = parse_expression(derivation["expression"])
    return set(items(expression)) <= set(figures) and round(compute(expression, figures), 6) == value


def in_filings(outcomes: list[Mapping[str, Any]], address: str | None) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """The numeric answers over an index, and whether they follow."""
    if address is None:
        raise typer.BadParameter("these answers came from an index; name it with --index")
    with Index.open(address) as index:
        for outcome in outcomes:
            if outcome["answer"]["value"] is not None:
                yield outcome, recomputes(index, outcome["answer"])


def main(
    files: Annotated[list[Path], typer.Argument(help="Files of `financeqa evaluate answers`.", exists=True)],
    index: Annotated[str | None, typer.Option("--index", help="The index that answered, if one did.")] = None,
) -> None:
    """Print how many numeric answers follow from what they cite; fails where one does not."""
    total = wrong = 0
    for file in files:
        record = json.loads(file.read_text(encoding="utf-8"))
        context = CONTEXTS.get(record["dataset"])
        outcomes = record["outcomes"]
        for outcome, follows in context(outcomes, record["split"]) if context else in_filings(outcomes, index):
            total += 1
            if not follows:
                wrong += 1
                typer.echo(f"does not follow: {outcome['id']} {outcome.get('answer', outcome.get('result'))}")
    typer.echo(f"{total - wrong} of {total} numeric answers follow from the cells they cite")
    raise typer.Exit(int(wrong > 0 or not total))


if __name__ == "__main__":
    typer.run(main)
