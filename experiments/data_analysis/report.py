"""The report on the data: from what was measured, as HTML and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.data_analysis.described import WINDOW, by_dataset
from experiments.data_analysis.duplicates import NEAR, Repeated
from experiments.data_analysis.labels import SAMPLE, Check, Judged, Suspect, sample
from experiments.data_analysis.memory import BAR, Reading, whole_stream
from experiments.data_analysis.operations import Operation
from experiments.data_analysis.plots import curve_plot, memory_plot, number_plot, position_plot
from experiments.report.document import Block, Command, Document, Listing, Paragraph, Section, Table, Terms

if TYPE_CHECKING:
    import pandas as pd
    from datasets import Dataset

_MEGA, _GIGA = 1e6, 1e9


@dataclass(frozen=True)
class Findings:
    """All that was measured.

    Attributes:
        questions: described.
        operations: of Datasets, on the questions.
        readings: of filing text.
        repeated: sentences, by what was compared with what.
        suspects: labels, by the check that found them.
        judged: what people made of them, by check and suspect.
        origin: of what code, machine and data, in words.
        command: made it.
    """

    questions: Dataset
    operations: Sequence[Operation]
    readings: Sequence[Reading]
    repeated: Mapping[str, Repeated]
    suspects: Sequence[tuple[Check, Sequence[Suspect]]]
    judged: Mapping[tuple[str, str], Judged]
    origin: Sequence[tuple[str, str]]
    command: str


def data_report(found: Findings) -> Document:
    """What is to be said of the data."""
    sections = [
        Section("questions", "What the questions are like", _questions(found)),
        Section("duplicates", "What stands there twice", _duplicates(found.repeated)),
        Section("labels", "Labels that do not fit", _labels(found)),
        Section("operations", "What the operations of Datasets cost", [_operations(found)]),
        Section("memory", "Memory", _memory(found)),
        Section("origin", "Where this comes from", [Terms(found.origin), Command("This report", found.command)]),
    ]
    looked_at = _looked_at(found)
    wrong = sum(judged.verdict == "wrong" for _, judged in looked_at)
    lead = (
        f"{len(found.questions):,} questions of {len(found.questions.unique('dataset'))} finance data sets, explored with "
        f"Datasets. Checks doubt {sum(len(suspects) for _, suspects in found.suspects)} labels; of {len(looked_at)} that a person "
        f"looked at {wrong} are wrong. {told_bar(found.readings)}"
    )
    return Document("The data", lead, sections)


def told_bar(readings: Sequence[Reading]) -> str:
    """Whether streaming held its bar, in a sentence."""
    streamed = whole_stream(readings)
    return (
        f"Streaming over {streamed.size / _GIGA:.2f} GB had {streamed.peak / _MEGA:,.0f} MB resident at most, "
        f"{'under' if streamed.peak < BAR else 'over'} the {BAR / _MEGA:.0f} MB that are asked for."
    )


def _questions(found: Findings) -> list[Block]:
    frame: pd.DataFrame = found.questions.with_format("pandas")[:]
    rows = by_dataset(found.questions)
    longest, densest = rows["long"].idxmax(), rows["numbers"].idxmax()
    often = rows["repeated"].drop("financebench", errors="ignore").idxmax()
    says = [
        f"One window of {WINDOW} tokens holds question and context of all but {rows['long'][longest]:.0f}% of the questions in {longest}; "
        "what is longer has to be cut into windows that overlap, or the right part has to be found first.",
        f"In {densest} {rows['numbers'][densest]:.0f}% of the context's words have a digit. Numbers cost about three word pieces each, so that "
        "such a context takes far more tokens than its words say.",
        f"{rows['repeated'][often]:.0f}% of the answers in {often} that are spans stand in their context more than once: the first place is a "
        "guess at which one is meant.",
    ]
    header = [
        "data set", "questions", "documents", "question, words", "context, words", "95% of contexts up to", "answer, words",
        f"over {WINDOW} tokens, %", "words with a digit, %", "answer has a digit, %", "answer is a span, %", "span more than once, %",
    ]  # fmt: skip
    table = [
        [
            str(name),
            *(f"{row[column]:,.0f}" for column in rows.columns[:6]),
            *(_share(row[column]) for column in rows.columns[6:]),
        ]
        for name, row in rows.iterrows()
    ]
    caption = (
        "Medians of words; tokens are the encoder's, of question and context together; contexts are the page or passages that a "
        "question comes with, tables in lines."
    )
    blocks: list[Block | None] = [
        Table(caption, header, table),
        number_plot(frame, found.command),
        position_plot(frame, found.command),
        Listing("What this says:", says),
    ]
    return [block for block in blocks if block is not None]


def _share(value: float) -> str:
    return "" if value != value else f"{value:.1f}"  # no spans, no share


def _duplicates(repeated: Mapping[str, Repeated]) -> list[Block]:
    header = ["sentences of", "in", "sentences", "word for word, %", "but for numbers, %", "nearly, %"]
    rows = [
        [
            name,
            f"{each.owners}",
            f"{each.sentences:,}",
            *(_percent(n, each.sentences) for n in (each.exact, each.numbers, each.near)),
        ]
        for name, each in repeated.items()
    ]
    caption = (
        "Sentences of twelve words and more, and how many of them stand in another filing, company or data set too, each counted once. "
        f"Nearly: {100 * NEAR:.0f}% of their runs of three words are common (MinHash finds them, then they are compared)."
    )
    return [
        Table(caption, header, rows),
        Listing(
            "What this says:",
            [
                "Filings of one company repeat themselves with other numbers. A passage has to carry its company and period, or it cannot be "
                "told from its twin; a split by filing puts the same sentences into training and test, so splits are by company.",
                "Data sets that share pages are one data set: a reader that was trained on one must not be judged on the other.",
            ],
        ),
    ]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""


def _labels(found: Findings) -> list[Block]:
    rows, examples = [], []
    for check, suspects in found.suspects:
        seen = [
            (suspect, judged) for suspect in sample(suspects) if (judged := found.judged.get((check.name, suspect.id)))
        ]
        counts = [sum(judged.verdict == verdict for _, judged in seen) for verdict in ("wrong", "unclear", "right")]
        datasets = ", ".join(dict.fromkeys(suspect.dataset for suspect in suspects))
        rows.append([check.name, check.looks_for, datasets, f"{len(suspects):,}", str(len(seen)), *map(str, counts)])
        examples += [
            f"{check.name}: {suspect.dataset} {suspect.id} ({judged.verdict}): {suspect.said}. {judged.why}"
            for suspect, judged in seen
            if judged.verdict != "right"
        ]
    header = ["check", "suspects", "data sets", "found", "looked at", "wrong", "unclear", "right"]
    caption = (
        f"Of the suspects of each check a person looked at up to {SAMPLE}, drawn by their ids; what was said of each is in "
        "experiments/data_analysis/judged.toml. Right: the check was wrong, and the label stays."
    )
    return [
        Table(caption, header, rows, text=frozenset({0, 1, 2})),
        Paragraph(
            "No label is changed here: benchmarks stay what they are, and these questions are part of what caps a score on them."
        ),
        Listing("What does not fit, by id:", examples),
    ]


def _looked_at(found: Findings) -> list[tuple[Suspect, Judged]]:
    return [
        (suspect, found.judged[check.name, suspect.id])
        for check, suspects in found.suspects
        for suspect in sample(suspects)
        if (check.name, suspect.id) in found.judged
    ]


def _operations(found: Findings) -> Table:
    rows = [
        [
            each.call,
            each.gives,
            f"{each.rows:,}",
            f"{each.seconds:.2f}",
            f"{each.rows / max(each.seconds, 1e-9):,.0f}",
            f"{each.resident / _MEGA:,.0f}",
        ]
        for each in found.operations
    ]
    caption = (
        "Each once, in this order, in one process; f counts words, tokens, numbers and places, g asks for more than 512 tokens. "
        "Resident memory is the process's, libraries included, as psutil tells it after the operation."
    )
    return Table(
        caption,
        ["operation", "gives", "rows", "seconds", "rows a second", "resident, MB"],
        rows,
        text=frozenset({0, 1}),
    )


def _memory(found: Findings) -> list[Block]:
    rows = [
        [
            each.way,
            f"{each.size / _GIGA:.2f}",
            f"{each.records:,}",
            *(f"{n / _MEGA:,.0f}" for n in (each.before, each.resident, each.own, each.peak)),
            f"{each.seconds:,.0f}",
        ]
        for each in found.readings
    ]
    header = ["way", "GB", "records", "before, MB", "at the end, MB", "of it own, MB", "highest, MB", "seconds"]
    caption = (
        "Generated filing text in JSON lines, read to the end one record at a time, each row by a process of its own. Own: not shared "
        "with files. Highest: the kernel's high-water mark, which sampling cannot miss."
    )
    return [
        Paragraph(told_bar(found.readings)),
        memory_plot(found.readings, found.command),
        Table(caption, header, rows),
        curve_plot(found.readings, found.command),
    ]
