"""Reads a span data set with a reader, writes every prediction, and scores them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from qa.calibration import expected_calibration_error
from qa.data.squad_form import Example
from qa.metrics.normalise import exact_match, is_right, token_f1
from qa.reader import Reader
from retrieval.evaluation.record import EvaluationRecord


@dataclass(frozen=True, slots=True)
class Prediction:
    """A reader's best span for one question.

    Attributes:
        id: of the question.
        text: the span, whether or not it beats the threshold; empty for an empty context.
        start: its first character in the context.
        margin: its score less the null score.
        probability: that it is right, as calibrated.
        exact: exact match with the best accepted answer, 0 or 1; for unanswerable questions 0.
        f1: token F1 with the best accepted answer, 0 to 1.
        right: whether it says what an accepted answer says, see `is_right`, 0 or 1; for unanswerable questions 0.
        answerable: whether the question has an answer.
    """

    id: str
    text: str
    start: int
    margin: float
    probability: float
    exact: float
    f1: float
    right: float
    answerable: bool


@dataclass(frozen=True, slots=True)
class Evaluation(EvaluationRecord):
    """A reader on a split: `metrics` are `exact_match`, `f1` (0 to 100), `not_found` (a count), `ece` (0 to 1)."""

    only_in_file: ClassVar[tuple[str, ...]] = ("predictions", "threshold")

    dataset: str
    split: str
    n: int
    metrics: dict[str, float]
    seconds: float
    threshold: float | None
    predictions: tuple[Prediction, ...]


def predict(reader: Reader, examples: Sequence[Example]) -> list[Prediction]:
    """The reader's best span for each example, in order."""
    spans = reader.read_each([e.question for e in examples], [e.context for e in examples])
    predictions = []
    for example, span in zip(examples, spans, strict=True):
        text, margin = (span.text, span.margin) if span else ("", float("-inf"))
        predictions.append(
            Prediction(
                id=example.id,
                text=text,
                start=span.start if span else 0,
                margin=margin,
                probability=reader.calibration.probability(margin) if span else 0.0,
                exact=max((exact_match(text, answer) for answer in example.answers), default=0.0),
                f1=max((token_f1(text, answer) for answer in example.answers), default=0.0),
                right=float(any(is_right(text, answer) for answer in example.answers)),
                answerable=example.answerable,
            )
        )
    return predictions


def evaluate_reader(
    reader: Reader,
    examples: Sequence[Example],
    *,
    dataset: str,
    split: str,
    null_allowed: bool,
) -> Evaluation:
    """Scores a reader on a split.

    Args:
        reader: the reader.
        examples: the split's questions.
        dataset: its name, for the record.
        split: its split, for the record.
        null_allowed: whether margins below the threshold become "no answer" (SQuAD v2) or not (v1).
    """
    if not examples:
        raise ValueError(f"{dataset}/{split} has no examples")
    started = time.perf_counter()
    predictions = predict(reader, examples)
    given = [not null_allowed or reader.calibration.found(p.margin) for p in predictions]
    exact = [p.exact if g else float(not p.answerable) for p, g in zip(predictions, given, strict=True)]
    f1 = [p.f1 if g else float(not p.answerable) for p, g in zip(predictions, given, strict=True)]
    metrics = {
        "exact_match": 100 * sum(exact) / len(exact),
        "f1": 100 * sum(f1) / len(f1),
        "not_found": float(given.count(False)),
        "ece": expected_calibration_error([p.probability for p in predictions], [p.right for p in predictions]),
    }
    return Evaluation(
        dataset=dataset,
        split=split,
        n=len(examples),
        metrics=metrics,
        seconds=time.perf_counter() - started,
        threshold=reader.calibration.threshold if null_allowed else None,
        predictions=tuple(predictions),
    )
