"""Should all places of an answer count as right?

    python -m experiments.inventions.occurrence_marginal

runs what `research/inventions/occurrence-marginal-loss.md` says.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import typer

from experiments.inventions.lookup_cases import Judged, echo_difference, echo_row, judge, lookup_cases
from experiments.inventions.recorded import recorded
from qa.lookup.features import Features
from qa.lookup.training import Case, fit

ROUNDS = 3


def first(case: Case) -> Case:
    """The case with only the first right number right; numbers are in the order of the filing."""
    return _only(case, int(case.right.argmax())) if case.right.any() else case


def hard(cases: Sequence[Case]) -> Features:
    """Weights by hard EM: fitted again and again on the right number that the last weights like best."""
    weights = fit([first(case) for case in cases])
    for _ in range(ROUNDS):
        weights = fit([_likeliest(case, weights) for case in cases])
    return weights


def _likeliest(case: Case, weights: Features) -> Case:
    if not case.right.any():
        return case
    return _only(case, int(np.where(case.right > 0, case.features @ weights, -np.inf).argmax()))


def _only(case: Case, place: int) -> Case:
    right = np.zeros_like(case.right)
    right[place] = 1
    return replace(case, right=right)


@recorded("occurrence-marginal-loss")
def main() -> None:
    """Print value and cell accuracy for each loss, and what the sum and hard EM have over the first occurrence."""
    training = [case.case for case in lookup_cases(evaluation=False) if case.case.values]
    held_out = [case for case in lookup_cases(evaluation=True) if case.kind != "absent"]
    several = [float(case.right.sum() > 1) for case in training]
    typer.echo(f"{100 * statistics.mean(several):.0f}% of the training questions have several right numbers")
    losses = {
        "first occurrence": fit([first(case) for case in training]),
        "sum over occurrences": fit(training),
        "hard EM": hard(training),
    }
    found: dict[str, list[Judged]] = {}
    for name, weights in losses.items():
        found[name] = judge(held_out, weights)
        echo_row(
            name,
            {
                "value right": statistics.mean(each.right for each in found[name]),
                "cell right": statistics.mean(each.cell for each in found[name]),
            },
        )
    for name in list(losses)[1:]:
        for what in ("right", "cell"):
            these, firsts = (
                [float(getattr(each, what)) for each in found[loss]] for loss in (name, "first occurrence")
            )
            echo_difference(f"{name} over the first, {what}", these, firsts, [case.company for case in held_out])


if __name__ == "__main__":
    typer.run(main)
