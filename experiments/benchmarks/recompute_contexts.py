"""Do answers to questions that bring their context follow from the numbers that they name?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from qa.data.convfinqa import convfinqa_conversations
from qa.data.finqa import FinQuestion, finqa_questions
from qa.data.tatqa import tatqa_questions
from qa.hybrid.context import Context
from qa.hybrid.derivation import computed
from qa.metrics.finqa import Step, execute
from qa.programs.slots import slots_of

Outcome = Mapping[str, Any]
_AS_THEY_STAND = ("cell", "cells")


def recomputes_in_table(context: Context, outcome: Outcome) -> bool:
    """Whether a table's answer is what its operator makes of the cells at the rows and columns that it names."""
    figures = {(f.cell.row, f.cell.column, f.cell.text): f for f in context.figures.values()}
    used = [figures.get((o["row"], o["column"], o["text"])) for o in outcome["operands"]]
    named = [figure for figure in used if figure is not None]
    if len(named) < len(used):
        return False
    if outcome["operator"] in _AS_THEY_STAND:
        return bool(outcome["answer"] == [figure.cell.text for figure in named])
    costs = [replace(figure, value=-figure.value) for figure in named]  # which people say without their sign
    ways = [named, costs] if all(figure.value < 0 for figure in named) else [named]
    results = [computed(outcome["operator"], way) for way in ways]
    return any(found is not None and outcome["answer"] == list(found.parts) for found in results)


def recomputes_from_facts(question: FinQuestion, outcome: Outcome) -> bool:
    """Whether a program takes its numbers from the facts, the question or the table's rows, and gives the result."""
    *tokens, _ = outcome["program"]
    steps = list(_steps(tokens))
    there = {slot.text for slot in slots_of(question.facts, question.question)} | {"none"}
    for argument in (argument for step in steps for argument in (step.left, step.right)):
        if argument not in there and argument not in question.rows and not argument.startswith(("#", "const_")):
            return False
    return bool(execute(steps, question.rows) == outcome["result"])


def in_tables(outcomes: list[Outcome], split: str) -> Iterator[tuple[Outcome, bool]]:
    """TAT-QA's answers that come from numbers of a table, and whether they follow."""
    contexts = {question.id: question.context for question in tatqa_questions(split)}
    bare = ("heading", "headings", "count")  # which name or count labels
    for outcome in outcomes:
        if outcome["operands"] and outcome["operator"] not in bare:
            yield outcome, recomputes_in_table(contexts[outcome["id"]], outcome)


def from_facts(outcomes: list[Outcome], split: str, *, conversations: bool) -> Iterator[tuple[Outcome, bool]]:
    """The programs of FinQA or ConvFinQA, and whether they follow."""
    turns = convfinqa_conversations(split) if conversations else [finqa_questions(split)]
    questions = {question.id: question for conversation in turns for question in conversation}
    for outcome in outcomes:
        if outcome["result"] is not None:
            yield outcome, recomputes_from_facts(questions[outcome["id"]], outcome)


CONTEXTS: dict[str, Callable[[list[Outcome], str], Iterator[tuple[Outcome, bool]]]] = {
    "tatqa": in_tables,
    "finqa": lambda outcomes, split: from_facts(outcomes, split, conversations=False),
    "convfinqa": lambda outcomes, split: from_facts(outcomes, split, conversations=True),
}


def _steps(tokens: list[str]) -> Iterator[Step]:
    if len(tokens) == 1:
        yield Step("number", tokens[0], "none")
        return
    for i in range(0, len(tokens), 4):
        yield Step(tokens[i].removesuffix("("), tokens[i + 1], tokens[i + 2])
