"""Questions with what is relevant to them, read from the shared data sets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from retrieval.data_folder import data_file, data_folder, read_records
from retrieval.document import Document, Identity, Page, Text
from retrieval.index.index import Index
from retrieval.search import Hit

SHINGLE = 24  # normalised characters that must agree in a row to count as the same text
CORPORA = {"finqabench": "corpus", "fiqa": "test_answer_docs"}  # data sets with texts of their own, and their file
COVERED = 0.5  # of a gold text, for a passage to count as holding it
_NOT_WORD = re.compile(r"[\W_]+")

Unit = Callable[[Hit], str]


@dataclass(frozen=True)
class Judged:
    """One question.

    Attributes:
        id: within its data set.
        question: as asked.
        kind: what the data set says of it, for a breakdown.
        relevant: the units that are relevant: pages, texts, or the one gold text.
        unit: which unit a hit belongs to.
        filings: ids of the documents that hold the answer; empty where the data set has none.
        company: whose filing it is, as the index names it.
    """

    id: str
    question: str
    kind: str
    relevant: frozenset[str]
    unit: Unit
    filings: frozenset[str] = frozenset()
    company: str | None = None


def load_judged(dataset: str, split: str, index: Index) -> list[Judged]:
    """The questions of a data set over an index of its documents.

    Raises:
        ValueError: the data set is unknown, or the index lacks documents that its answers lie in.
        retrieval.data_folder.MissingDataError: its files are not on this machine.
    """
    loaders = {
        "financebench": lambda: _financebench(index),
        "financial_qa_10k": lambda: _financial_qa_10k(split, index),
        "finqabench": lambda: _corpus_questions(dataset, "queries", "qrels", index),
        "fiqa": lambda: _corpus_questions(dataset, "beir_test_queries", "beir_test_qrels", index),
    }
    if dataset not in loaders:
        raise ValueError(f"unknown retrieval data set {dataset!r}; known: {', '.join(sorted(loaders))}")
    return loaders[dataset]()


def make_corpus_index(dataset: str, address: str) -> None:
    """Makes an index of a data set's own corpus."""
    with Index.create(address) as index:
        for document in corpus_documents(dataset):
            index.add(document, path=document.title, digest=document.id)


def corpus_documents(dataset: str) -> Iterable[Document]:
    """The texts of a data set that comes with its own corpus, each as a document titled with its id."""
    for record in read_records(data_file(dataset, CORPORA[dataset])):
        text, title = record["text"].strip(), record["_id"]
        if text:
            yield Document(f"{dataset}-{title}", title, Identity(), title, (Page(1, text, (Text(0, len(text)),)),))


def _financebench(index: Index) -> list[Judged]:
    """FinanceBench (Islam et al., 2023): evidence pages, counted from 0 in the data and from 1 here."""
    named = {Path(record.source).name.split(".")[0]: record for record in index.documents()}
    judged, missing = [], set()
    for record in read_records(data_file("financebench", "questions")):
        pages = defaultdict(list)
        for evidence in record["evidence"]:
            pages[evidence.get("doc_name") or evidence.get("evidence_doc_name") or record["doc_name"]].append(
                evidence["evidence_page_num"] + 1
            )
        missing |= {name for name in pages if name not in named}
        filings = {name: named[name] for name in pages if name in named}
        judged.append(
            Judged(
                id=record["financebench_id"],
                question=record["question"],
                kind=record["question_type"],
                relevant=frozenset(f"{filing.id}:{page}" for name, filing in filings.items() for page in pages[name]),
                unit=_page,
                filings=frozenset(filing.id for filing in filings.values()),
                company=next((filing.identity.company for filing in filings.values()), None),
            )
        )
    _need_filings(missing, index)
    return judged


def _financial_qa_10k(split: str, index: Index) -> list[Judged]:
    """Questions on 10-K passages; relevant is any passage that holds half of the gold text, in whatever filing."""
    by_file = {Path(record.source).name: record for record in index.documents()}
    located = {
        record["id"]: Path(record["file"]).name
        for record in read_records(data_file("financial_qa_10k", "located_in_filings_html"))
    }
    _need_filings(set(located.values()) - by_file.keys(), index)
    return [
        Judged(
            id=record["id"],
            question=record["question"],
            kind=record["ticker"],
            relevant=frozenset(("gold",)),
            unit=holding(record["context"], index),
            filings=frozenset((by_file[located[record["id"]]].id,)),
            company=by_file[located[record["id"]]].identity.company,
        )
        for record in read_records(data_file("financial_qa_10k", split))
        if record["id"] in located
    ]


def _corpus_questions(dataset: str, queries: str, qrels: str, index: Index) -> list[Judged]:
    relevant: dict[str, set[str]] = defaultdict(set)
    for record in read_records(data_file(dataset, qrels)):
        if int(record["score"]) > 0:
            relevant[record["query_id"]].add(record["corpus_id"])
    titles = {record.id: record.title for record in index.documents()}
    held = set(titles.values())
    return [
        Judged(
            id=record["_id"],
            question=record["text"],
            kind=dataset,
            relevant=frozenset(relevant[record["_id"]] & held),
            unit=lambda hit: titles[hit.passage.document_id],
        )
        for record in read_records(data_file(dataset, queries))
        if relevant[record["_id"]] & held
    ]


def _page(hit: Hit) -> str:
    return f"{hit.passage.document_id}:{hit.passage.page}"


def holding(gold: str, index: Index) -> Unit:
    """A unit function: `gold` for hits whose characters on the page cover half of the gold text."""
    wanted = _normalised(gold)

    def unit(hit: Hit) -> str:
        passage = hit.passage
        text = index.page(passage.document_id, passage.page).text[passage.start : passage.end]
        return "gold" if covered(wanted, _normalised(text)) >= COVERED else str(passage.id)

    return unit


def covered(wanted: str, text: str) -> float:
    """The share of `wanted` (0 to 1) whose characters lie in runs of `SHINGLE` that `text` has too."""
    size = min(SHINGLE, len(wanted))
    if not size:
        return 0.0
    marks = bytearray(len(wanted))
    for start in range(len(wanted) - size + 1):
        known = marks[start] and marks[start + size - 1]
        if not known and wanted[start : start + size] in text:
            marks[start : start + size] = b"\1" * size
    return sum(marks) / len(wanted)


def _normalised(text: str) -> str:
    return _NOT_WORD.sub("", text).casefold()


def _need_filings(missing: set[str], index: Index) -> None:
    if missing:
        names = ", ".join(sorted(missing)[:5])
        raise ValueError(
            f"{index.address} lacks {len(missing)} of the filings ({names}, ...); ingest them from {data_folder()}"
        )
