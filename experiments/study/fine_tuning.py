"""The measure of studies that fine-tune a reader: train as the arguments say, then read the evaluation sets."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from experiments.study.study import Arguments, Measured
from experiments.study.tiny import TINY, tiny_reader
from experiments.study.training import FITS, Cost, start_digest, trained, trained_once
from qa.data.squad_form import Example, load_examples, twin_groups
from qa.evaluation import Prediction, predict
from qa.reader import Reader
from qa.techniques.header_dropout import header_of, with_header
from qa.training.digests import data_digest
from qa.training.fit import FitFunction
from qa.training.recipe import Recipe, recipe_of
from qa.training.train import training_examples

SCORED = ("exact_match", "f1")
MAX_ANSWER_TOKENS = 100  # the answers of financial_qa_10k are often whole clauses


@dataclass(frozen=True)
class Task:
    """What a run is to do.

    Attributes:
        recipe: what is trained.
        sets: what is read with the finished model.
        fit: how it is trained.
        before: what the training of the start cost, where the study trains it.
    """

    recipe: Recipe
    sets: Sequence[EvaluationSet]
    fit: FitFunction
    before: Cost


class EvaluationSet(BaseModel):
    """Questions that a run is scored on.

    Attributes:
        dataset: its name, and how the metrics call it.
        split: its split.
        held_out: only the groups that the recipe holds out.
        each: how many questions of a group at most, the same in every run; 0 for all.
        limit: how many questions at most, the same in every run; 0 for all.
        twins: whether twins (`qa.data.squad_form.twin_groups`) are taken together.
        attacked: each context gets the header line of another (`qa.techniques.header_dropout`).
        called: what the metrics call it, where that is not the data set's name.
        abstains: whether "no answer", where the reader prefers it to any span, is its answer; else the best span is.
    """

    model_config = ConfigDict(extra="forbid")

    dataset: str
    split: str
    attacked: bool = False
    called: str = ""
    held_out: bool = False
    each: int = 0
    limit: int = 0
    twins: bool = False
    abstains: bool = False

    def examples(self, held_out: Sequence[str]) -> list[Example]:
        """The questions."""
        found = load_examples(self.dataset, self.split)
        if self.held_out:
            found = [example for example in found if example.group in held_out]
        random.Random(self.dataset).shuffle(found)
        if self.twins:
            found = [example for pair in twin_groups(found).values() for example in pair]
        if self.each:
            by_group: dict[str, list[Example]] = defaultdict(list)
            for example in found:
                by_group[example.group].append(example)
            found = [example for group in sorted(by_group) for example in by_group[group][: self.each]]
        found = found[: self.limit] if self.limit else found
        return _under_wrong_headers(found) if self.attacked else found

    @property
    def label(self) -> str:
        """What the metrics call it."""
        return self.called or self.dataset


def measure(arguments: Arguments, seed: int, folder: Path) -> Measured:
    """Trains a recipe and scores the finished model.

    Args:
        arguments: the recipe's fields, and of the run `evaluate` (evaluation sets), `fit` (trainer, loop, or none to
            leave the start as it is) and, where the start is to be trained first, `start`: the fields of its recipe
            that differ.
        seed: of the recipe.
        folder: for the model.
    """
    task = task_of(arguments, seed, folder)
    return scored(*trained(task.recipe, task.fit), task)


def scored(model: Path, cost: Cost, task: Task) -> Measured:
    """Reads a task's evaluation sets with a finished model whose own training cost so much."""
    reader = Reader.from_pretrained(model)
    asked = {each.label: each.examples(task.recipe.held_out) for each in task.sets}
    return Measured(
        rows=[row for each in task.sets for row in read_set(reader, each, asked[each.label])],
        scored=SCORED,
        facts={**facts_of(task.recipe, asked), "trained_weights": cost.weights},
        training_seconds=round(task.before.seconds + cost.seconds, 1),
    )


def task_of(arguments: Arguments, seed: int, folder: Path) -> Task:
    """The task that the arguments of `measure` say."""
    fields = dict(arguments)
    sets = [EvaluationSet.model_validate(each) for each in fields.pop("evaluate")]
    fit = FITS[fields.pop("fit", "trainer")]
    if fields["model"] == TINY:
        fields["model"] = str(tiny_reader(folder / TINY))
    fields |= {"output": folder / "run", "save_steps": 0}
    start, before = fields.pop("start", None), Cost()
    if start is not None:
        first = recipe_of({"seed": seed, **fields, "technique": [], "source": [], **start}, where="start of a study")
        path, before = trained_once(first, FITS["trainer"])
        fields["model"] = str(path)
    return Task(recipe_of({**fields, "seed": seed}, where="study"), sets, fit, before)


def _under_wrong_headers(examples: list[Example]) -> list[Example]:
    """Each context under the header line of another company's, where it has one."""
    draw = random.Random("wrong headers")
    attacked = []
    for example in examples:
        others = [each for each in examples if each.group != example.group and header_of(each)]
        wrong = header_of(example) and others
        attacked.append(with_header(example, header_of(draw.choice(others))) if wrong else example)
    return attacked


def read_set(reader: Reader, asked: EvaluationSet, examples: Sequence[Example]) -> list[dict[str, Any]]:
    """A row a question: its scores, and where the reader points with which margin."""
    reader.max_answer_tokens = MAX_ANSWER_TOKENS
    return [
        _row(asked, example, prediction)
        for example, prediction in zip(examples, predict(reader, examples), strict=True)
    ]


def facts_of(recipe: Recipe, asked: Mapping[str, Sequence[Example]]) -> dict[str, Any]:
    """Digests of the data, that of the evaluation sets by their labels, and of the model at the start."""
    digests = {"train": data_digest(training_examples(recipe, recipe.mixture))}
    if recipe.source:
        digests["source"] = data_digest(training_examples(recipe, recipe.source))
    digests |= {label: data_digest(examples) for label, examples in asked.items()}
    return {"data": digests, "start": start_digest(recipe)}


def _row(asked: EvaluationSet, example: Example, found: Prediction) -> dict[str, Any]:
    exact, f1 = found.exact, found.f1
    if asked.abstains and found.margin <= 0:
        exact = f1 = float(not example.answerable)
    return {
        "dataset": asked.label,
        "id": example.id,
        "document": example.group,
        "exact_match": exact,
        "f1": f1,
        "margin": found.margin,
        "start": found.start,
        "length": len(found.text),
    }
