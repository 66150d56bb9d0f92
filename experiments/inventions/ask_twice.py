"""Does a lookup reader contain an arithmetic reader?

    python -m experiments.inventions.ask_twice

runs what `research/inventions/ask-twice.md` says.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import typer

from experiments.inventions.lookup_cases import echo_difference, echo_row
from experiments.inventions.recorded import recorded
from experiments.inventions.table_lookups import Asked, figure_of, fit_lookups, is_right, is_table_lookup
from qa.arithmetic.compute import compute
from qa.arithmetic.expression import ExpressionError, Item, items
from qa.arithmetic.plan import plan_of
from qa.data.tatqa import TatQuestion, tatqa_questions
from qa.heads.fitting import fit_heads
from qa.heads.model import Heads
from qa.hybrid.context import Context
from qa.hybrid.derivation import OPERATORS, rounded
from qa.hybrid.model import HybridCase, table_case
from qa.hybrid.reading import FOLDS, fold_of
from qa.hybrid.training import rights
from qa.metrics.tatqa import tatqa_scores
from retrieval.query import parse_query


def asked_twice(heads: Heads, question: str, context: Context) -> tuple[str, str | None]:
    """What came of a question, and the answer: `worked out`, or where it stopped."""
    years = [year for heading in context.columns.values() for year in heading.years]
    plan = plan_of(parse_query(question, []), max(years, default=None))
    if plan is None:
        return "no plan", None
    figures: dict[Item, Decimal] = {}
    for item in items(plan.expression):
        figure = figure_of(heads, f"What was {item.name} in {item.year}?", context)
        if figure is None:
            return "no figure", None
        figures[item] = figure.value
    try:
        return "worked out", rounded(compute(plan.expression, figures))
    except ExpressionError:
        return "no value", None


@recorded("ask-twice")
def main() -> None:
    """Print exact match of both on the arithmetic questions, and of the lookups on theirs."""
    questions = tatqa_questions("dev")
    lookups = [Asked(question) for question in questions if is_table_lookup(question)]
    tables = [q for q in questions if q.answer_from == "table"]
    cases = {q.id: table_case(q.question, q.context) for q in tables}
    single, twice, heads_right, documents = list[float](), list[float](), list[float](), list[str]()
    came: Counter[str] = Counter()
    for fold in range(FOLDS):
        lookup = fit_lookups([a for a in lookups if fold_of(a.question.context.name) != fold])
        single += [is_right(lookup, a) for a in lookups if fold_of(a.question.context.name) == fold]
        whole = _fit_all([q for q in tables if fold_of(q.context.name) != fold], cases)
        for question in tables:
            if question.answer_type != "arithmetic" or fold_of(question.context.name) != fold:
                continue
            what, answer = asked_twice(lookup, question.question, question.context)
            came[what] += 1
            twice.append(_exact(question, answer))
            documents.append(question.context.name)
            case = cases[question.id]
            best = case.derivations[whole.likeliest(case, whole.probabilities(case))] if case.derivations else None
            heads_right.append(_exact(question, best.parts[0] if best and len(best.parts) == 1 else None))
    typer.echo(f"{len(single)} lookup questions, {len(twice)} arithmetic questions: {dict(came)}")
    echo_row("lookups", {"exact match": statistics.mean(single)})
    echo_row("ask-twice", {"exact match": statistics.mean(twice)})
    echo_row("heads", {"exact match": statistics.mean(heads_right)})
    echo_difference("heads over ask-twice", heads_right, twice, documents)


def _fit_all(questions: Sequence[TatQuestion], cases: dict[str, HybridCase]) -> Heads:
    wanted = [np.asarray(rights(q, cases[q.id].derivations)) for q in questions]
    return fit_heads([cases[q.id] for q in questions], wanted, operators=len(OPERATORS))


def _exact(question: TatQuestion, answer: str | None) -> float:
    if answer is None or question.gold is None:
        return 0.0
    return tatqa_scores((answer,), question.gold.scale, question.gold)[0]


if __name__ == "__main__":
    typer.run(main)
