"""Answers that stand in the text around a table: what the reader points at, its neighbours, and lists in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.hybrid.asked import Asked
from qa.hybrid.context import fiscal_years, stems
from qa.hybrid.derivation import Derivation, Place
from qa.reader import Span
from retrieval.quantity import parse_quantities

WIDENED = 5  # of the reader's spans are widened and narrowed
LISTED = 5  # are taken apart into lists
_SENTENCE_END = re.compile(r"(?<=[a-z0-9)%”\"’])[.?!](?=\s|$)|\n")
_LIST = re.compile(r"\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|large|often)\b|\b(?:amount|number|percentage|percent|rate|value|price|total)\b", re.I
)
_ASKS_SENTENCE = re.compile(r"^\W*(?:why|how (?:does|do|did|is|are|was|were|has|have|can|will))\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?:[A-Z]{0,3}[$€£¥]\s?)?\d[\d,]*(?:\.\d+)?\s?%?")
_SCALE_WORD = re.compile(r"\s(?:thousand|million|billion)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A span that the reader points at.

    Attributes:
        start: first character.
        end: one past the last.
        probability: among all spans and "no answer".
        margin: how far it beats "no answer".
    """

    start: int
    end: int
    probability: float
    margin: float

    @classmethod
    def of(cls, span: Span) -> Pointed:
        """What this package needs to know of a span."""
        return cls(span.start, span.end, span.probability, span.margin)


class Prose:
    """The text around a table, as the reader sees it for one question."""

    def __init__(self, text: str, pointed: Sequence[Pointed]) -> None:
        """Takes the reader's spans, best first."""
        self.text = text
        self.pointed = pointed

    @cached_property
    def sentences(self) -> list[Place]:
        """Characters [start, end) of each sentence, without what ends it."""
        ends = [match.start() for match in _SENTENCE_END.finditer(self.text)] + [len(self.text)]
        places, start = list[Place](), 0
        for end in ends:
            while start < end and not (self.text[start].isalnum() or self.text[start] in '($€£“"'):
                start += 1
            if start < end:
                places.append((start, end))
            start = end
        return places

    def sentence_of(self, at: int) -> Place:
        """The sentence that a character is in."""
        return next(((start, end) for start, end in self.sentences if start <= at < end), (0, len(self.text)))

    @cached_property
    def places(self) -> dict[Place, int]:
        """The possible answers, each with the number of the reader's span that it comes from."""
        found: dict[Place, int] = {}
        for rank, span in enumerate(self.pointed):
            found.setdefault((span.start, span.end), rank)
        for rank, span in enumerate(self.pointed[:WIDENED]):
            for place in self._around(span):
                found.setdefault(place, rank)
        return found

    def _around(self, span: Pointed) -> Iterator[Place]:
        first, last = self.sentence_of(span.start), self.sentence_of(span.end - 1)
        yield first[0], last[1]
        yield first[0], span.end
        yield span.start, max(last[1], span.end)
        text = self.text[span.start : span.end]
        for match in _NUMBER.finditer(text):
            yield span.start + match.start(), span.start + len(text[: match.end()].rstrip())
            if word := _SCALE_WORD.match(text, match.end()):
                yield span.start + match.start(), span.start + word.end()
        for match in _NUMBER.finditer(self.text, max(0, span.start - 5), span.end):
            if match.start() < span.start < match.end():
                yield match.start(), span.end

    def derivations(self) -> list[Derivation]:
        """One for each possible answer, and the lists that they hold."""
        single = [
            Derivation("span", (self.text[start:end],), spans=((start, end),))
            for start, end in self.places
            if start < end
        ]
        lists = {d.parts: d for d in self._lists()}
        return [*single, *lists.values()]

    def _lists(self) -> Iterator[Derivation]:
        for span in self.pointed[:LISTED]:
            place = (span.start, span.end)
            parts = _parts(self.text, place)
            if len(parts) > 1:
                yield _listed(self.text, parts)
            sentence = self.sentence_of(span.start)
            numbers = [
                (sentence[0] + match.start(), sentence[0] + match.start() + len(match[0].rstrip()))
                for match in _NUMBER.finditer(self.text[sentence[0] : sentence[1]])
            ]
            numbers = [(s, e) for s, e in numbers if not fiscal_years(self.text[s:e])]
            if 1 < len(numbers) < 7:
                yield _listed(self.text, numbers)


