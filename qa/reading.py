"""The answer that the passages of some filings hold: they are searched, read, and judged against each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from qa.answer import Answer, not_found
from qa.candidates import (
    Candidates,
    asks_yes_or_no,
    candidates,
    is_only_a_percentage,
    of_a_change,
    of_other_years,
)
from qa.cited import answer_at
from qa.close_reading import read_closely
from qa.enumeration import asks_for_several, whole_list
from qa.figure_asked import lacks_its_figure, says_how_many
from qa.headings import is_heading, without_headings
from qa.judging import judged
from qa.lookup.asked import Asked
from qa.metrics.normalise import normalise_answer
from qa.reader import Reader, Span
from qa.request import Request
from retrieval.document import Page
from retrieval.index.index import Index
from retrieval.passage import Passage
from retrieval.ranking import ranked
from retrieval.scope import Tier
from retrieval.search import Filters


class PassageReading:
    """Searches an index and reads what it finds."""

    def __init__(self, index: Index, reader: Reader) -> None:
        """Of an open index, by a reader."""
        self._index = index
        self._reader = reader

    def answer(self, request: Request, tier: Tier, *, number: bool) -> Answer | None:
        """The answer of one tier of documents; `None` where none of their passages holds one.

        It is "not found" where a figure is asked for and the likeliest span has none: those of others are then of
        something else.

        Args:
            request: what is asked.
            tier: the documents.
            number: whether a number is asked for. Tables are not read then, as their numbers have been looked up; nor for
                yes or no, which no cell says.
        """
        found, scores, pages = self._candidates(
            request, tier, tables=not number and not asks_yes_or_no(request.question)
        )
        spans = self._spans(found, scores, pages, request, number=number)
        answers: list[Answer] = []
        for span in self._best(spans, scores):
            if len(answers) > request.alternatives:
                break
            passage, cells = found[span.context].passage, found[span.context].cells
            given = _completed(request.question, span, passage)
            if number and lacks_its_figure(given.text, request.asked):
                if not answers:
                    return not_found(request.question, "what the filings say of it in words has no such figure")
                continue
            place = passage.to_page(given.start, given.end)
            if place is not None:
                answer = answer_at(
                    self._index,
                    request,
                    request.records[passage.document_id],
                    pages[passage.document_id, passage.page],
                    place,
                    cell=cells.get((given.start, given.end)),
                    probability=self._reader.calibration.probability(given.margin),
                    assumed=tier.assumed,
                )
                answers.append(answer)
        if not answers:
            return None
        return replace(answers[0], alternatives=tuple(other.as_alternative() for other in answers[1:]))

    def _candidates(
        self, request: Request, tier: Tier, *, tables: bool
    ) -> tuple[list[Candidates], list[float], dict[tuple[str, int], Page]]:
        """What may answer in the passages that search finds, their scores, and their pages by document and number."""
        pages: dict[tuple[str, int], Page] = {}
        found: list[Candidates] = []
        scores: list[float] = []
        for hit in ranked(self._index, request.asked.query, k=request.k, filters=Filters(documents=tier.documents)):
            if hit.passage.kind == "table" and not tables:
                continue
            at = (hit.passage.document_id, hit.passage.page)
            if at not in pages:
                pages[at] = self._index.page(*at)
            scores.append(hit.score)
            found.append(candidates(hit.passage, pages[at], request.records[at[0]].identity, request.asked))
        return found, scores, pages

    def _spans(
        self,
        found: Sequence[Candidates],
        scores: Sequence[float],
        pages: Mapping[tuple[str, int], Page],
        request: Request,
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
            return read_closely(self._reader, question, text)
        return self._reader.read(question, [text], allowed=[candidate.allowed])

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
        return span.agreed and self._reader.calibration.found(span.margin)


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


def _completed(question: str, span: Span, passage: Passage) -> Span:
    """A span as it is to be given: of prose no headings, and the whole list where several things are asked for."""
    if passage.kind != "text":
        return span
    start, end = without_headings(passage.text, span.start, span.end)
    if asks_for_several(question):
        start, end = whole_list(passage.text, start, end)
    return replace(span, text=passage.text[start:end], start=start, end=end)


def _says_the_same(span: Span, other: Span) -> bool:
    """Whether two spans share characters of a passage or have the same words."""
    overlap = span.context == other.context and span.start < other.end and other.start < span.end
    return overlap or normalise_answer(span.text) == normalise_answer(other.text)
