"""ConvFinQA (Chen et al., 2022): conversations about a page of a report, each turn with the program to write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qa.data.finqa import FinQuestion
from qa.metrics.finqa import parse_program
from retrieval.data_folder import data_file, read_records

_KIND = re.compile(r"^(?:Single|Double)_|-\d+$")
_SENTENCE_END = re.compile(r"(?<= [.?!]) ")


def convfinqa_conversations(split: str) -> list[list[FinQuestion]]:
    """The turns of each conversation of a split, with all of the page as facts; pages are named as FinQA's are.

    Raises:
        retrieval.data_folder.MissingDataError: it is not on this machine.
    """
    return [list(_turns(record)) for record in read_records(data_file("convfinqa", split))]


def _turns(record: dict[str, Any]) -> Iterator[FinQuestion]:
    document, dialogue = record["doc"], record["dialogue"]
    columns: dict[str, dict[str, Any]] = document["table"]
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    rows = {name: {head: column[name] for head, column in columns.items() if name in column} for name in names}
    facts = (
        *_sentences(document["pre_text"]),
        *(_in_words(name, row) for name, row in rows.items()),
        *_sentences(document["post_text"]),
    )
    numbers = {name: tuple(map(float, row.values())) for name, row in rows.items() if _all_numbers(row)}
    asked = dialogue["conv_questions"]
    programs, answers = dialogue.get("turn_program"), dialogue.get("executed_answers")
    for turn, question in enumerate(asked):
        answer = answers[turn] if answers else None
        yield FinQuestion(
            id=f"{record['id']}#{turn}",
            page=_KIND.sub("", record["id"]),
            question=question,
            facts=facts,
            rows=numbers,
            program=parse_program(programs[turn]) if programs else (),
            answer=answer if answer is None or isinstance(answer, str) else float(answer),
            earlier=tuple(asked[:turn]),
        )


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if any(map(str.isalnum, sentence))]


def _in_words(name: str, row: dict[str, Any]) -> str:
    """A table row as FinQA writes it as a fact."""
    return " ".join(f"the {name} of {head} is {_written(value)} ;" for head, value in row.items())


def _written(value: float | str) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _all_numbers(row: dict[str, Any]) -> bool:
    return all(isinstance(value, int | float) for value in row.values())