def _parts(text: str, place: Place) -> list[Place]:
    parts, start = list[Place](), place[0]
    for match in _LIST.finditer(text, *place):
        parts.append((start, match.start()))
        start = match.end()
    return [part for part in [*parts, (start, place[1])] if part[0] < part[1]]


def _listed(text: str, places: Sequence[Place]) -> Derivation:
    return Derivation("spans", tuple(text[start:end] for start, end in places), spans=tuple(places))


PROSE_FEATURES = (
    "reader_log", "reader", "reader_first", "reader_rank", "reader_margin", "widened",
    "length", "words", "sentence_start", "sentence_end", "clause_start", "clause_end", "crosses", "cut",
    "number_only", "number_as_asked", "has_number", "sentence_as_asked", "short_as_asked",
    "said_again", "sentence_says", "year_place_right", "year_place_wrong", "article", "items",
)  # fmt: skip


def prose_features(derivation: Derivation, prose: Prose, asked: Asked) -> dict[str, float]:
    """What speaks for and against a span or a list of them, by name."""
    text = prose.text
    start, end = derivation.spans[0][0], derivation.spans[-1][1]
    rank = prose.places.get((start, end))
    source = prose.pointed[_source(prose, start, end) if rank is None else rank]
    exact = (source.start, source.end) == (start, end)
    sentence = prose.sentence_of(start)
    answer = text[start:end]
    words = stems(answer)
    number_only = float(bool(_NUMBER.fullmatch(answer.strip())))
    asks_number = bool(_ASKS_NUMBER.search(asked.text))
    length = min(len(answer), 300) / 300
    before, after = text[:start].rstrip()[-1:], text[end:].lstrip()[:1]
    asks_sentence = bool(_ASKS_SENTENCE.search(asked.text))
    right, wrong = _year_place(text, sentence, start, asked)
    return {
        "reader_log": max(math.log(max(source.probability, 1e-9)), -12) / 12,
        "reader": source.probability,
        "reader_first": float(source is prose.pointed[0]),
        "reader_rank": prose.pointed.index(source) / 20,
        "reader_margin": max(-10.0, min(10.0, source.margin)) / 10,
        "widened": float(not exact),
        "length": length,
        "words": min(len(answer.split()), 40) / 40,
        "sentence_start": float(start == sentence[0]),
        "sentence_end": float(end >= sentence[1]),
        "clause_start": float(before in {",", ";", ":", "("}),
        "clause_end": float(after in {",", ";", ":", ")"}),
        "crosses": float(end > sentence[1] + 1),
        "cut": float(text[start - 1 : start].strip() != "" or text[end : end + 1].isalnum() or after == "%"),
        "number_only": number_only,
        "number_as_asked": number_only if asks_number else -number_only,
        "has_number": float(any(character.isdigit() for character in answer)) * (1 if asks_number else -1),
        "sentence_as_asked": length if asks_sentence else 0.0,
        "short_as_asked": length if asks_number else 0.0,
        "said_again": len(words & asked.words) / len(words) if words else 0.0,
        "sentence_says": len(stems(text[sentence[0] : sentence[1]]) & asked.words) / max(1, len(asked.words)),
        "year_place_right": right,
        "year_place_wrong": wrong,
        "article": float(bool(re.match(r"(?:the|a|an|our|its)\b", answer, re.IGNORECASE))),
        "items": min(len(derivation.spans), 8) / 8 if len(derivation.spans) > 1 else 0.0,
    }


def _source(prose: Prose, start: int, end: int) -> int:
    """Which of the reader's spans a list lies in, or else overlaps."""
    for rank, span in enumerate(prose.pointed):
        if span.start < end and start < span.end:
            return rank
    return 0


def _year_place(text: str, sentence: Place, at: int, asked: Asked) -> tuple[float, float]:
    """Whether the number at a character is the one that "respectively" gives to the year asked for, or another's."""
    said = text[sentence[0] : sentence[1]]
    years = [int(match) for match in re.findall(r"\b(?:19|20)\d\d\b", said)]
    if len(years) < 2 or len(asked.years) != 1 or asked.years[0] not in years:
        return 0.0, 0.0
    numbers = [q for q in parse_quantities(said) if not fiscal_years(said[q.start : q.end])]
    if len(numbers) % len(years):
        return 0.0, 0.0
    place = next((i for i, q in enumerate(numbers) if q.start <= at - sentence[0] < q.end), None)
    if place is None:
        return 0.0, 0.0
    fits = place % len(years) == years.index(asked.years[0])
    return float(fits), float(not fits)
