"""The questions of all finance data sets in one form, as a `datasets.Dataset` that lies on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.data.convfinqa import convfinqa_conversations
from qa.data.finqa import FinQuestion, finqa_questions, table_rows
from qa.data.squad_form import load_examples
from qa.data.tatqa import tatqa_questions
from qa.metrics.finqa import parse_program
from retrieval.data_folder import data_file, read_records

if TYPE_CHECKING:
    from datasets import Dataset

Row = dict[str, Any]
SPLITS = {
    "tatqa": "dev",
    "finqa": "dev",
    "convfinqa": "dev",
    "tatqa_arithmetic": "train",
    "financial_qa_10k": "train",
    "fincausal": "train",
    "financebench": "questions",
}


def finance_questions(folder: Path) -> Dataset:
    """All questions of `SPLITS`.

    Columns are dataset, id, document (what splits must not cut: a context, page, company or filing), question, context
    and answers; `starts` has the first character of each answer in the context, -1 where it is not a span of it.

    Args:
        folder: where the Arrow files go.

    Raises:
        retrieval.data_folder.MissingDataError: a data set is not on this machine.
    """
    from datasets import Dataset, Features, List, Value

    text, place = Value("string"), Value("int32")
    features = Features(
        {"dataset": text, "id": text, "document": text, "question": text, "context": text}
        | {"answers": List(text), "starts": List(place)}
    )
    for name, split in SPLITS.items():
        data_file(name, split)  # a missing one is told before anything is read
    return Dataset.from_generator(
        _rows, features=features, gen_kwargs={"names": list(SPLITS)}, cache_dir=str(folder), keep_in_memory=False
    )


def program_questions() -> Iterator[tuple[str, FinQuestion]]:
    """The questions that programs answer, each with the name of its data set."""
    yield from (("finqa", question) for question in finqa_questions(SPLITS["finqa"]))
    yield from (
        ("convfinqa", turn) for conversation in convfinqa_conversations(SPLITS["convfinqa"]) for turn in conversation
    )
    for record in read_records(data_file("tatqa_arithmetic", SPLITS["tatqa_arithmetic"])):
        yield "tatqa_arithmetic", _arithmetic(record)


def _rows(names: list[str]) -> Iterator[Row]:
    for name in names:
        yield from ({"dataset": name, **row} for row in _READERS[name]())


def _row(id: str, document: str, question: str, context: str, answers: list[str]) -> Row:
    return {
        "id": id, "document": document, "question": question, "context": context, "answers": answers,
        "starts": [context.find(answer) if answer else -1 for answer in answers],
    }  # fmt: skip


def _tatqa() -> Iterator[Row]:
    for q in tatqa_questions(SPLITS["tatqa"]):
        yield _row(q.id, q.context.name, q.question, q.context.page.text, list(q.gold.texts) if q.gold else [])


def _programs(name: str) -> Callable[[], Iterator[Row]]:
    def rows() -> Iterator[Row]:
        for dataset, q in program_questions():
            if dataset == name:
                # some of FinQA's questions don't say of which page they are
                page = q.id if dataset == "finqa" and "/" not in q.page else q.page
                yield _row(q.id, page, q.question, "\n".join(q.facts), [] if q.answer is None else [str(q.answer)])

    return rows


def _financial_qa_10k() -> Iterator[Row]:
    for e in load_examples("financial_qa_10k", SPLITS["financial_qa_10k"]):
        row = _row(e.id, e.group, e.question, e.context, list(e.answers))
        yield {**row, "starts": list(e.starts)}


def _fincausal() -> Iterator[Row]:
    """The effect asks for its cause."""
    for record in read_records(data_file("fincausal", SPLITS["fincausal"])):
        row = _row(record["id"], record["text"], record["effect"], record["text"], [record["cause"]])
        yield {**row, "starts": [record["cause_start"]]}


def _financebench() -> Iterator[Row]:
    for record in read_records(data_file("financebench", SPLITS["financebench"])):
        context = "\n".join(evidence["evidence_text"] for evidence in record["evidence"])
        yield _row(record["financebench_id"], record["doc_name"], record["question"], context, [record["answer"]])


def _arithmetic(record: Row) -> FinQuestion:
    """A record of TAT-QA's kind with a program, its table in FinQA's words."""
    head, *rows = record["table"]
    told = [
        " ".join(f"the {row[0]} of {name} is {cell} ;" for name, cell in zip(head[1:], row[1:], strict=False))
        for row in rows
        if row
    ]
    return FinQuestion(
        id=record["id"],
        page="\n".join(map(" | ".join, record["table"])),
        question=record["question"],
        facts=(*record["pre_text"], *told, *record["post_text"]),
        rows=table_rows(record["table"]),
        program=parse_program(record["program"]),
        answer=record["exe_ans"],
    )


_READERS: dict[str, Callable[[], Iterator[Row]]] = {
    "tatqa": _tatqa,
    "finqa": _programs("finqa"),
    "convfinqa": _programs("convfinqa"),
    "tatqa_arithmetic": _programs("tatqa_arithmetic"),
    "financial_qa_10k": _financial_qa_10k,
    "fincausal": _fincausal,
    "financebench": _financebench,
}
