"""How well each row and column of a table fits a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa.hybrid.asked import Asked, plain
from qa.hybrid.context import Context, Heading


@dataclass(frozen=True, slots=True)
class Fit:
    """How a heading fits a question.

    Attributes:
        cover: share of its own words that the question says, rare words of the table counting more.
        recall: share of the question's words that the table knows which its own words say.
        above: share of the words over it that the question says.
        phrase: whether the question says it word for word.
        year: 1 where its year is asked for, -1 where another is, 0 where either names none.
        said_at: where in the question its first word stands, 0 to 1; 1 where none does.
        score: for ranking.
    """

    cover: float
    recall: float
    above: float
    phrase: bool
    year: int
    said_at: float
    score: float


class Match:
    """The fits of a table's rows and columns to a question."""

    def __init__(self, context: Context, asked: Asked) -> None:
        """Measures each heading."""
        self.asked = asked
        headings = [*context.rows.values(), *context.columns.values()]
        counts = Counter(word for heading in headings for word in heading.words | heading.above)
        self._weights = {word: math.log(1 + len(headings) / count) for word, count in counts.items()}
        self._known = self.weight(asked.known)
        self.rows = self._fits(context.rows)
        self.columns = self._fits(context.columns)

    def weight(self, words: Iterable[str]) -> float:
        """What words weigh together: rare ones of the table more."""
        return sum(self._weights.get(word, 0.0) for word in words)

    def recall(self, words: frozenset[str]) -> float:
        """The share of the question's words that the table knows which `words` say."""
        return self.weight(words & self.asked.known) / self._known if self._known else 0.0

    def best_rows(self, most: int) -> list[int]:
        """The rows that fit best, best first."""
        return sorted(self.rows, key=lambda row: (-self.rows[row].score, row))[:most]

    def best_columns(self, most: int) -> list[int]:
        """The columns that fit best, in the table's order."""
        return sorted(sorted(self.columns, key=lambda column: -self.columns[column].score)[:most])

    def _fits(self, headings: Mapping[int, Heading]) -> dict[int, Fit]:
        return {place: self._fit(heading) for place, heading in headings.items()}

    def _fit(self, heading: Heading) -> Fit:
        said = heading.words & self.asked.words
        cover = self.weight(said) / self.weight(heading.words) if heading.words else 0.0
        recall = self.recall(said)
        over = self.weight(heading.above & self.asked.words)
        above = over / self.weight(heading.above) if heading.above else 0.0
        text = plain(heading.text)
        phrase = len(text) > 2 and text in self.asked.plain
        year = 0
        if heading.years and self.asked.years:
            year = 1 if max(heading.years) in self.asked.every_year or heading.years & set(self.asked.years) else -1
        both = 2 * cover * recall / (cover + recall) if cover + recall else 0.0
        return Fit(
            cover=cover,
            recall=recall,
            above=above,
            phrase=phrase,
            year=year,
            said_at=self._said_at(heading, text),
            score=both + 0.5 * phrase + 0.3 * self.recall(heading.above & self.asked.words) + 0.5 * year,
        )

    def _said_at(self, heading: Heading, text: str) -> float:
        at = self.asked.plain.find(text) if len(text) > 2 else -1
        if at < 0 and heading.years:
            at = self.asked.plain.find(f" {max(heading.years)} ")
        if at < 0:
            rare = sorted(heading.words & self.asked.words, key=lambda word: -self._weights.get(word, 0.0))
            at = self.asked.plain.find(f" {rare[0]}") if rare else -1
        return at / len(self.asked.plain) if at >= 0 else 1.0
