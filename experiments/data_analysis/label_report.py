"""What the report says of labels that do not fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from experiments.data_analysis.labels import SAMPLE, Check, Judged, Suspect, Verdict, sample
from experiments.report.document import Block, Listing, Paragraph, Table

Suspects = Sequence[tuple[Check, Sequence[Suspect]]]  # by the check that found them
AllJudged = Mapping[tuple[str, str], Judged]  # by check and suspect


def looked_at(suspects: Suspects, judged: AllJudged) -> Iterator[tuple[Check, Suspect, Judged]]:
    """The suspects of each check's sample that a person judged."""
    for check, found in suspects:
        for suspect in sample(found):
            if (check.name, suspect.id) in judged:
                yield check, suspect, judged[check.name, suspect.id]


def label_blocks(suspects: Suspects, judged: AllJudged) -> list[Block]:
    """The checks, what became of their suspects, and those that do not fit."""
    seen = list(looked_at(suspects, judged))
    rows = []
    for check, found in suspects:
        verdicts = [each.verdict for of, _, each in seen if of is check]
        datasets = ", ".join(dict.fromkeys(suspect.dataset for suspect in found))
        counts = [f"{len(found):,}", str(len(verdicts)), *(str(verdicts.count(name)) for name in get_args(Verdict))]
        rows.append([check.name, check.looks_for, datasets, *counts])
    caption = (
        f"Of the suspects of each check a person looked at up to {SAMPLE}, drawn by their ids; what was said of each is in "
        "experiments/data_analysis/judged.toml. Wrong is the label, or what it is about, such as a table that lost a "
        "figure. Right: the check was wrong, and the label stays."
    )
    header = ["check", "suspects", "data sets", "found", "looked at", *get_args(Verdict)]
    return [
        Table(caption, header, rows, text=frozenset({0, 1, 2})),
        Paragraph(
            "No label is changed here: benchmarks stay what they are, and these questions are part of what caps a score on "
            "them."
        ),
        Listing("What does not fit, by id:", _examples(seen)),
    ]


def _examples(seen: Sequence[tuple[Check, Suspect, Judged]]) -> list[str]:
    """A line for each reason, with the suspects that it holds for."""
    alike: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for check, suspect, judged in seen:
        if judged.verdict != "right":
            reason = (check.name, judged.verdict, judged.why, suspect.dataset)
            alike[reason].append(f"{suspect.id} ({suspect.said})")
    return [
        f"{check}, {verdict}: {why} {dataset}: {'; '.join(found)}."
        for (check, verdict, why, dataset), found in alike.items()
    ]
