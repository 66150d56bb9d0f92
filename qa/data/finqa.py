"""FinQA (Chen et al., 2021): questions on a page of a report, with the facts that matter and the program to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from qa.metrics.finqa import ProgramError, Result, Step, execute, parse_program
from retrieval.data_folder import data_file, read_records

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")


@dataclass(frozen=True, slots=True)
class FinQuestion:
    """One question.

    Attributes:
        id: FinQA's.
        page: of which report page it is; questions of a page share it.
        question: as asked.
        facts: sentences, and table rows in words: "the sales of 2017 is 41 ; the sales of 2016 is 40 ;".
        rows: the numbers of each table row by its name.
        program: the gold program; empty where the file holds none.
        answer: what the program gives.
        earlier: the questions before it in a conversation; `None` for a question on its own.
    """

    id: str
    page: str
    question: str
    facts: tuple[str, ...]
    rows: dict[str, tuple[float, ...]]
    program: tuple[Step, ...]
    answer: Result | None
    earlier: tuple[str, ...] | None = None


def finqa_questions(split: str) -> list[FinQuestion]:
    """All questions of a split.

    Raises:
        retrieval.data_folder.MissingDataError: it is not on this machine.
    """
    return [_question(record) for record in read_records(data_file("finqa", split))]


def _question(record: dict[str, Any]) -> FinQuestion:
    program = parse_program(record["program"]) if record.get("program") else ()
    answer = record.get("exe_ans")
    return FinQuestion(
        id=record["id"],
        page=record["id"].rsplit("-", 1)[0],
        question=record["question"],
        facts=tuple(record["facts"]),
        rows=table_rows(record["table"]),
        program=program,
        answer=answer if answer is None or isinstance(answer, str) else float(answer),
    )


def table_rows(table: list[list[str]]) -> dict[str, tuple[float, ...]]:
    """The numbers of each row by its name, in lower case; rows with a cell that is no number have none."""
    rows: dict[str, tuple[float, ...]] = {}
    for row in table[1:]:
        numbers = [_number(cell) for cell in row[1:]]
        if row and numbers and None not in numbers:
            rows[row[0].lower()] = tuple(number for number in numbers if number is not None)
    return rows


def _number(cell: str) -> float | None:
    match = _NUMBER.search(cell)
    if match is None:
        return None
    value = float(match[0].replace(",", ""))
    return value / 100 if cell[match.end() :].lstrip().startswith("%") else value


def is_executed_right(question: FinQuestion, steps: tuple[Step, ...]) -> bool:
    """Execution accuracy of one program."""
    try:
        return bool(steps) and execute(steps, question.rows) == question.answer
    except ProgramError:
        return False
