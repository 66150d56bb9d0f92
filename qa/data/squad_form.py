"""Span data sets, read into the one form that the reader trains and is measured on.

The form is SQuAD's (Rajpurkar et al., 2016 and 2018): a question, one context, and the answers
as strings with their first character in the context; no answers means "not answerable from this
context".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from retrieval.data_folder import MissingDataError, data_file, read_records

if TYPE_CHECKING:
    from datasets import Dataset

Record = dict[str, Any]
_FILES = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True)
class Example:
    """One question over one context.

    Attributes:
        id: unique within its data set.
        group: article, product or company; splits are made by group, never by question.
        question: as asked.
        context: the text that is read.
        answers: accepted answer strings; empty where the context does not answer.
        starts: for each answer, its first character in `context`.
        source: data set and split.
    """

    id: str
    group: str
    question: str
    context: str
    answers: tuple[str, ...]
    starts: tuple[int, ...]
    source: str

    def __post_init__(self) -> None:
        for answer, start in zip(self.answers, self.starts, strict=True):
            if not answer or self.context[start : start + len(answer)] != answer:
                raise ValueError(
                    f"{self.source} {self.id}: the answer {answer!r} is not at character {start} of its context"
                )

    @property
    def answerable(self) -> bool:
        """Whether the context holds an answer."""
        return bool(self.answers)


def load_examples(dataset: str, split: str) -> list[Example]:
    """All examples of one split of a span data set.

    Args:
        dataset: its name; or a file of JSON lines in SQuAD's form, by its path.
        split: its split; of a file, whatever it is called.

    Raises:
        ValueError: the data set is unknown, or a record is broken.
        retrieval.data_folder.MissingDataError: its file is not on this machine.
    """
    if dataset.startswith("table_"):
        from qa.data.table_lookup import NAMES, load_table_lookups

        if dataset in NAMES:
            return load_table_lookups(dataset, split)
    if dataset.endswith(_FILES):
        return _of_file(Path(dataset), f"{dataset}/{split}")
    if dataset == "filing_prose":
        from qa.data.filing_prose import load_filing_prose

        return load_filing_prose(split)
    if dataset == "generated":
        from qa.data.generated import generated_examples

        return list(generated_examples(split))
    convert = _CONVERTERS.get(dataset)
    if convert is None:
        known = ", ".join(sorted([*_CONVERTERS, "filing_prose", "generated", "table_lookup"]))
        raise ValueError(f"unknown span data set {dataset!r}; known: {known}")
    source = f"{dataset}/{split}"
    return [example for record in read_records(data_file(dataset, split)) for example in convert(record, source)]


def twin_groups(examples: Iterable[Example]) -> dict[str, list[Example]]:
    """The examples by what twins share of their ids, such as the pairs of `table_twins`, in their order."""
    groups: dict[str, list[Example]] = {}
    for example in examples:
        groups.setdefault(twins_of_id(example.id), []).append(example)
    return groups


def twins_of_id(name: str) -> str:
    """What an example's id shares with its twins': all before the last dash."""
    return name.rsplit("-", 1)[0]


def to_dataset(examples: list[Example]) -> Dataset:
    """The examples as a `datasets.Dataset` with SQuAD's columns (id, title, question, context, answers)."""
    from datasets import Dataset

    return Dataset.from_list(
        [
            {
                "id": example.id,
                "title": example.group,
                "question": example.question,
                "context": example.context,
                "answers": {"text": list(example.answers), "answer_start": list(example.starts)},
                "source": example.source,
            }
            for example in examples
        ]
    )


def _squad(record: Record, source: str) -> Iterator[Example]:
    """SQuAD, SQuADShifts: keeps every accepted answer."""
    answers = record["answers"]
    yield Example(
        id=record["id"],
        group=record["title"],
        question=record["question"].strip(),
        context=record["context"],
        answers=tuple(answers["text"]),
        starts=tuple(answers["answer_start"]),
        source=source,
    )


def _of_file(path: Path, source: str) -> list[Example]:
    if not path.is_file():
        raise MissingDataError(f"no data: {path} does not exist")
    found: list[Example] = []
    for number, record in enumerate(read_records(path), start=1):
        try:
            found += _squad(record, source)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"{path}:{number} is no question in SQuAD's form ({error!r}); it needs id, title, question, context, and "
                "answers with text and answer_start"
            ) from error
    return found


def _qamr(record: Record, source: str) -> Iterator[Example]:
    """QAMR (Michael et al., 2018): keeps only pairs on whose answer the annotators agree."""
    if record["agree"]:
        yield from _squad(record, source)


def _financial_qa_10k(record: Record, source: str) -> Iterator[Example]:
    """Questions on 10-K passages; the answer is the closest span of the passage (`silver_text`)."""
    if record.get("silver_text"):
        yield Example(
            id=record["id"],
            group=record["ticker"],
            question=record["question"].strip(),
            context=record["context"],
            answers=(record["silver_text"],),
            starts=(record["silver_start"],),
            source=source,
        )


def _tatqa(record: Record, source: str) -> Iterator[Example]:
    """TAT-QA's questions over the paragraphs alone: spans of them, and one in three of those that they do not answer."""
    paragraphs = sorted(record["paragraphs"], key=lambda paragraph: int(paragraph["order"]))
    context = "\n".join(" ".join(paragraph["text"].split()) for paragraph in paragraphs)
    for question in record["questions"]:
        answers = [" ".join(text.split()) for text in question["answer"]] if question["answer_type"] == "span" else []
        found = [answer for answer in answers if question["answer_from"] != "table" and answer in context]
        if found or crc32(question["uid"].encode()) % 3 == 0:
            yield Example(
                id=question["uid"],
                group=record["table"]["uid"],
                question=question["question"].strip(),
                context=context,
                answers=tuple(found),
                starts=tuple(context.index(answer) for answer in found),
                source=source,
            )


_CONVERTERS: dict[str, Callable[[Record, str], Iterator[Example]]] = {
    "squad": _squad,
    "squadshifts": _squad,
    "subjqa": _squad,
    "policyqa": _squad,
    "qamr": _qamr,
    "financial_qa_10k": _financial_qa_10k,
    "tatqa": _tatqa,
}
