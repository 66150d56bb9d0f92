"""Must training have period twins and absent years?

    python -m experiments.inventions.period_twins

runs what `research/inventions/period-twins.md` says.
"""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from collections.abc import Sequence

import typer

from experiments.inventions.lookup_cases import (
    Kind,
    LookupCase,
    echo_difference,
    echo_row,
    judge,
    lookup_cases,
    twins_companies,
    twins_right,
)
from experiments.inventions.recorded import recorded
from qa.lookup.training import fit

ARMS: dict[str, tuple[Kind, ...]] = {
    "rows": ("row",),
    "rows, twins": ("row", "twin"),
    "rows, twins, absent": ("row", "twin", "absent"),
}
SEEDS = 5
QUESTIONS = 1_000


def drawn(cases: Sequence[LookupCase], kinds: Sequence[Kind], seed: int) -> list[LookupCase]:
    """`QUESTIONS` cases of these kinds, whole groups, so that a twin comes with its row."""
    groups: dict[str, list[LookupCase]] = defaultdict(list)
    for case in cases:
        if case.kind in kinds:
            groups[f"{case.filing} {case.group}"].append(case)
    names = sorted(groups)
    random.Random(seed).shuffle(names)
    return [case for name in names for case in groups[name]][:QUESTIONS]


@recorded("period-twins")
def main() -> None:
    """Print the arms, and what each of the last two has over the first."""
    training = [case for case in lookup_cases(evaluation=False) if case.case.values]
    held_out = lookup_cases(evaluation=True)
    right: dict[str, list[float]] = {}
    twins: dict[str, list[float]] = {}
    for name, kinds in ARMS.items():
        runs = [judge(held_out, fit([case.case for case in drawn(training, kinds, seed)])) for seed in range(SEEDS)]
        right[name] = [
            statistics.mean(run[i].right for run in runs) for i, case in enumerate(held_out) if case.kind != "absent"
        ]
        twins[name] = [
            statistics.mean(pair) for pair in zip(*(twins_right(held_out, run) for run in runs), strict=True)
        ]
        absent = [not run[i].right for run in runs for i, case in enumerate(held_out) if case.kind == "absent"]
        echo_row(
            name,
            {
                "right": statistics.mean(right[name]),
                "twins right": statistics.mean(twins[name]),
                "absent answered": statistics.mean(absent),
            },
        )
    asked = [case.company for case in held_out if case.kind != "absent"]
    for name in list(ARMS)[1:]:
        echo_difference(f"{name} over rows, right", right[name], right["rows"], asked)
        echo_difference(f"{name} over rows, twins right", twins[name], twins["rows"], twins_companies(held_out))


if __name__ == "__main__":
    typer.run(main)
