"""A question to an answer: scope, look up or search and read, decide, cite."""

from __future__ import annotations

import math
import time
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from string import ascii_lowercase
from types import TracebackType
from typing import Any

from qa.answer import Alternative, Answer, Derivation, Operand
from qa.arithmetic.comparison import amounts, comparison_of
from qa.arithmetic.compute import same_unit, written
from qa.arithmetic.expression import ExpressionError, Item, items
from qa.arithmetic.plan import Plan, plan_of
from qa.candidates import (
    Candidates,
    asks_for_words,
    asks_yes_or_no,
    candidates,
    is_only_a_percentage,
    of_a_change,
    of_other_years,
    says_how_many,
)
from qa.close_reading import read_closely
from qa.enumeration import asks_for_several, whole_list
from qa.evidence import cite
from qa.headings import is_heading, without_headings
from qa.judging import judged
from qa.lookup.asked import Asked, asked_of, is_balance, same_day
from qa.lookup.features import Found, found_in, names_a_row
from qa.lookup.model import Lookup, likeliest, load_model
from qa.lookup.rows import Filing, filing_of
from qa.metrics.normalise import normalise_answer
from qa.number import plain_decimal, quantity_of, written_number
from qa.reader import SHIPPED, Reader, Span
from qa.recent import Recent
from qa.restated import restatements
from retrieval.document import Cell, Identity, Page, Period
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord
from retrieval.names import filers
from retrieval.passage import Passage
from retrieval.query import Query, companies_called, parse_query
from retrieval.ranking import ranked
from retrieval.scope import Tier, tiers
from retrieval.search import Filters
from retrieval.unheld import unheld_company

MAX_QUESTION = 2000  # characters
PASSAGES = 12  # read a tier
FILINGS = 100  # whose rows are kept
ANSWERS = 1000  # that are kept, each as long as nothing in the index changes
NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class _Request:
    """What an answer is sought for.

    Attributes:
        question: as asked.
        asked: what is asked of tables, and what else the question names.
        records: of all documents that may be searched, by id.
        alternatives: how many other possible answers are wanted at most.
        k: passages read at a time.
    """

    question: str
    asked: Asked
    records: Mapping[str, DocumentRecord]
    alternatives: int
    k: int


