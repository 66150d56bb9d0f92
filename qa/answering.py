"""A question to an answer: scope, search, read, decide, cite."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from qa.answer import Answer
from qa.candidates import Candidates, candidates
from qa.evidence import cite
from qa.number import number_of
from qa.reader import SHIPPED, Reader, Span
from qa.restated import restatements
from retrieval.document import Page
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord
from retrieval.query import Query, parse_query
from retrieval.ranking import ranked
from retrieval.scope import Tier, tiers
from retrieval.search import Filters
from retrieval.unheld import unheld_company

MAX_QUESTION = 2000  # characters
PASSAGES = 12  # read a tier
RANK_WEIGHT = 2.0  # how much of a margin the first passage is ahead of the last
NOT_FOUND = "not found"


class FinanceQA:
    """Answers questions over an index."""

    def __init__(self, index: Index, reader: Reader, *, k: int = PASSAGES) -> None:
        """Over an open index; reads `k` passages at a time."""
        self.index = index
        self.reader = reader
        self.k = k

    @classmethod
    def open(cls, folder: str | Path, *, reader: str | Path = SHIPPED, k: int = PASSAGES) -> FinanceQA:
        """Opens an index for reading and loads a reader.

        Raises:
            retrieval.index.index.IndexFolderError: there is no index, or it is damaged.
            retrieval.bundled.ModelError: there is no such reader.
        """
        return cls(Index.open(folder), Reader.from_pretrained(reader), k=k)

    def __enter__(self) -> FinanceQA:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.index.close()

    def ask(self, question: str, *, company: str | None = None, year: int | None = None) -> Answer:
        """The answer with its evidence, or "not found" with the reason.

        Args:
            question: in English.
            company: as the index names it, or as people call it; beats what the question says.
            year: fiscal year; beats what the question says.
        """
        started = time.perf_counter()
        answer = self._answer(question, company, year)
        return replace(answer, seconds=time.perf_counter() - started)

    def _answer(self, question: str, company: str | None, year: int | None) -> Answer:
        text = _cleaned(question)
        fault = _fault(text)
        if fault:
            return _not_found(question, fault)
        records = self.index.documents()
        if not records:
            return _not_found(question, "the index is empty")
        identities = [record.identity for record in records]
        if company is None:
            query = parse_query(text, identities)
        else:
            named = parse_query(company, identities).companies
            if not named:
                return _not_found(question, f"the index holds no filing of {company}")
            query = parse_query(text, [identity for identity in identities if identity.company in named])
            query = replace(query, companies=named, mentions=())
        if year is not None:
            query = replace(query, fiscal_years=(year,), assumed=())
        unheld = unheld_company(query, self.index)
        if unheld is not None:
            return _not_found(question, f"no filing in the index is of {unheld}")
        by_id = {record.id: record for record in records}
        for tier in tiers(query, records):
            answer = self._read(query, question, tier, by_id)
            if answer is not None:
                return answer
        return _not_found(question, "no passage of the filings answers it")

    def _read(self, query: Query, question: str, tier: Tier, records: dict[str, DocumentRecord]) -> Answer | None:
        """The answer of one tier of documents; `None` where none of their passages holds one."""
        hits = ranked(self.index, query, k=self.k, filters=Filters(documents=tier.documents))
        pages: dict[tuple[str, int], Page] = {}
        found: list[Candidates] = []
        for hit in hits:
            place = (hit.passage.document_id, hit.passage.page)
            pages.setdefault(place, self.index.page(*place))
            found.append(candidates(hit.passage, pages[place], records[place[0]].identity, query))
        spans = self.reader.read(
            [c.question for c in found], [c.passage.text for c in found], allowed=[c.allowed for c in found]
        )
        span = self._best(spans)
        if span is None:
            return None
        chosen = found[span.context]
        page = pages[chosen.passage.document_id, chosen.passage.page]
        return self._cited(question, span, chosen, page, records, tier)

    def _best(self, spans: Sequence[Span]) -> Span | None:
        """The best span that beats the threshold, early passages a little ahead."""
        able = [span for span in spans if self.reader.calibration.found(span.margin)]
        return max(able, key=lambda s: s.margin - RANK_WEIGHT * s.context / self.k, default=None)

    def _cited(
        self,
        question: str,
        span: Span,
        chosen: Candidates,
        page: Page,
        records: dict[str, DocumentRecord],
        tier: Tier,
    ) -> Answer | None:
        passage = chosen.passage
        place = passage.to_page(span.start, span.end)
        if place is None:
            return None
        start, end = place
        record = records[passage.document_id]
        cell = chosen.cells.get((span.start, span.end))
        number = number_of(span.text, cell, page.text[end : end + 20])
        return Answer(
            question=question,
            text=page.text[start:end],
            found=True,
            value=number.value,
            unit=number.unit,
            scale=number.scale,
            probability=self.reader.calibration.probability(span.margin),
            citations=(cite(record, page, start, end),),
            assumed=tier.assumed,
            restated=() if cell is None else restatements(self.index, record, page, cell, list(records.values())),
        )


def _cleaned(question: str) -> str:
    """The question in one line, without control characters and markup of direction."""
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " " for c in question)
    return " ".join(kept.split())


def _fault(text: str) -> str:
    """Why a question cannot be asked; empty where it can."""
    if not text:
        return "the question is empty"
    if len(text) > MAX_QUESTION:
        return f"the question has {len(text)} characters, more than {MAX_QUESTION}; ask it more briefly"
    if not any(c.isalpha() for c in text):
        return "the question has no words"
    return ""


def _not_found(question: str, reason: str) -> Answer:
    return Answer(question=question, text=NOT_FOUND, found=False, reason=reason)
