"""Labels of FinQA, ConvFinQA and what is made like them that do not fit: programs, their operands, and the tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from experiments.data_analysis.derivations import reversed_years, years_of
from experiments.data_analysis.labels import Check, Suspect
from experiments.data_analysis.questions import SPLITS, program_questions
from qa.data.finqa import FinQuestion
from qa.data.tatqa import context_of
from qa.metrics.finqa import ProgramError, Step, execute, number_of_argument
from retrieval.data_folder import data_file, read_records

_NUMBER = re.compile(r"\d[\d,]*\.?\d*|\.\d+")
_PERCENT = re.compile(r"\bpercent(?:age)?\b|%", re.IGNORECASE)
_POINTS = re.compile(r"point|difference|change|average|total|sum\b", re.IGNORECASE)
_DASH = re.compile(r"\$? ?(2013|2014)(?:\.0)?")  # U+2013 and U+2014, a dash's codes, whose "\u" was lost
_TABLES = ("finqa", "tatqa_arithmetic")
_TOLERANCE = 1e-3  # answers are rounded, some to three places


def program_checks() -> list[Check]:
    """The checks of programs."""
    return [
        Check("program", "a program that gives another result than the answer", _other_result),
        Check("average", "an average of which the count was added to the sum", _averages),
        Check("no share", "a percentage asked for, a program that divides by nothing", _no_share),
        Check("percent twice", "a percentage that is divided by 100 again", _percent_twice),
        Check("percent added", "a percentage added to an amount or taken from it", _percent_added),
        Check("rarer percent", "a percentage times 100 where most of the data set are shares", _times_hundred),
        Check("operand nowhere", "a number of the program that is in no fact and not in the question", _operands),
        Check("years reversed, programs", "a change that takes the later of the years from the earlier", _reversed),
        Check("dash as year", "cells that say 2013 or 2014 where the report has a dash", _dashes),
    ]


def _other_result() -> Iterator[Suspect]:
    for dataset, q in program_questions():
        try:
            result = execute(q.program, q.rows)
        except ProgramError as error:
            yield Suspect(dataset, q.id, str(error))
            continue
        if isinstance(result, str) or isinstance(q.answer, str) or q.answer is None:
            fits = result == q.answer
        else:
            fits = abs(result - q.answer) <= _TOLERANCE * max(1.0, abs(q.answer))
        if not fits:
            yield Suspect(dataset, q.id, f"answer {q.answer}, program {result}")


def _averages() -> Iterator[Suspect]:
    """`add(#1, const_3), divide(#2, const_2)`."""
    for dataset, q in program_questions():
        for one, other in zip(q.program, q.program[1:], strict=False):
            if _is(one, "add", "#", "const_") and _is(other, "divide", "#", "const_"):
                yield Suspect(dataset, q.id, f"{one.right} is added, then divided by {other.right}")


def _is(step: Step, operation: str, left: str, right: str) -> bool:
    return step.operation == operation and step.left.startswith(left) and step.right.startswith(right)


def _no_share() -> Iterator[Suspect]:
    for dataset, q in program_questions():
        operations = [step.operation for step in q.program]
        asked = _PERCENT.search(q.question) and not _POINTS.search(q.question)
        if asked and q.earlier is None and "divide" not in operations and not operations[0].startswith("table_"):
            yield Suspect(dataset, q.id, f"{', '.join(operations)} gives {q.answer}")


def _percent_twice() -> Iterator[Suspect]:
    for dataset, q in program_questions():
        for step in q.program:
            if step.operation == "divide" and step.left.endswith("%") and step.right == "const_100":
                yield Suspect(dataset, q.id, f"{step.left} is a share already and is divided by 100")


def _percent_added() -> Iterator[Suspect]:
    for dataset, q in program_questions():
        for step in q.program:
            pair = [text.endswith("%") for text in (step.left, step.right)]
            amount = step.right if pair[0] else step.left
            if step.operation in ("add", "subtract") and any(pair) and not all(pair) and amount[0].isdigit():
                yield Suspect(dataset, q.id, f"{step.operation} of {step.left} and {step.right}")


def _times_hundred() -> Iterator[Suspect]:
    found: dict[str, dict[bool, list[FinQuestion]]] = defaultdict(lambda: {True: [], False: []})
    for dataset, q in program_questions():
        last = q.program[-1]
        if _PERCENT.search(q.question) and q.earlier is None and last.operation in ("divide", "multiply"):
            found[dataset]["const_100" in (last.left, last.right) and last.operation == "multiply"].append(q)
    for dataset, forms in found.items():
        if len(forms[True]) < len(forms[False]):
            for q in forms[True]:
                yield Suspect(dataset, q.id, f"{q.answer} where {len(forms[False])} others give a share")


def _operands() -> Iterator[Suspect]:
    for dataset, q in program_questions():
        told = {_size(text) for text in _NUMBER.findall(" ".join((*q.facts, q.question, *(q.earlier or ()))))}
        told |= {round(abs(number), 9) for row in q.rows.values() for number in row}
        used = [text for step in q.program for text in (step.left, step.right) if text[0].isdigit() or text[0] in "-."]
        missing = [text for text in used if _size(text) not in told]
        if missing and not any(step.operation.startswith("table_") for step in q.program):
            yield Suspect(dataset, q.id, f"{', '.join(dict.fromkeys(missing))} is nowhere")


def _size(text: str) -> float:
    return round(abs(float(text.replace(",", "").rstrip("%.") or 0)), 9)


def _tables() -> Iterator[tuple[str, str, list[list[str]]]]:
    for dataset in _TABLES:
        for record in read_records(data_file(dataset, SPLITS[dataset])):
            yield dataset, record["id"], record["table"]


def _reversed() -> Iterator[Suspect]:
    tables = {(dataset, name): table for dataset, name, table in _tables()}
    for dataset, q in program_questions():
        first = q.program[0]
        if (dataset, q.id) not in tables or first.operation != "subtract":
            continue
        try:
            left, right = (Decimal(str(number_of_argument(text))) for text in (first.left, first.right))
        except (ProgramError, InvalidOperation):
            continue
        years = years_of(context_of(tables[dataset, q.id], [], q.id))
        if said := reversed_years(q.question, left, right, years):
            yield Suspect(dataset, q.id, said)


def _dashes() -> Iterator[Suspect]:
    """A cell that is a year amid cells that are none."""
    for dataset, name, table in _tables():
        cells = Counter(
            found[1] for row in table[1:] for cell in row[1:] if (found := _DASH.fullmatch(cell.strip())) is not None
        )
        if cells:
            yield Suspect(dataset, name, f"{cells.total()} cells say {' or '.join(sorted(cells))}")
