"""Questions with the passage that answers each, by company, to fine-tune the encoder that finds passages.

Two sources: people's questions on 10-K passages, and questions that tagged filings ask of themselves ("What was
{line item} of {company} in {period}?"), whose hardest wrong passage is known: the same line of another period or
of another company.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.data_folder import data_file, data_folder, read_records
from retrieval.document import Cell, Document
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded
from retrieval.names import name_words
from retrieval.passage import Passage
from retrieval.passages import passages_of
from retrieval.vocabulary.labels import concept_words, normalised_label

FACTS_PER_FILING = 30
CONCEPT_SHARE = 0.3  # of the fact questions that call the line by its XBRL concept
_TEMPLATES = (
    "What was {company}'s {row} {when}?",
    "What were {company}'s {row} {when}?",
    "How much {row} did {company} report {when}?",
    "{company} {row} {when}",
    "What is the {when_short} {row} of {company}?",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the passage that answers it and, where one is known, a passage that only looks as if it did."""

    company: str
    question: str
    passage: str
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """A tagged value of a table passage."""

    passage: Passage
    cell: Cell
    company: str


def held_out_tickers() -> frozenset[str]:
    """The companies whose questions evaluate search over `filings_html`; nothing of theirs is trained on."""
    located = {r["id"] for r in read_records(data_file("financial_qa_10k", "located_in_filings_html"))}
    return frozenset(r["ticker"] for r in read_records(data_file("financial_qa_10k", "train")) if r["id"] in located)


def question_pairs(held_out: Iterable[str]) -> list[Pair]:
    """People's questions and the 10-K passages they were asked of."""
    left_out = frozenset(held_out)
    return [
        Pair(r["ticker"], r["question"].strip(), r["context"])
        for r in read_records(data_file("financial_qa_10k", "train"))
        if r["ticker"] not in left_out
    ]


def fact_pairs(held_out: Iterable[str], *, seed: int) -> list[Pair]:
    """Questions on tagged lines of statements and notes, each with the same line of another filing or period."""
    left_out = frozenset(held_out)
    folder = data_folder() / "filings_html"
    paths = [path for path in sorted(folder.rglob("*.html.gz")) if path.name.split("_")[0] not in left_out]
    rng = random.Random(seed)
    lines: list[_Line] = []
    for outcome in load_documents(paths):
        if isinstance(outcome, Loaded):
            found = list(_tagged_lines(outcome.document))
            lines += rng.sample(found, min(FACTS_PER_FILING, len(found)))
    return list(_pairs(lines, rng))


def _tagged_lines(document: Document) -> Iterator[_Line]:
    """The tagged values of a filing's table passages that a question by row and period can name."""
    company = " ".join(word.capitalize() for word in name_words(document.identity.company or ""))
    cells = document.tagged_values()
    if not company:
        return
    for passage in passages_of(document):
        for segment in passage.segments:
            cell = cells.get((passage.page, segment.page_start))
            if cell is None or not cell.row_path or not re.search(r"\d", cell.text):
                continue
            if len(normalised_label(cell.row_path[-1]).split()) > 1:
                yield _Line(passage, cell, company)


def _pairs(lines: Sequence[_Line], rng: random.Random) -> Iterator[Pair]:
    alike: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        alike[_label(line)].append(line)
    for line in lines:
        others = [o for o in alike[_label(line)] if o.passage.text != line.passage.text]
        wrong = rng.choice(others).passage.indexed_text if others else None
        yield Pair(line.company, _question(line, rng), line.passage.indexed_text, wrong)


def _question(line: _Line, rng: random.Random) -> str:
    fact = line.cell.facts[0]
    words = concept_words(fact.concept.partition(":")[2])
    row = " ".join(words) if len(words) <= 8 and rng.random() < CONCEPT_SHARE else _label(line)
    end = fact.period.end
    when = f"in fiscal {end.year}" if fact.period.days > 300 else f"as of {end:%B} {end.day}, {end.year}"
    if 0 < fact.period.days <= 300:
        when = f"for the period ended {end:%B} {end.day}, {end.year}"
    return rng.choice(_TEMPLATES).format(company=line.company, row=row, when=when, when_short=f"FY{end.year}")


def _label(line: _Line) -> str:
    return normalised_label(line.cell.row_path[-1])
