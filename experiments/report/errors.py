"""Some of an arm's errors, drawn by seed, with what was asked and what was answered."""

from __future__ import annotations

import random
from typing import Any

from experiments.report.document import Table
from experiments.report.evidence import Evidence
from experiments.study.asked import asked_examples
from qa.data.squad_form import Example

SAMPLED = 30
_SHOWN = 300  # characters of a text
_NEEDED = {"exact_match", "f1", "start", "length"}


def sampled_errors(evidence: Evidence, arm: str) -> Table:
    """Up to thirty questions that the first seed of an arm does not answer exactly.

    Raises:
        ValueError: the runs have no spans, or are of other questions than the data set has.
        retrieval.data_folder.MissingDataError: the data set is not on this machine.
    """
    run = evidence.runs_of(arm)[0]
    dataset = evidence.metric.rsplit(".", 1)[0]
    table = run.scores()
    if not set(table.column_names) >= _NEEDED:
        raise ValueError("the runs of this study answer with no spans")
    asked = [row for row in table.to_pylist() if row["dataset"] == dataset]
    wrong = sorted((row for row in asked if row["exact_match"] == 0), key=lambda row: str(row["id"]))
    drawn = random.Random(evidence.study.name).sample(wrong, min(SAMPLED, len(wrong)))
    examples = asked_examples(run, dataset)
    unknown = [row["id"] for row in drawn if row["id"] not in examples]
    if unknown:
        raise ValueError(f"{dataset} on this machine does not have the questions {', '.join(unknown[:3])}")
    caption = (
        f"{len(drawn)} of the {len(wrong)} questions of {len(asked)} that {arm}, seed {run.seed}, does not answer exactly, drawn by the "
        f"study's name; longest texts are cut. Their mean F1 says little of the whole."
    )
    rows = [_row(row, examples[row["id"]]) for row in drawn]
    return Table(caption, ["question", "gold", "answered", "F1", "company"], rows, text=frozenset({0, 1, 2, 4}))


def _row(row: dict[str, Any], example: Example) -> list[str]:
    answered = example.context[row["start"] : row["start"] + row["length"]]
    gold = " / ".join(dict.fromkeys(example.answers)) or "(not answerable)"
    texts = [_cut(text) for text in (example.question, gold, answered or "(nothing)")]
    return [*texts, f"{row['f1']:.2f}", str(row["document"])]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"