class FinanceQA:
    """Answers questions over an index."""

    def __init__(self, index: Index, reader: Reader, *, k: int = PASSAGES) -> None:
        """Over an open index; reads `k` passages at a time, unless a question says otherwise."""
        self.index = index
        self.reader = reader
        self.k = k
        self._filings: Recent[str, Filing] = Recent(FILINGS)
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
            return _not_found(question, fault)
        records = [r for r in self.index.documents() if documents is None or r.id in documents]
        if not records:
            chosen = documents is not None and self.index.documents()
            return _not_found(question, "no document asked for is in the index" if chosen else "the index is empty")
        identities = [record.identity for record in records]
        named = None if company is None else companies_called(company, identities)
        if named is not None and not named:
            return _not_found(question, f"the index holds no filing of {company}")
        query = _query(text, identities, named)
        asked = _of_period(query, *period)
        unheld = unheld_company(query, self.index)
        if unheld is not None:
            return _not_found(question, f"no filing in the index is of {unheld}")
        request = _Request(question, asked, {record.id: record for record in records}, alternatives, k)
        searched = tiers(asked.query, records)
        answer = self._sought(request, searched)
        return answer if answer.found or not searched else replace(answer, assumed=searched[0].assumed)

    def _sought(self, request: _Request, searched: Sequence[Tier]) -> Answer:
        """The answer from the filings: compared, looked up or worked out from tables, else read."""
        text = request.asked.query.text
        alone = _of_one_company(searched, request.records)
        numeric = alone and not asks_for_words(text)
        answer = self._compared(request) if alone else None
        if answer is None and numeric:
            answer = self._number(_of_latest_year(request, searched), searched)
        if answer is not None:
            return answer
        if numeric and self._is_a_line(request, searched):
            return _not_found(
                request.question, "the tables have such a line, but no figure of it for that period beyond doubt"
            )
        if not alone and not asks_for_words(text) and _is_of_some_company(request.asked):
            return _not_found(
                request.question, "it is a figure of a company, and the question names no company of the index"
            )
        for tier in searched:
            answer = self._read(request, tier, number=numeric)
            if answer is not None:
                return answer
        return _not_found(request.question, "no passage of the filings answers it")

    def _number(self, request: _Request, searched: Sequence[Tier]) -> Answer | None:
        """The number that a question asks for, as a table row gives it or worked out from several.

        `None` where no row is it beyond doubt; a number that would have to be worked out is "not found" then, unless it
        is a change, which prose may state.
        """
        plan = plan_of(request.asked.query, _latest_year(searched, request.records))
        if plan is None or plan.said is not None:
            found = self._look_up(request, searched)
            if found is not None and (plan is None or plan.is_printed_as(found[0].found.row.label)):
                return self._looked_up(request, *found)
        if plan is None:
            return None
        if request.asked.query.within_year:
            reason = (
                "it would be worked out, which is done for years and for one quarter, not for other parts of a year"
            )
            return _not_found(request.question, reason)
        computed = self._computed(plan, request)
        return computed if computed.found or not plan.is_change else None

    def _computed(self, plan: Plan, request: _Request) -> Answer:
        """The value of an expression, each item of which is looked up as if it had been asked for."""
        question, parts = request.question, self._figures(items(plan.expression), request)
        if isinstance(parts, Item):
            return _not_found(question, f"no figure is found for {_named(parts, request.asked.query)}")
        letters, figures = _letters(parts), amounts(_values(parts))
        operands = _operands(parts, figures, letters, request.asked.query)
        if not _are_distinct(operands):
            return _not_found(
                question, "two of its figures are found in one place, so one of them is not what it is called"
            )
        try:
            value = plain_decimal(round(plan.value(figures), 6))
        except ExpressionError as error:
            return _not_found(question, f"{written(plan.expression, letters)} cannot be computed: {error}")
        unit = plan.unit or same_unit(plan.expression, {item: answer.unit for item, answer in parts.items()})
        scales = {answer.scale for answer in parts.values()}
        scale = scales.pop() if plan.unit is None and len(scales) == 1 else None
        return Answer(
            question=question,
            text=written_number(value, unit, scale, plan.decimals),
            found=True,
            value=value,
            unit=unit,
            scale=scale,
            derivation=Derivation(written(plan.expression, letters), operands),
            **_evidence(parts, operands, request.asked.query),
        )

    def _compared(self, request: _Request) -> Answer | None:
        """The year or the yes or no that figures of several years decide.

        `None` where nothing is compared, a figure is missing or stands for two years, or two years have the largest.
        """
        comparison = comparison_of(request.asked.query)
        if comparison is None:
            return None
        parts = self._figures(comparison.figures, request)
        if isinstance(parts, Item):
            return None
        letters, values = _letters(parts), _values(parts)
        comparable = len(values) == len(parts) and len({answer.unit for answer in parts.values()}) == 1
        text = comparison.answer(values) if comparable else None
        if text is None:
            return None
        operands = _operands(parts, amounts(values), letters, request.asked.query)
        if not _are_distinct(operands):
            return None
        return Answer(
            question=request.question,
            text=text,
            found=True,
            derivation=Derivation(comparison.written(values, letters), operands),
            **_evidence(parts, operands, request.asked.query),
        )

    def _figures(self, wanted: Sequence[Item], request: _Request) -> dict[Item, Answer] | Item:
        """Each figure as if it had been asked for, or the first one that is not found.

        Those of earlier years are taken from the last year's filing where it gives them, restated and classified like
        its own: figures of different filings cannot always be compared.
        """
        parts: dict[Item, Answer] = {}
        query, records = request.asked.query, request.records
        identities = [record.identity for record in records.values()]
        own_filings = [i for i in identities if not query.companies or i.company in query.companies]
        last = max((item.year for item in wanted if item.year is not None), default=0)
        of_last = [
            record
            for record in records.values()
            if (record.identity.fiscal_year, record.identity.quarter) == (last, query.quarter)
        ]
        for item in wanted:
            when = "as of the end of" if is_balance(item.name) else "in"
            text = f"What was {item.name} {when} fiscal {item.year}?"
            own = parse_query(text, own_filings)
            own = replace(own, companies=query.companies, mentions=(), quarter=query.quarter, form=query.form)
            part = replace(request, question=text, asked=asked_of(own), alternatives=0)
            beside = [] if item.year == last else tiers(replace(own, fiscal_years=(last,)), of_last)
            found = self._first(part, beside) or self._look_up(part, tiers(own, list(records.values())))
            if found is None:
                return item
            parts[item] = self._looked_up(part, *found)
        return parts

    def _looked_up(self, request: _Request, lookup: Lookup, tier: Tier) -> Answer:
        """The answer that a number of a table is."""
        answer = self._number_of(request, lookup.found, lookup.probability, tier)
        others = (self._number_of(request, found, 0.0, tier) for found in lookup.others[: request.alternatives])
        return replace(answer, alternatives=tuple(map(_alternative, others)))

    def _number_of(self, request: _Request, found: Found, probability: float, tier: Tier) -> Answer:
        """A number of a table as an answer."""
        row, cell = found.row, found.figure.cell
        page, place = self.index.page(row.document, row.page), (cell.start, cell.end)
        answer = self._cited(request, row.document, page, place, cell, probability, tier)
        return replace(answer, value=abs(answer.value)) if request.asked.paid and answer.value is not None else answer

    def _look_up(self, request: _Request, searched: Sequence[Tier]) -> tuple[Lookup, Tier] | None:
        """The table row that the question names, and where it was found, the named period's own filing first.

        `None` where no row is it beyond doubt.
        """
        return self._first(request, [*_reporting(request.asked.period, searched, request.records), *searched])

    def _first(self, request: _Request, searched: Sequence[Tier]) -> tuple[Lookup, Tier] | None:
        """The table row that the question names, from the first tier that has it.

        `None` where none has it, or where in that tier it may be either of several: filings that suit the question less
        would only make one of them look sure.
        """
        model, asked = load_model(), request.asked
        for tier in searched:
            filings = [self._filing(request.records[document]) for document in tier.documents]
            lookup = likeliest(found_in(filings, asked), model)
            if lookup is not None:
                return (lookup, tier) if lookup.sure else None
        return None

    def _is_a_line(self, request: _Request, searched: Sequence[Tier]) -> bool:
        """Whether a period's figure is asked for of a line that the tables have: prose is no better a source of it."""
        if request.asked.period is None and not request.asked.query.fiscal_years:
            return False
        documents = (document for tier in searched for document in tier.documents)
        return names_a_row([self._filing(request.records[document]) for document in documents], request.asked)

    def _filing(self, record: DocumentRecord) -> Filing:
        """The rows of a document's tables, kept for the next question."""
        return self._filings.get(record.id, lambda: filing_of(record.id, record.identity, self.index.pages(record)))

    def _read(self, request: _Request, tier: Tier, *, number: bool) -> Answer | None:
        """The answer of one tier of documents; `None` where none of their passages holds one.

        Args:
            request: what is asked.
            tier: the documents.
            number: whether a number is asked for. Tables are not read then, as their numbers have been looked up; nor for
                yes or no, which no cell says.
        """
        tables = not number and not asks_yes_or_no(request.question)
        hits = ranked(self.index, request.asked.query, k=request.k, filters=Filters(documents=tier.documents))
        pages: dict[tuple[str, int], Page] = {}
        found: list[Candidates] = []
        scores: list[float] = []
        for hit in hits:
            if hit.passage.kind == "table" and not tables:
                continue
            at = (hit.passage.document_id, hit.passage.page)
            if at not in pages:
                pages[at] = self.index.page(*at)
            scores.append(hit.score)
            found.append(candidates(hit.passage, pages[at], request.records[at[0]].identity, request.asked))
        spans = self._spans(found, scores, pages, request, number=number)
        answers: list[Answer] = []
        for span in self._best(spans, scores):
            if len(answers) > request.alternatives:
                break
            passage, cells = found[span.context].passage, found[span.context].cells
            start, end = span.start, span.end
            if passage.kind == "text":
                start, end = _completed(request.question, passage.text, start, end)
            place = passage.to_page(start, end)
            if place is not None:
                document, probability = passage.document_id, self.reader.calibration.probability(span.margin)
                page, cell = pages[document, passage.page], cells.get((start, end))
                answers.append(self._cited(request, document, page, place, cell, probability, tier))
        if not answers:
            return None
        return replace(answers[0], alternatives=tuple(map(_alternative, answers[1:])))

    def _spans(
        self,
        found: Sequence[Candidates],
        scores: Sequence[float],
        pages: Mapping[tuple[str, int], Page],
        request: _Request,
        *,
        number: bool,
    ) -> list[Span]:
        """What the reader finds in passages, one after the other until no later one can hold the best answer.

        Where other possible answers are wanted too, it reads them all.
        """
        spans: list[Span] = []
        best = -math.inf
        for place, (candidate, score) in enumerate(zip(found, scores, strict=True)):
            if not request.alternatives and best >= judged(max(scores[place:]), math.inf):
                break
            passage = candidate.passage
            page = pages[passage.document_id, passage.page]
            for span in self._read_passage(candidate):
                if passage.kind == "table" or _may_answer(span, passage, page, request.asked, number=number):
                    spans.append(replace(span, context=place))
                    best = max(best, judged(score, span.margin) if self._is_able(span) else -math.inf)
        return spans

    def _read_passage(self, candidate: Candidates) -> list[Span]:
        """What the reader finds in a passage: any span of prose, of a table the cells that may answer."""
        question, text = candidate.question, candidate.passage.text
        if candidate.allowed is None:
            return read_closely(self.reader, question, text)
        return self.reader.read(question, [text], allowed=[candidate.allowed])

    def _best(self, spans: Sequence[Span], scores: Sequence[float]) -> Iterator[Span]:
        """Spans that say different things, best first; none if none beats the threshold.

        Their order is that of the reader as a judge of their passages, which search gave these scores; those that are
        the ones to give of their passages come before all others.
        """
        if not any(map(self._is_able, spans)):
            return

        def order(span: Span) -> tuple[bool, bool, float]:
            return not self._is_able(span), not span.agreed, -judged(scores[span.context], span.margin)

        better: list[Span] = []
        for span in sorted(spans, key=order):
            if not any(_says_the_same(span, other) for other in better):
                better.append(span)
                yield span

    def _is_able(self, span: Span) -> bool:
        """Whether a span is the one to give of its passage, and likely enough to be given."""
        return span.agreed and self.reader.calibration.found(span.margin)

    def _cited(
        self,
        request: _Request,
        document: str,
        page: Page,
        place: tuple[int, int],
        cell: Cell | None,
        probability: float,
        tier: Tier,
    ) -> Answer:
        """The answer that stands at characters [start, end) of a page."""
        start, end = place
        record = request.records[document]
        text = page.text[start:end]
        quantity = quantity_of(text, cell, page.text[end : end + 20])
        return Answer(
            question=request.question,
            text=text,
            found=True,
            value=None if quantity is None else quantity.scaled,
            unit=None if quantity is None else quantity.unit,
            scale=None if quantity is None else quantity.scale_name,
            probability=probability,
            citations=(cite(record, page, start, end),),
            assumed=tier.assumed,
            restated=()
            if cell is None
            else restatements(self.index, record, page, cell, list(request.records.values())),
        )


