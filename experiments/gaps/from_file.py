"""The scores of an evaluation that `financeqa evaluate answers --out FILE` saved, and the slices of its questions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from experiments.gaps.slices import Slices, of_hybrid, of_lookup, of_program, of_span
from experiments.gaps.source import Source
from qa.data.convfinqa import convfinqa_conversations
from qa.data.finqa import FinQuestion, finqa_questions
from qa.data.squad_form import load_examples
from qa.data.tatqa import tatqa_questions
from retrieval.names import filers

_ROOT = Path(__file__).resolve().parents[2]
Placed = tuple[str, Slices]  # the document of a question, or the company where several are of one, and its slices
_SYSTEM = "system"

SCORED = {
    "filinglookup": "right",
    "finqa": "executed",
    "convfinqa": "executed",
    "tatqa": "f1",
    "financial_qa_10k": "f1",
}


def file_source(path: Path) -> Source:
    """A saved evaluation, from its JSON.

    Raises:
        ValueError: the file is no evaluation whose questions can be cut, or names questions that are not known.
        retrieval.data_folder.MissingDataError: the questions are not on this machine.
    """
    text = path.read_text(encoding="utf-8")
    record = json.loads(text)
    dataset = record.get("dataset")
    if dataset not in SCORED:
        raise ValueError(f"{path}: no slices are known for {dataset!r}; give an evaluation of {', '.join(SCORED)}")
    place = _PLACES[dataset](record)
    score = SCORED[dataset]
    outcomes = [outcome for outcome in record["outcomes"] if outcome[score] is not None]
    try:
        placed = [place(outcome) for outcome in outcomes]
    except KeyError as error:
        raise ValueError(f"{path}: question {error} is not among those of {dataset}") from error
    return Source(
        name="-".join(str(part) for part in (dataset, record.get("split") or record.get("given"))),
        metric=f"{dataset}.{score}",
        scores={_SYSTEM: {0: np.array([float(outcome[score]) for outcome in outcomes])}},
        baseline=_SYSTEM,
        rivals=(),
        documents=[document for document, _ in placed],
        slices=[slices for _, slices in placed],
        runs=[f"{_cited(path)}, sha256 {hashlib.sha256(text.encode()).hexdigest()[:16]}"],
        command=f"financeqa gaps open {_cited(path)}",
    )


def _cited(path: Path) -> str:
    """By what a record calls a file: its place in the repository; elsewhere its name, as places differ."""
    whole = path.resolve()
    return whole.relative_to(_ROOT).as_posix() if whole.is_relative_to(_ROOT) else path.name


def _lookups(record: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Placed]:
    slices = {
        outcome["id"]: of_lookup(outcome["answer"]["question"], outcome["expected"], outcome["unit"], outcome["twin"])
        for outcome in record["outcomes"]
    }
    one_name = filers(frozenset(each["company"] for each in slices.values()))

    def place(outcome: Mapping[str, Any]) -> Placed:
        company = one_name[slices[outcome["id"]]["company"]]
        return company, slices[outcome["id"]] | {"company": company}

    return place


def _programs(record: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Placed]:
    if record["dataset"] == "finqa":
        known = {question.id: question for question in finqa_questions(record["split"])}
    else:
        known = {question.id: question for turns in convfinqa_conversations(record["split"]) for question in turns}
    return lambda outcome: (_page(known[outcome["id"]]), of_program(known[outcome["id"]]))


def _page(question: FinQuestion) -> str:
    return question.page if "/" in question.page else question.id


def _hybrid(record: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Placed]:
    known = {question.id: question for question in tatqa_questions(record["split"])}
    return lambda outcome: (known[outcome["id"]].context.name, of_hybrid(known[outcome["id"]]))


def _spans(record: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Placed]:
    known = {example.id: (example.group, of_span(example)) for example in load_examples(record["dataset"], "train")}
    return lambda outcome: known[outcome["id"]]


_PLACES: dict[str, Callable[[Mapping[str, Any]], Callable[[Mapping[str, Any]], Placed]]] = {
    "filinglookup": _lookups,
    "finqa": _programs,
    "convfinqa": _programs,
    "tatqa": _hybrid,
    "financial_qa_10k": _spans,
}
