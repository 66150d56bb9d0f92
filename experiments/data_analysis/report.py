"""The report on the data: from what was measured, as HTML and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.data_analysis.cost_report import memory_blocks, operation_table, told_bar
from experiments.data_analysis.duplicates import Repeated
from experiments.data_analysis.label_report import AllJudged, Suspects, label_blocks, looked_at
from experiments.data_analysis.memory import Reading
from experiments.data_analysis.operations import Operation
from experiments.data_analysis.question_report import duplicate_blocks, question_blocks
from experiments.report.document import Command, Document, Section, Terms

if TYPE_CHECKING:
    from datasets import Dataset


@dataclass(frozen=True)
class Findings:
    """All that was measured.

    Attributes:
        questions: described.
        operations: of Datasets, on the questions.
        readings: of filing text.
        repeated: sentences, by what was compared with what.
        suspects: labels, by the check that found them.
        judged: what people made of them.
        origin: of what code, machine and data, in words.
        command: made it.
    """

    questions: Dataset
    operations: Sequence[Operation]
    readings: Sequence[Reading]
    repeated: Mapping[str, Repeated]
    suspects: Suspects
    judged: AllJudged
    origin: Sequence[tuple[str, str]]
    command: str


def data_report(found: Findings) -> Document:
    """What is to be said of the data."""
    sections = [
        Section("questions", "What the questions are like", question_blocks(found.questions, found.command)),
        Section("duplicates", "What stands there twice", duplicate_blocks(found.repeated)),
        Section("labels", "Labels that do not fit", label_blocks(found.suspects, found.judged)),
        Section("operations", "What the operations of Datasets cost", [operation_table(found.operations)]),
        Section("memory", "Memory", memory_blocks(found.readings, found.command)),
        Section("origin", "Where this comes from", [Terms(found.origin), Command("This report", found.command)]),
    ]
    seen = [judged.verdict for _, _, judged in looked_at(found.suspects, found.judged)]
    lead = (
        f"{len(found.questions):,} questions of {len(found.questions.unique('dataset'))} finance data sets, explored with "
        f"Datasets. Checks doubt {sum(len(suspects) for _, suspects in found.suspects)} questions, whose label does not fit "
        f"what it is about; of {len(seen)} that a person looked at {seen.count('wrong')} are wrong. {told_bar(found.readings)}"
    )
    return Document("The data", lead, sections)
