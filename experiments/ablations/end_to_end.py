"""The measure of what search brings to the final answer: the whole system with something of its search replaced."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path
from typing import Any
from unittest.mock import patch

from experiments.ablations.generated_filings import GENERATED, generated_index, generated_questions
from experiments.ablations.retrieval_parts import PARTS, Part
from experiments.study.study import Arguments, Measured
from qa import answering, reading, worked_out
from qa.answering import FinanceQA
from qa.judging import reader_judge
from qa.metrics.normalise import token_f1
from qa.reader import Reader
from qa.span_answers_evaluation import located_examples
from retrieval.evaluation.judged import load_judged
from retrieval.index.index import Index
from retrieval.query import parse_query
from retrieval.ranking import Judge, ranked
from retrieval.search import Hit, fuse

SCORED = ("f1", "found", "read")
VARIABLE = "FINANCEQA_INDEX"
FROM_ENVIRONMENT = f"${VARIABLE}"  # an index that results name, but no folder of a machine


@dataclass(frozen=True)
class Asked:
    """A question with what its answer is judged by.

    Attributes:
        id: within its data set.
        company: as the system may be told it, and what questions are clustered by.
        question: as asked.
        answers: accepted.
        holds: whether a hit is a gold passage.
    """

    id: str
    company: str
    question: str
    answers: tuple[str, ...]
    holds: Callable[[Hit], bool]


def measure(arguments: Arguments, seed: int, folder: Path) -> Measured:
    """Asks the whole system and scores the final answers; a passage counts as read where search gave it.

    Args:
        arguments: `dataset` and `split`; `limit`, how many questions (0 for all); `index`, its folder, or
            `FROM_ENVIRONMENT`; `without`, names of parts of search; `judged`, whether the reader judges passages; `k`,
            how many are read; `given`, whether the company is told.
        seed: draws the questions; nothing is trained.
        folder: for an index of generated filings.

    Raises:
        ValueError: there is no index, or it lacks filings.
    """
    parts = [part for part in PARTS if part.name in arguments["without"]]
    with _index(arguments, folder) as index:
        index.fuse = next((part.fusion for part in parts if part.fusion is not fuse), fuse)
        reader = Reader.quick()
        system = FinanceQA(index, reader, k=arguments["k"])
        asked = _drawn(_questions(arguments, index), arguments["limit"], seed)
        with _searching(parts, reader_judge(reader) if arguments["judged"] else None) as hits:
            rows = [_row(system, each, arguments, hits) for each in asked]
        return Measured(rows, SCORED, {"documents": len(index.documents()), "passages": index.size})


def index_from_environment() -> Index:
    """The index of the shared filings that the environment names, opened for reading.

    Raises:
        ValueError: it names none.
    """
    if not os.environ.get(VARIABLE):
        raise ValueError(
            f"no index: set {VARIABLE} to the folder of an index of the shared filings, which is made by "
            "financeqa ingest --index FOLDER DATA/filings_html"
        )
    return Index.open(os.environ[VARIABLE])


def _index(arguments: Arguments, folder: Path) -> Index:
    if arguments["dataset"] == GENERATED:
        return generated_index(folder / "index", arguments["split"])
    return index_from_environment() if arguments["index"] == FROM_ENVIRONMENT else Index.open(arguments["index"])


def _questions(arguments: Arguments, index: Index) -> list[Asked]:
    if arguments["dataset"] == GENERATED:
        return _of_generated(arguments["split"])
    units = {judged.id: judged.unit for judged in load_judged(arguments["dataset"], arguments["split"], index)}
    return [Asked(e.id, e.group, e.question, e.answers, partial(_is_gold, units[e.id])) for e in located_examples()]


def _is_gold(unit: Callable[[Hit], str], hit: Hit) -> bool:
    return unit(hit) == "gold"


def _of_generated(split: str) -> list[Asked]:
    """The generated questions that the generated filings answer."""
    return [
        Asked(example.id, example.group, example.question, example.answers, partial(_is_page, example.group, page))
        for examples in generated_questions(split).values()
        for page, example in enumerate(examples, start=1)
    ]


def _is_page(document: str, page: int, hit: Hit) -> bool:
    return (hit.passage.document_id, hit.passage.page) == (document, page)


def _drawn(asked: Sequence[Asked], limit: int, seed: int) -> list[Asked]:
    return random.Random(seed).sample(asked, limit) if 0 < limit < len(asked) else list(asked)


@contextmanager
def _searching(parts: Sequence[Part], judge: Judge | None) -> Iterator[list[Hit]]:
    """Has the system search without some parts; yields the list of what search gives it."""
    hits: list[Hit] = []

    def search(*given: Any, **named: Any) -> list[Hit]:  # noqa: ANN401
        found = ranked(*given, **named, judge=judge)
        hits.extend(found)
        return found

    def understood(*given: Any) -> Any:  # noqa: ANN401
        return reduce(lambda query, part: part.understood(query), parts, parse_query(*given))

    with ExitStack() as patches:
        patches.enter_context(patch.object(reading, "ranked", search))
        for module in (answering, worked_out):
            patches.enter_context(patch.object(module, "parse_query", understood))
        yield hits


def _row(system: FinanceQA, asked: Asked, arguments: Arguments, hits: list[Hit]) -> dict[str, Any]:
    """What became of a question; `looked_up` where its number was found in tables, without a search."""
    hits.clear()
    system.forget()  # it was searched in another way
    answer = system.ask(asked.question, company=asked.company if arguments["given"] == "company" else None)
    return {
        "dataset": arguments["dataset"],
        "id": asked.id,
        "document": asked.company,
        "f1": max(token_f1(answer.text, gold) for gold in asked.answers) if answer.found else 0.0,
        "found": float(answer.found),
        "read": float(any(asked.holds(hit) for hit in hits)),
        "looked_up": float(answer.found and not hits),
        "seconds": answer.seconds,
    }