def _is_of_some_company(asked: Asked) -> bool:
    """Whether a question names a line item of a period and nothing else, or what is worked out from several."""
    dated = asked.period is not None or asked.query.fiscal_years
    return plan_of(asked.query) is not None or bool(asked.plain and dated)


def _may_answer(span: Span, passage: Passage, page: Page, asked: Asked, *, number: bool) -> bool:
    """Whether a span of prose can be an answer: no heading; of a number no other year's, and one where it is counted."""
    place = passage.to_page(span.start, span.end)
    if place is None or is_heading(page, *place):
        return False
    if not number:
        return True
    if of_other_years(passage.text, span.start, span.end, asked) or of_a_change(passage.text, span.start, asked):
        return False
    if is_only_a_percentage(span.text, asked):
        return False
    return says_how_many(span.text, asked.query.text)


def _completed(question: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The characters of prose to give for a span: no headings, and the whole list where several things are asked for."""
    start, end = without_headings(text, start, end)
    return whole_list(text, start, end) if asks_for_several(question) else (start, end)


def _alternative(answer: Answer) -> Alternative:
    return Alternative(answer.text, answer.value, answer.unit, answer.scale, answer.citations[0])


def _says_the_same(span: Span, other: Span) -> bool:
    """Whether two spans share characters of a passage or have the same words."""
    overlap = span.context == other.context and span.start < other.end and other.start < span.end
    return overlap or normalise_answer(span.text) == normalise_answer(other.text)


def _letters(parts: Iterable[Item]) -> dict[Item, str]:
    """A name for each figure: a to z, then a1 and so on."""
    return {item: ascii_lowercase[i % 26] + (str(i // 26) if i >= 26 else "") for i, item in enumerate(parts)}


def _values(parts: Mapping[Item, Answer]) -> dict[Item, Decimal]:
    """The figures that are numbers, as filings print them."""
    return {item: answer.value for item, answer in parts.items() if answer.value is not None}


def _operands(
    parts: Mapping[Item, Answer], figures: Mapping[Item, Decimal], letters: Mapping[Item, str], query: Query
) -> tuple[Operand, ...]:
    """The figures that an answer was worked out from, each with where it stands."""
    return tuple(
        Operand(
            letter=letters[item],
            name=_named(item, query),
            text=parts[item].text,
            value=value,
            unit=parts[item].unit,
            scale=parts[item].scale,
            citation=parts[item].citations[0],
        )
        for item, value in figures.items()
    )


def _named(item: Item, query: Query) -> str:
    """A figure by its name and period."""
    return f"{item.name}, {f'Q{query.quarter} of ' if query.quarter else ''}fiscal {item.year}"


def _are_distinct(operands: Sequence[Operand]) -> bool:
    """Whether each figure was found in a place of its own: two in one place are not both what they are called."""
    return len({operand.citation for operand in operands}) == len(operands)


def _evidence(parts: Mapping[Item, Answer], operands: Sequence[Operand], query: Query) -> dict[str, Any]:
    """What an answer that was worked out has of its figures: the least probability, all citations and restatements."""
    return {
        "probability": min(answer.probability for answer in parts.values()),
        "citations": tuple(operand.citation for operand in operands),
        "assumed": tuple(dict.fromkeys((*query.assumed, *(n for a in parts.values() for n in a.assumed)))),
        "restated": tuple(restated for answer in parts.values() for restated in answer.restated),
    }


def _reporting(period: Period | None, searched: Sequence[Tier], records: Mapping[str, DocumentRecord]) -> list[Tier]:
    """The filings that report on the very period that a question names, before all others."""
    documents = tuple(
        document
        for tier in searched
        for document in tier.documents
        if period is not None and same_day(records[document].identity.period_end, period.end)
    )
    return [Tier(documents, searched[0].assumed)] if documents else []


def _latest_year(searched: Sequence[Tier], records: Mapping[str, DocumentRecord]) -> int | None:
    """The last fiscal year that the filings searched report on."""
    reported = (records[document].identity for tier in searched for document in tier.documents)
    years = [i.fiscal_year for i in reported if i.fiscal_year is not None and i.quarter is None]
    return max(years, default=None)


def _of_latest_year(request: _Request, searched: Sequence[Tier]) -> _Request:
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
        query = replace(query, quarter=quarter)
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


def _not_found(question: str, reason: str) -> Answer:
    return Answer(question=question, text=NOT_FOUND, found=False, reason=reason)
