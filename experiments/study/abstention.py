"""The measure of studies of abstention: how well a confidence tells a reader's right answers from its wrong ones."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments.statistics import risk_coverage
from experiments.study.confidence import CONFIDENCES, Answers, Floats, left_out
from experiments.study.fine_tuning import MAX_ANSWER_TOKENS, facts_of, task_of
from experiments.study.once import made_once
from experiments.study.snapshots import Snapshots
from experiments.study.study import Arguments, Measured
from experiments.study.training import depends_on
from qa.calibration import expected_calibration_error
from qa.data.squad_form import Example
from qa.data.unanswerable import unanswerable_twins
from qa.metrics.normalise import exact_match, normalise_answer
from qa.reader import N_BEST, Reader, Span
from qa.training.digests import data_digest
from qa.training.fit import FitFunction
from qa.training.recipe import Recipe
from qa.training.train import train

TWINS_SEED = 7
AFTER = (0.6, 0.8)  # shares of the steps at which snapshots are kept; the finished model is the third
PRECISION = 0.9
ANSWERS = "answers.npz"


def measure(arguments: Arguments, seed: int, folder: Path) -> Measured:
    """Scores a confidence in a trained reader's answers to questions with and without an answer.

    The reader is trained once a seed.

    Args:
        arguments: those of `fine_tuning.measure` with one evaluation set, and `confidence`, of `CONFIDENCES`.
        seed: of the recipe.
        folder: for the model.
    """
    fields = dict(arguments)
    confidence = CONFIDENCES[fields.pop("confidence")]
    task = task_of(fields, seed, folder)
    recipe, label = task.recipe, task.sets[0].label
    questions = task.sets[0].examples(recipe.held_out)
    asked = with_twins(questions)
    what = {**depends_on(recipe), "asked": data_digest(asked), "after": AFTER}
    answers = Answers.load(made_once(what, lambda shared: _answer(recipe, task.fit, asked, shared)) / ANSWERS)
    probability = left_out(confidence, answers)
    return Measured(
        rows=[
            _row(label, *each)
            for each in zip(asked, answers.right, answers.margin, answers.agreement, probability, strict=True)
        ],
        scored=("brier",),
        facts={
            **facts_of(recipe, {label: questions}),
            **selective_facts(probability, answers.right),
            "asked": data_digest(asked),
            "answers": answers.digest(),
        },
    )


def _answer(recipe: Recipe, fit: FitFunction, asked: Sequence[Example], folder: Path) -> None:
    """Trains the reader, whose answers all confidences of a seed are tried on."""
    snapshots = Snapshots(after=AFTER)
    reader = Reader.from_pretrained(train(replace(recipe, output=folder / "run"), fit=snapshots.watching(fit)))
    reader.max_answer_tokens = MAX_ANSWER_TOKENS
    answers_to(asked, reader, snapshots).save(folder / ANSWERS)
    shutil.rmtree(folder / "run")


def with_twins(examples: Sequence[Example]) -> list[Example]:
    """The answerable examples that can be made unanswerable, each followed by its unanswerable twin."""
    twins = unanswerable_twins(examples, 1.0, TWINS_SEED)
    by_id = {twin.id.rpartition("-")[0]: twin for twin in twins}
    return [each for example in examples if example.id in by_id for each in (example, by_id[example.id])]


def answers_to(examples: Sequence[Example], reader: Reader, snapshots: Snapshots) -> Answers:
    """The finished reader's answers, and how many of the snapshots give the same; the reader ends as the last snapshot."""
    spans = [reader.read(example.question, [example.context], top_k=N_BEST) for example in examples]
    said = [normalise_answer(found[0].text) for found in spans]
    agreeing = []
    for weights in snapshots.kept:
        reader.model.load_state_dict(weights)
        earlier = reader.read_each(
            [example.question for example in examples], [example.context for example in examples]
        )
        agreeing.append(
            [span is not None and normalise_answer(span.text) == own for span, own in zip(earlier, said, strict=True)]
        )
    right = [
        max((exact_match(found[0].text, answer) for answer in example.answers), default=0.0)
        for example, found in zip(examples, spans, strict=True)
    ]
    return Answers(
        scores=np.stack([_scores(found) for found in spans]),
        agreement=np.mean(agreeing, axis=0),
        right=np.array(right),
        documents=np.array([example.group for example in examples]),
    )


def selective_facts(probability: Floats, right: Floats) -> dict[str, float]:
    """What a confidence is worth to a system that may abstain; areas and shares, 0 to 1."""
    curve = risk_coverage(probability, 1 - right)
    return {
        "questions": len(right),
        "right": float(right.mean()),
        "aurc": curve.area,
        "excess_aurc": curve.excess,
        "ece": expected_calibration_error(probability.tolist(), right.tolist()),
        "coverage_at_90": float(curve.coverage[curve.risk <= 1 - PRECISION].max(initial=0.0)),
    }


def _scores(found: Sequence[Span]) -> Floats:
    """Scores of the candidates, the best first, and of "no answer"."""
    row = np.full(N_BEST + 1, -np.inf)
    row[: len(found)] = [span.score for span in found]
    row[-1] = found[0].null_score
    return row


def _row(
    dataset: str, example: Example, right: float, margin: float, agreement: float, probability: float
) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "id": example.id,
        "document": example.group,
        "answerable": example.answerable,
        "right": float(right),
        "margin": float(margin),
        "agreement": float(agreement),
        "probability": float(probability),
        "brier": 1 - (float(probability) - float(right)) ** 2,
    }
