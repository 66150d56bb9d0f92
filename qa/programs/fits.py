"""How the numbers of facts fit a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.hybrid.asked import plain, read_question
from qa.programs.slots import Slot


@dataclass(frozen=True, slots=True)
class Fit:
    """How a slot fits a question; all but `said_at` are shares from 0 to 1, year is 1, 0 or -1 as in `Match`."""

    cover: float
    recall: float
    column_cover: float
    column_recall: float
    phrase: float
    year: int
    said_at: float
    score: float


class Fits:
    """The slots of a question's facts, best first, and how each fits."""

    def __init__(self, question: str, slots: Sequence[Slot], used: Sequence[frozenset[str]] = ()) -> None:
        """Weighs the words: those of few slots more.

        Args:
            question: as asked, in a conversation with what it leaves unsaid.
            slots: the numbers of the facts.
            used: the numbers, as programs write them, that each earlier program of a conversation used.
        """
        self.used = frozenset[str]().union(*used)
        self.last = used[-1] if used else frozenset[str]()
        self.vocabulary = frozenset[str]().union(*(slot.row | slot.column for slot in slots))
        self.asked = read_question(question, self.vocabulary)
        names = {(slot.row, slot.column) for slot in slots}
        counts = Counter(word for row, column in names for word in row | column)
        self._weights = {word: math.log(1 + len(names) / count) for word, count in counts.items()}
        self._known = self._weight(self.asked.known)
        self.fits = {slot.place: self._fit(slot) for slot in slots}
        self.ranked = sorted(slots, key=lambda slot: (-self.fits[slot.place].score, slot.place))
        self.rank = {slot.place: rank for rank, slot in enumerate(self.ranked)}

    def _fit(self, slot: Slot) -> Fit:
        asked = self.asked
        said, beside = slot.row & asked.words, slot.column & asked.words
        year = 0
        if slot.years and asked.years:
            year = 1 if max(slot.years) in asked.every_year else -1
        cover, column_cover = self.share(slot.row, asked.words), self.share(slot.column, asked.words)
        recall, column_recall = self.recall(said), self.recall(beside)
        phrase = float(slot.of_table and len(slot.row_name) > 2 and plain(slot.row_name) in asked.plain)
        both = 2 * cover * recall / (cover + recall) if cover + recall else 0.0
        score = (
            both
            + recall
            + 0.7 * (slot.text in self.used)
            + 0.5 * phrase
            + 0.3 * column_recall
            + 0.5 * year
            + 0.3 * slot.of_table
        )
        return Fit(cover, recall, column_cover, column_recall, phrase, year, self._said_at(slot, said), score)

    def _said_at(self, slot: Slot, said: frozenset[str]) -> float:
        text = self.asked.plain
        for year in sorted(slot.years, reverse=True):
            if (at := text.find(f" {year} ")) >= 0:
                return at / len(text)
        rare = max(sorted(said), key=lambda word: self._weights[word], default=None)
        at = text.find(f" {rare}") if rare else -1
        return at / len(text) if at >= 0 else 1.0

    def share(self, words: frozenset[str], said: frozenset[str]) -> float:
        """The share of words that are said, rare words of the facts counting more."""
        whole = self._weight(words)
        return self._weight(words & said) / whole if whole else 0.0

    def _weight(self, words: frozenset[str]) -> float:
        return sum(self._weights.get(word, 0.0) for word in words)

    def recall(self, words: frozenset[str]) -> float:
        """The share of the question's words that the facts know which `words` say."""
        return self._weight(words & self.asked.known) / self._known if self._known else 0.0
