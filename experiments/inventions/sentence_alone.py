"""Should the sentence of an answer be read again by itself?

    FINANCEQA_INDEX=FOLDER python -m experiments.inventions.sentence_alone

runs what `research/inventions/sentence-alone.md` says, over an index of all shared filings; before it what the rule was
chosen on: the companies that calibrate the reader, a text each. A quarter of an hour on two cores.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import typer

from experiments.ablations.end_to_end import index_from_environment
from experiments.inventions.lookup_cases import echo_difference, echo_row
from experiments.inventions.recorded import recorded
from qa import judging, reading
from qa.answering import FinanceQA
from qa.close_reading import read_closely
from qa.data.squad_form import Example, load_examples
from qa.reader import Reader, Span
from qa.shipping import RECIPE
from qa.span_answers_evaluation import SpanOutcome, evaluate_span_answers, unseen_examples
from qa.training.recipe import load_recipe
from retrieval.document import Document, Identity, Page, Text
from retrieval.evaluation.judged import holding
from retrieval.index.index import Index
from retrieval.ranking import ranked
from retrieval.search import Hit

DATASET = "financial_qa_10k"
CALIBRATING = 200  # questions of the companies that calibrate the reader
WEIGHTS = (0.02, 0.03, 0.05)  # of the reader against search

Reading = Callable[[Reader, str, str], list[Span]]
Scores = dict[str, list[float]]


def read_once(reader: Reader, question: str, text: str) -> list[Span]:
    """The spans of a passage as one reading finds them."""
    return reader.read(question, [text])


def scored(system: FinanceQA, examples: Sequence[Example], read: Reading) -> Scores:
    """Of each question F1, whether it is answered, and whether it still is where search hides the passages that hold it.

    Args:
        system: over an index that holds the passages.
        examples: with answers; asked with their company told.
        read: gives the spans of a passage, as `read_closely` does.
    """
    scores: Scores = {"F1": [], "answered": [], "hidden answered": []}
    for example in examples:
        outcome = _asked(system, example, read, hiding=False)
        scores["F1"].append(outcome.f1)
        scores["answered"].append(float(outcome.answer["found"]))
        scores["hidden answered"].append(float(_asked(system, example, read, hiding=True).answer["found"]))
    return scores


def _asked(system: FinanceQA, example: Example, read: Reading, *, hiding: bool) -> SpanOutcome:
    unit = holding(example.context, system.index)

    def search(*given: Any, **named: Any) -> list[Hit]:  # noqa: ANN401
        return [hit for hit in ranked(*given, **named) if not hiding or unit(hit) != "gold"]

    system.forget()  # it answered with another reading
    with patch.object(reading, "ranked", search), patch.object(reading, "read_closely", read):
        return evaluate_span_answers(system, [example], dataset=DATASET, given="company").outcomes[0]


def paragraphs_index(folder: Path, examples: Sequence[Example]) -> Index:
    """A new index of a text for each group, whose paragraphs are the contexts of its examples; open for writing."""
    contexts: dict[str, dict[str, None]] = defaultdict(dict)
    for example in examples:
        contexts[example.group][" ".join(example.context.split())] = None
    index = Index.create(folder)
    for group, paragraphs in contexts.items():
        text, places = "", []
        for paragraph in paragraphs:
            text += "\n\n" if text else ""
            places.append(Text(len(text), len(text) + len(paragraph)))
            text += paragraph
        index.add(
            Document(group, group, Identity(company=group, ticker=group), group, (Page(1, text, tuple(places)),)),
            path=group,
            digest=group,
        )
    return index


def _show(name: str, once: Scores, closely: Scores, asked: Sequence[Example]) -> None:
    for how, scores in (("one reading", once), ("two readings", closely)):
        echo_row(f"{name}, {how}", {what: mean(values) for what, values in scores.items()})
    for what in ("F1", "hidden answered"):
        echo_difference(f"  {what}", closely[what], once[what], [example.group for example in asked])


@recorded("sentence-alone")
def main() -> None:
    """Print what the rule was chosen on, then the measure.

    Raises:
        ValueError: $FINANCEQA_INDEX is not set.
    """
    index_from_environment().close()  # before what takes long
    recipe, reader = load_recipe(RECIPE), Reader.quick()
    known = [example for example in load_examples(DATASET, "train") if example.group in recipe.calibration]
    with TemporaryDirectory() as folder, paragraphs_index(Path(folder) / "index", known) as index:
        chosen = random.Random(1).sample(known, CALIBRATING)
        for weight in WEIGHTS:
            with patch.object(judging, "WEIGHT", weight):
                once, closely = (scored(FinanceQA(index, reader), chosen, each) for each in (read_once, read_closely))
            _show(f"weight {weight}", once, closely, chosen)
    with index_from_environment() as index:
        unseen = unseen_examples(recipe)
        once, closely = (scored(FinanceQA(index, reader), unseen, each) for each in (read_once, read_closely))
    typer.echo(f"{len(unseen)} questions of {len({example.group for example in unseen})} companies never seen")
    _show("unseen", once, closely, unseen)


if __name__ == "__main__":
    typer.run(main)
