"""Figures of filings' tables, each found by what a question says of its row and period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa.answer import Answer
from qa.cited import answer_at
from qa.lookup.asked import same_day
from qa.lookup.features import Found, found_in, names_a_row
from qa.lookup.model import Lookup, likeliest, load_model
from qa.lookup.rows import Filing, filing_of
from qa.recent import Recent
from qa.request import Request
from retrieval.document import Period
from retrieval.index.index import Index
from retrieval.index.store import DocumentRecord
from retrieval.scope import Tier

FILINGS = 100  # whose rows are kept


class Figures:
    """The figures that an index's filings have in tables."""

    def __init__(self, index: Index) -> None:
        """Of an open index."""
        self._index = index
        self._filings: Recent[str, Filing] = Recent(FILINGS)

    def find(self, request: Request, searched: Sequence[Tier]) -> tuple[Lookup, Tier] | None:
        """The table row that the question names, and where it was found, the named period's own filing first.

        `None` where no row is it beyond doubt.
        """
        return self.find_in(request, [*_reporting(request.asked.period, searched, request.records), *searched])

    def find_in(self, request: Request, searched: Sequence[Tier]) -> tuple[Lookup, Tier] | None:
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

    def have_line(self, request: Request, searched: Sequence[Tier]) -> bool:
        """Whether a period's figure is asked for of a line that the tables have: prose is no better a source of it."""
        if request.asked.period is None and not request.asked.query.fiscal_years:
            return False
        documents = (document for tier in searched for document in tier.documents)
        return names_a_row([self._filing(request.records[document]) for document in documents], request.asked)

    def answer(self, request: Request, lookup: Lookup, tier: Tier) -> Answer:
        """The answer that a number of a table is."""
        answer = self._number_of(request, lookup.found, lookup.probability, tier)
        others = (self._number_of(request, found, 0.0, tier) for found in lookup.others[: request.alternatives])
        return replace(answer, alternatives=tuple(other.as_alternative() for other in others))

    def _number_of(self, request: Request, found: Found, probability: float, tier: Tier) -> Answer:
        """A number of a table as an answer."""
        row, cell = found.row, found.figure.cell
        answer = answer_at(
            self._index,
            request,
            request.records[row.document],
            self._index.page(row.document, row.page),
            (cell.start, cell.end),
            cell=cell,
            probability=probability,
            assumed=tier.assumed,
        )
        return replace(answer, value=abs(answer.value)) if request.asked.paid and answer.value is not None else answer

    def _filing(self, record: DocumentRecord) -> Filing:
        """The rows of a document's tables, kept for the next question."""
        return self._filings.get(record.id, lambda: filing_of(record.id, record.identity, self._index.pages(record)))


def _reporting(period: Period | None, searched: Sequence[Tier], records: Mapping[str, DocumentRecord]) -> list[Tier]:
    """The filings that report on the very period that a question names, before all others."""
    documents = tuple(
        document
        for tier in searched
        for document in tier.documents
        if period is not None and same_day(records[document].identity.period_end, period.end)
    )
    return [Tier(documents, searched[0].assumed)] if documents else []
