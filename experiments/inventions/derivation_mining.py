"""Are the operands of arithmetic questions training data for lookups?

    python -m experiments.inventions.derivation_mining

runs what `research/inventions/derivation-mining.md` says.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator, Sequence

import typer

from experiments.inventions.lookup_cases import echo_difference, echo_row
from experiments.inventions.recorded import recorded
from experiments.inventions.table_lookups import Asked, fit_lookups, is_right, is_table_lookup
from qa.data.tatqa import TatQuestion, tatqa_questions
from qa.hybrid.model import table_case
from qa.hybrid.reading import FOLDS, fold_of
from qa.hybrid.training import rights
from qa.metrics.tatqa import GoldAnswer

FRACTIONS = (0.1, 0.25, 0.5, 1.0)
SEEDS = 3


def mined(question: TatQuestion) -> Iterator[TatQuestion]:
    """A lookup question for each operand of an arithmetic question's right derivation."""
    context, found = question.context, table_case(question.question, question.context).derivations
    right = rights(question, found)
    if not right.any():
        return
    for figure in found[int(right.argmax())].figures:
        row, column = context.rows[figure.row].text, " ".join(figure.cell.column_path)
        yield TatQuestion(
            id=f"{question.id} {figure.row},{figure.column}",
            question=f"What was {row} in {column}?",
            context=context,
            gold=GoldAnswer((figure.cell.text,), "", computed=False),
            derivation="",
            answer_type="span",
            answer_from="table",
        )


@recorded("derivation-mining")
def main() -> None:
    """Print exact match with and without mined questions at each fraction of the training contexts."""
    questions = tatqa_questions("dev")
    lookups = [Asked(question) for question in questions if is_table_lookup(question)]
    extra = [Asked(m) for question in questions if question.answer_type == "arithmetic" for m in mined(question)]
    typer.echo(f"{len(lookups)} lookup questions, {len(extra)} mined")
    names = sorted({question.context.name for question in questions})
    documents = [asked.question.context.name for fold in range(FOLDS) for asked in lookups if _fold(asked) == fold]
    for fraction in FRACTIONS:
        scores: dict[bool, list[list[float]]] = {False: [], True: []}
        for seed in range(SEEDS if fraction < 1 else 1):
            drawn = set(random.Random(seed).sample(names, round(fraction * len(names))))
            for mining, runs in scores.items():
                runs.append(_cross_validated(lookups, lookups + (extra if mining else []), drawn))
        without, with_mined = ([statistics.mean(each) for each in zip(*scores[m], strict=True)] for m in (False, True))
        echo_row(
            f"{100 * fraction:.0f}% of contexts",
            {"without": statistics.mean(without), "with": statistics.mean(with_mined)},
        )
        echo_difference("  mined bring", with_mined, without, documents)


def _cross_validated(test: Sequence[Asked], training: Sequence[Asked], drawn: set[str]) -> list[float]:
    """Exact match of each test question by heads of the other folds' drawn contexts, in the order of the folds."""
    scores = []
    for fold in range(FOLDS):
        heads = fit_lookups([a for a in training if a.question.context.name in drawn and _fold(a) != fold])
        scores += [is_right(heads, asked) for asked in test if _fold(asked) == fold]
    return scores


def _fold(asked: Asked) -> int:
    return fold_of(asked.question.context.name)


if __name__ == "__main__":
    typer.run(main)
