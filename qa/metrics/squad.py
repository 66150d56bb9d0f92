"""SQuAD v1 and v2 scores as `evaluate.Metric`s that need no hub.

Inputs are those of the hub's `squad` and `squad_v2` metrics, and the values those of the official scripts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import datasets
import evaluate

from qa.metrics.normalise import exact_match, normalise_answer, token_f1

_GOLD = {
    "id": datasets.Value("string"),
    "answers": datasets.Sequence({"text": datasets.Value("string"), "answer_start": datasets.Value("int32")}),
}


@dataclass(frozen=True)
class _Scored:
    """One question: its scores if the prediction is given, and whether it has an answer."""

    exact: float
    f1: float
    answerable: bool
    no_answer_probability: float
    predicted: bool


class Squad(evaluate.Metric):  # type: ignore[misc]
    """`exact_match` and `f1`, 0 to 100: means over the questions of the best over the accepted answers."""

    def _info(self) -> evaluate.MetricInfo:
        prediction = {"id": datasets.Value("string"), "prediction_text": datasets.Value("string")}
        return _describe(self.__doc__, prediction)

    def _compute(self, predictions: list[dict[str, Any]], references: list[dict[str, Any]]) -> dict[str, float]:
        scored = [_score(p, r) for p, r in _paired(predictions, references)]
        return {"exact_match": _percent([s.exact for s in scored]), "f1": _percent([s.f1 for s in scored])}


class SquadV2(evaluate.Metric):  # type: ignore[misc]
    """`exact` and `f1`, 0 to 100, over all, answerable and unanswerable questions, and at the best threshold.

    A question counts as "no answer" where its prediction is empty or its no-answer probability
    exceeds `no_answer_threshold`.
    """

    def _info(self) -> evaluate.MetricInfo:
        prediction = {
            "id": datasets.Value("string"),
            "prediction_text": datasets.Value("string"),
            "no_answer_probability": datasets.Value("float32"),
        }
        return _describe(self.__doc__, prediction)

    def _compute(
        self,
        predictions: list[dict[str, Any]],
        references: list[dict[str, Any]],
        no_answer_threshold: float = 1.0,
    ) -> dict[str, float]:
        scored = [_score(p, r) for p, r in _paired(predictions, references)]
        exact = [_at(s, s.exact, no_answer_threshold) for s in scored]
        f1 = [_at(s, s.f1, no_answer_threshold) for s in scored]
        result = {"exact": _percent(exact), "f1": _percent(f1), "total": float(len(scored))}
        for name, kind in (("HasAns", True), ("NoAns", False)):
            chosen = [i for i, s in enumerate(scored) if s.answerable is kind]
            if chosen:
                result[f"{name}_exact"] = _percent([exact[i] for i in chosen])
                result[f"{name}_f1"] = _percent([f1[i] for i in chosen])
                result[f"{name}_total"] = float(len(chosen))
        for name in ("exact", "f1"):
            best, threshold = _best(scored, name)
            result[f"best_{name}"], result[f"best_{name}_thresh"] = best, threshold
        return result


def _describe(text: str | None, prediction: dict[str, Any]) -> evaluate.MetricInfo:
    return evaluate.MetricInfo(
        description=text or "",
        citation="Rajpurkar et al. 2016, 2018",
        features=datasets.Features({"predictions": prediction, "references": _GOLD}),
    )


def _paired(
    predictions: list[dict[str, Any]], references: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    by_id = {prediction["id"]: prediction for prediction in predictions}
    missing = [reference["id"] for reference in references if reference["id"] not in by_id]
    if missing:
        raise ValueError(f"{len(missing)} questions have no prediction, the first is {missing[0]!r}")
    return [(by_id[reference["id"]], reference) for reference in references]


def _score(prediction: dict[str, Any], reference: dict[str, Any]) -> _Scored:
    text = prediction["prediction_text"]
    # The official scripts drop answers that normalise to nothing ("the", "-") in v2; none is left in v1's data.
    golds = [gold for gold in reference["answers"]["text"] if normalise_answer(gold)]
    return _Scored(
        exact=max(exact_match(text, gold) for gold in golds or [""]),
        f1=max(token_f1(text, gold) for gold in golds or [""]),
        answerable=bool(reference["answers"]["text"]),
        no_answer_probability=prediction.get("no_answer_probability", 0.0),
        predicted=bool(text),
    )


def _at(scored: _Scored, score: float, threshold: float) -> float:
    return float(not scored.answerable) if scored.no_answer_probability > threshold else score


def _best(scored: Sequence[_Scored], name: str) -> tuple[float, float]:
    """The best score over all thresholds, as the official script walks them: one question at a time."""
    current = float(sum(not s.answerable for s in scored))
    best, threshold = current, 0.0
    for s in sorted(scored, key=lambda s: s.no_answer_probability):
        current += getattr(s, name) if s.answerable else (-1.0 if s.predicted else 0.0)
        if current > best:
            best, threshold = current, s.no_answer_probability
    return 100 * best / len(scored), threshold


def _percent(values: Sequence[float]) -> float:
    return 100 * sum(values) / len(values) if values else 0.0
