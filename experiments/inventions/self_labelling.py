"""How many self-labelled filings does a lookup model need?

    python -m experiments.inventions.self_labelling

runs what `research/inventions/self-labelling-filings.md` says.
"""

from __future__ import annotations

import random
import statistics

import typer

from experiments.inventions.lookup_cases import Judged, echo_difference, echo_row, judge, lookup_cases, twins_right
from experiments.inventions.recorded import recorded
from qa.lookup.training import fit

SIZES = (1, 2, 4, 8, 16, 32)
SEEDS = 5


@recorded("self-labelling-filings")
def main() -> None:
    """Print right answers by the number of filings, and what all of them have over four."""
    training, held_out = (
        [case for case in lookup_cases(evaluation=evaluation) if case.kind != "absent" or case.case.values]
        for evaluation in (False, True)
    )
    filings = sorted({case.filing for case in training})
    typer.echo(f"{len(training)} questions of {len(filings)} filings; {len(held_out)} questions held out")
    answerable = [case.kind != "absent" for case in held_out]
    scores: dict[int, list[list[float]]] = {}
    for size in (*SIZES, len(filings)):
        runs = []
        for seed in range(SEEDS if size < len(filings) else 1):
            drawn = set(random.Random(seed).sample(filings, size))
            weights = fit([case.case for case in training if case.filing in drawn and case.case.values])
            runs.append(judge(held_out, weights))
        scores[size] = [[float(each.right) for each in _only(run, answerable)] for run in runs]
        rates = [statistics.mean(run) for run in scores[size]]
        absent = [each.right for run in runs for each in _only(run, [not a for a in answerable])]
        twins = [statistics.mean(twins_right(held_out, run)) for run in runs]
        echo_row(
            f"{size} filings",
            {
                "right": statistics.mean(rates),
                "lowest": min(rates),
                "highest": max(rates),
                "twins": statistics.mean(twins),
                "absent answered": 1 - statistics.mean(absent),
            },
        )
    four = [statistics.mean(run[i] for run in scores[4]) for i in range(sum(answerable))]
    companies = [case.company for case in held_out if case.kind != "absent"]
    echo_difference("all over four filings", scores[len(filings)][0], four, companies)


def _only(judged: list[Judged], which: list[bool]) -> list[Judged]:
    return [each for each, wanted in zip(judged, which, strict=True) if wanted]


if __name__ == "__main__":
    typer.run(main)
