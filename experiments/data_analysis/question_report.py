"""What the report says of the questions and of what stands there twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from experiments.data_analysis.described import WINDOW, by_dataset
from experiments.data_analysis.duplicates import NEAR, Repeated
from experiments.data_analysis.plots import number_plot, position_plot
from experiments.report.document import Block, Listing, Table

if TYPE_CHECKING:
    import pandas as pd
    from datasets import Dataset

_SHOWN = 0.001  # share of sentences in common from which two data sets are listed


def question_blocks(questions: Dataset, command: str) -> list[Block]:
    """Lengths, numbers and places, by data set.

    Args:
        questions: described.
        command: makes the plots.
    """
    frame: pd.DataFrame = questions.with_format("pandas")[:]
    rows = by_dataset(questions)
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
        "Medians of words; tokens are the encoder's, of question and context together; contexts are the page or passages "
        "that a question comes with, tables in lines."
    )
    positions = position_plot(frame, command)
    return [
        Table(caption, header, table),
        number_plot(frame, command),
        *([positions] if positions else []),
        Listing("What this says:", _says(frame, rows)),
    ]


def _says(frame: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    longest, densest, often = (rows[name].idxmax() for name in ("long", "numbers", "repeated"))
    early = (frame["position"] < 0.1)[frame["position"].notna()].groupby(frame["dataset"]).mean()
    first = early.idxmax()
    return [
        f"{rows['long'][longest]:.0f}% of the questions in {longest} do not fit into a window of {WINDOW} tokens with their "
        "context: it has to be cut into windows that overlap, or the right part has to be found first.",
        f"In {densest} {rows['numbers'][densest]:.0f}% of the context's words have a digit. A number costs about three word "
        "pieces, so that such a context takes far more tokens than its words say.",
        f"{rows['repeated'][often]:.0f}% of the answers in {often} that are spans stand in their context more than once: its "
        "first place is a guess at which one is meant.",
        f"{100 * early[first]:.0f}% of the answers in {first} that are spans begin in the first tenth of their context: a reader "
        "that has learned where answers stand gets some of them right without reading.",
    ]


def _share(value: float) -> str:
    return "" if value != value else f"{value:.1f}"  # no spans, no share


def duplicate_blocks(repeated: Mapping[str, Repeated]) -> list[Block]:
    """How many sentences stand elsewhere too, by what was compared."""
    rows = [
        [
            name,
            f"{each.owners}",
            f"{each.sentences:,}",
            *(f"{100 * n / max(1, each.sentences):.1f}" for n in (each.exact, each.numbers, each.near)),
        ]
        for name, each in repeated.items()
        if each.exact + each.numbers + each.near >= _SHOWN * each.sentences
    ]
    caption = (
        "Sentences of twelve words and more, and how many of them stand in another filing, company or data set too, each "
        f"counted once. Nearly: {100 * NEAR:.0f}% of their runs of three words are common (MinHash finds them, then they are "
        f"compared). Pairs of data sets with less than {100 * _SHOWN:g}% in common are left out."
    )
    says = [
        "Filings of one company repeat themselves. A passage has to carry its company and period, or it cannot be told from "
        "its twin; a split by filing puts the same sentences into training and test, so splits are by company.",
        "Data sets that share pages are one data set: a reader that was trained on one must not be judged on the other.",
    ]
    header = ["sentences of", "in", "sentences", "word for word, %", "but for numbers, %", "nearly, %"]
    return [Table(caption, header, rows), Listing("What this says:", says)]
