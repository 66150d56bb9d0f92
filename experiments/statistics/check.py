"""Do the intervals cover what they say, and do null comparisons stay null?

    python -m experiments.statistics.check

simulates studies of the sizes of ours and writes what came of them as Markdown; two to three minutes on one core.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Annotated, get_args

import typer

from experiments.statistics.simulation import QUESTIONS, UNEQUAL, Cell, Scores, coverage, familywise_errors
from retrieval.files import write_atomically

RATIOS = (0.1, 1.0, 10.0)
EFFECT = 0.05
ARMS = 7
FAMILY_ROUNDS = 2  # times those of a pair: what is asked of families is nearer to what they do
_INTRODUCTION = """# Do the intervals hold what they say?

Two arms of fine-tuning, {documents} documents with {questions} questions, scores drawn {rounds:,} times for each row
(Monte-Carlo error of a rate near 95%: {error:.1f} points, one standard error); seed {seed}. The documents have 40
questions each or from {least} to {most}. The ratio is that of the variance between seeds to that between documents, of the
paired difference; seed and document interact with a quarter of the latter's; "noise" has neither, only
questions. A score is 0 or 1, F1-like, or normal.

## 95% intervals of one comparison

Covered: how often `compare_runs` holds a true difference of {effect:.0f} points (at least 93 asked of it; above 97 is
conservative). Null: how often it finds one where there is none. Beside it what was not taken: the same variance with
Satterthwaite's degrees of freedom, and percentiles of the bootstrap over seeds and documents; width is that of
`compare_runs` against Satterthwaite's.

The rows of one seed with a ratio above 0 say what such an interval is not for: the difference of other seeds.

| seeds | questions | scores | ratio | covered | null | Satterthwaite | bootstrap | width |
| ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""
_FAMILIES = """
## Six arms against one baseline, none better

How often Holm's correction leaves any false finding at 5% (at most 6 asked of it), {rounds:,} times (standard error
{error:.1f} points).

| seeds | questions | scores | ratio | any false |
| ---: | --- | --- | ---: | ---: |
"""


def pairs() -> Iterator[Cell]:
    """Comparisons of two arms."""
    for seeds, questions, scores, ratio in product((5, 3), (QUESTIONS, UNEQUAL), get_args(Scores), RATIOS):
        yield Cell(scores, seeds, questions, ratio)
    for seeds, scores in product((5, 3), get_args(Scores)):
        yield Cell(scores, seeds, document_sd=0)
    for questions, scores in product((QUESTIONS, UNEQUAL), get_args(Scores)):
        yield Cell(scores, 1, questions, ratio=0)
    for ratio in RATIOS:
        yield Cell("0 or 1", 1, ratio=ratio)


def families() -> Iterator[Cell]:
    """Comparisons of several arms with one baseline."""
    some: tuple[Scores, ...] = ("0 or 1", "normal")
    for seeds, scores, ratio in product((5, 3), some, RATIOS):
        yield Cell(scores, seeds, ratio=ratio, arms=ARMS)
    for seeds in (5, 3):
        yield Cell("0 or 1", seeds, UNEQUAL, arms=ARMS)
        yield Cell("0 or 1", seeds, document_sd=0, arms=ARMS)
    yield Cell("0 or 1", 1, ratio=0, arms=ARMS)


def report(rounds: int, seed: int) -> str:
    """The simulation's figures as Markdown."""
    lines = [
        _INTRODUCTION.format(
            documents=len(QUESTIONS),
            questions=sum(QUESTIONS),
            rounds=rounds,
            error=_error(rounds),
            seed=seed,
            least=min(UNEQUAL),
            most=max(UNEQUAL),
            effect=100 * EFFECT,
        )
    ]
    for cell in pairs():
        found, null = coverage(replace(cell, effect=EFFECT), rounds, seed), coverage(cell, rounds, seed + 1)
        lines.append(
            f"{_named(cell)} {100 * found.crossed:.1f} | {100 * (1 - null.crossed):.1f} "
            f"| {100 * found.satterthwaite:.1f} | {100 * found.bootstrap:.1f} | {found.width:.2f} |\n"
        )
    more = FAMILY_ROUNDS * rounds
    lines.append(_FAMILIES.format(rounds=more, error=_error(more)))
    for cell in families():
        lines.append(f"{_named(cell)} {100 * familywise_errors(cell, more, seed):.1f} |\n")
    lines.append(f"\nMade by `python -m experiments.statistics.check --rounds {rounds} --seed {seed}`.\n")
    return "".join(lines)


def _error(rounds: int) -> float:
    """Standard error of a rate near 5 or 95%, in points of a hundred."""
    return float(100 * (0.95 * 0.05 / rounds) ** 0.5)


def _named(cell: Cell) -> str:
    questions = "40 each" if cell.questions == QUESTIONS else f"{min(cell.questions)} to {max(cell.questions)}"
    ratio = f"{cell.ratio:g}" if cell.document_sd else "noise"
    return f"| {cell.seeds} | {questions} | {cell.scores} | {ratio} |"


def main(
    rounds: Annotated[int, typer.Option(help="Draws for each row.", min=1)] = 3000,
    seed: int = 0,
    out: Annotated[Path, typer.Option(help="Markdown file.")] = Path("experiments/reports/statistics.md"),
) -> None:
    """Write the report."""
    write_atomically(out, report(rounds, seed))


if __name__ == "__main__":
    typer.run(main)
