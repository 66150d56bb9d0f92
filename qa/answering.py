"""A question to an answer: scope, look up or search and read, decide, cite."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from qa.answer import Answer, not_found
from qa.arithmetic.plan import plan_of
from qa.candidates import asks_for_words
from qa.figures import Figures
from qa.lookup.asked import Asked, asked_of
from qa.reader import SHIPPED, Reader
from qa.reading import PassageReading
from qa.recent import Recent
from qa.request import Request
from qa.worked_out import compared, computed
from retrieval.document import Identity
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord
from retrieval.names import filers
from retrieval.query import Query, companies_called, parse_query
from retrieval.scope import Tier, tiers
from retrieval.unheld import unheld_company

MAX_QUESTION = 2000  # characters
PASSAGES = 12  # read a tier
ANSWERS = 1000  # that are kept, each as long as nothing in the index changes


class FinanceQA:
    """Answers questions over an index."""

    def __init__(self, index: Index, reader: Reader, *, k: int = PASSAGES) -> None:
        """Over an open index; reads `k` passages at a time, unless a question says otherwise."""
        self.index = index
        self.reader = reader
        self.k = k
        self._figures = Figures(index)
        self._passages = PassageReading(index, reader)
        self._answers: Recent[tuple[Hashable, ...], Answer] = Recent(ANSWERS)

    @classmethod
    def open(cls, index: str | Path, *, reader: str | Path = SHIPPED, k: int = PASSAGES) -> FinanceQA:
        """Opens an index for reading and loads a reader.

        Raises:
            retrieval.index.store.StoreError: there is no index, or it is damaged.
            retrieval.bundled.ModelError: there is no such reader.
        """
        return cls(Index.open(index), Reader.quick(reader), k=k)

    def forget(self) -> None:
        """Drops the answers that were kept, which hold no more once something but the index has changed."""
        self._answers = Recent(ANSWERS)

    def __enter__(self) -> FinanceQA:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.index.close()

    def ask(
        self,
        question: str,
        *,
        company: str | None = None,
        year: int | None = None,
        quarter: int | None = None,
        documents: Collection[str] | None = None,
        n_best: int = 1,
        k: int | None = None,
    ) -> Answer:
        """The answer with its evidence, or "not found" with the reason.

        Args:
            question: in English.
            company: as the index names it, or as people call it; beats what the question says.
            year: fiscal year; beats what the question says.
            quarter: of the fiscal year; beats what the question says.
            documents: ids of the only documents to look in; `None` for all of the index.
            n_best: how many possible answers at most: the answer itself and its alternatives.
            k: passages read at a time; `None` for as many as the system was opened with.

        Raises:
            ValueError: `n_best` or `k` is below 1.
        """
        started = time.perf_counter()
        k = self.k if k is None else k
        if min(n_best, k) < 1:
            raise ValueError(f"n_best and k are at least 1, not {n_best} and {k}")
        question = question.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half a character is none
        chosen = None if documents is None else frozenset(documents)
        asked = (k, question, company, year, quarter, chosen, n_best)

        def answer() -> Answer:
            return self._answer(question, company, (year, quarter), chosen, n_best - 1, k)

        version = self.index.version
        try:
            found = self._answers.get((version, *asked), answer)
        except KeyError:
            if self.index.version == version:
                raise
            found = self._answers.get((self.index.version, *asked), answer)  # a document went while it was read
        return replace(found, seconds=time.perf_counter() - started)

    def _answer(
        self,
        question: str,
        company: str | None,
        period: tuple[int | None, int | None],
        documents: Collection[str] | None,
        alternatives: int,
        k: int,
    ) -> Answer:
        text = _cleaned(question)
        fault = _fault(text)
        if fault:
            return not_found(question, fault)
        records = [r for r in self.index.documents() if documents is None or r.id in documents]
        if not records:
            chosen = documents is not None and self.index.documents()
            return not_found(question, "no document asked for is in the index" if chosen else "the index is empty")
        identities = [record.identity for record in records]
        named = None if company is None else companies_called(company, identities)
        if named is not None and not named:
            return not_found(question, f"the index holds no filing of {company}")
        query = _query(text, identities, named)
        asked = _of_period(query, *period)
        unheld = unheld_company(query, self.index)
        if unheld is not None:
            return not_found(question, f"no filing in the index is of {unheld}")
        request = Request(question, asked, {record.id: record for record in records}, alternatives, k)
        searched = tiers(asked.query, records)
        answer = self._sought(request, searched)
        return answer if answer.found or not searched else replace(answer, assumed=searched[0].assumed)

    def _sought(self, request: Request, searched: Sequence[Tier]) -> Answer:
        """The answer from the filings: compared, looked up or worked out from tables, else read."""
        text = request.asked.query.text
        alone = _of_one_company(searched, request.records)
        numeric = alone and not asks_for_words(text)
        answer = compared(request, self._figures) if alone else None
        if answer is None and numeric:
            answer = self._number(_of_latest_year(request, searched), searched)
        if answer is not None:
            return answer
        if numeric and self._figures.have_line(request, searched):
            return not_found(
                request.question, "the tables have such a line, but no figure of it for that period beyond doubt"
            )
        if not alone and not asks_for_words(text) and _is_of_some_company(request.asked):
            return not_found(
                request.question, "it is a figure of a company, and the question names no company of the index"
            )
        for tier in searched:
            answer = self._passages.answer(request, tier, number=numeric)
            if answer is not None:
                return answer
        return not_found(request.question, "no passage of the filings answers it")

    def _number(self, request: Request, searched: Sequence[Tier]) -> Answer | None:
        """The number that a question asks for, as a table row gives it or worked out from several.

        `None` where no row is it beyond doubt; a number that would have to be worked out is "not found" then, unless it
        is a change, which prose may state.
        """
        plan = plan_of(request.asked.query, _latest_year(searched, request.records))
        if plan is None or plan.said is not None:
            found = self._figures.find(request, searched)
            if found is not None and (plan is None or plan.is_printed_as(found[0].found.row.label)):
                return self._figures.answer(request, *found)
        if plan is None:
            return None
        if request.asked.query.within_year:
            reason = (
                "it would be worked out, which is done for years and for one quarter, not for other parts of a year"
            )
            return not_found(request.question, reason)
        answer = computed(plan, request, self._figures)
        return answer if answer.found or not plan.is_change else None


def _is_of_some_company(asked: Asked) -> bool:
    """Whether a question names a line item of a period and nothing else, or what is worked out from several."""
    dated = asked.period is not None or asked.query.fiscal_years
    return plan_of(asked.query) is not None or bool(asked.plain and dated)


def _latest_year(searched: Sequence[Tier], records: Mapping[str, DocumentRecord]) -> int | None:
    """The last fiscal year that the filings searched report on."""
    reported = (records[document].identity for tier in searched for document in tier.documents)
    years = [i.fiscal_year for i in reported if i.fiscal_year is not None and i.quarter is None]
    return max(years, default=None)


def _of_latest_year(request: Request, searched: Sequence[Tier]) -> Request:
    """A request that names no period as one of the last fiscal year, which is searched first."""
    asked, latest = request.asked, _latest_year(searched, request.records)
    if latest is None or asked.period is not None or asked.query.fiscal_years or asked.query.quarter is not None:
        return request
    return replace(request, asked=replace(asked, query=replace(asked.query, fiscal_years=(latest,))))


def _of_one_company(searched: Sequence[Tier], records: Mapping[str, DocumentRecord]) -> bool:
    """Whether all filings searched are of one company, whatever name it filed under; one that names none is its own."""
    searched_in = [records[document] for tier in searched for document in tier.documents]
    key = filers(frozenset(record.identity.company for record in searched_in if record.identity.company))
    names = [key[record.identity.company] if record.identity.company else record.id for record in searched_in]
    filed_by = [record.identity.cik or name for record, name in zip(searched_in, names, strict=True)]
    return len(set(names)) == 1 or len(set(filed_by)) == 1


def _query(text: str, identities: Sequence[Identity], companies: tuple[str, ...] | None) -> Query:
    """What a question names, `companies` beating what it says where they are given."""
    if companies is None:
        return parse_query(text, identities)
    query = parse_query(text, [identity for identity in identities if identity.company in companies])
    own = tuple(mention for mention in query.mentions if mention.companies)
    return replace(query, companies=companies, mentions=own)


def _of_period(query: Query, year: int | None, quarter: int | None) -> Asked:
    """What is asked of tables, a year and a quarter beating what the question says where they are given."""
    beaten = quarter is not None or (year is not None and year not in query.fiscal_years)
    if year is not None:
        query = replace(query, fiscal_years=(year,), assumed=())
    if quarter is not None:
        query = replace(query, quarter=quarter, within_year=False)
    asked = asked_of(query)
    return replace(asked, period=None) if beaten else asked


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
