"""What speaks for and against a program: how its numbers fit the question, and their order."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.hybrid.asked import leans, leans_in_years, plain, read_question
from qa.programs.slots import Slot
from qa.programs.templates import Program

FEATURES = (
    "row_cover", "row_cover_min", "row_recall", "row_recall_min", "said", "unsaid", "column_cover",
    "column_recall", "row_phrase", "rank", "top",
    "year_right", "year_wrong", "years_exact", "years_covered", "no_year",
    "table", "one_fact", "one_row", "one_column", "same_place", "neighbours", "total", "total_last", "total_first",
    "later_first", "said_first", "left_first", "upper_first", "larger_first", "divided",
    "percent", "percent_as_asked", "money", "like_units", "like_scale", "scale_word", "magnitude_gap",
    "result_negative", "result_below_one", "result_above_hundred", "result_huge", "twice_the_same", "said_number",
    "operator_said", "operator_unsaid", "whole_row", "all_years", "scales_reconciled", "scales_clash",
    "used", "used_last", "used_unsaid", "same_as_last", "given", "total_column_last", "total_column_first", "divided_column", "divided_years",
)  # fmt: skip
_TOTAL = re.compile(r"\btotal\b|\bnet revenues?\b|\bnet sales\b|\bbalance\b")
_SAID = {  # words that call for an operator, and the forms of program that answer them
    re.compile(r"\baverage\b|\bmean\b|\bavg\b"): {"average", "average of three", "table_average"},
    re.compile(r"\b(?:highest|greatest|largest|maximum|max|peak|most)\b"): {"table_max", "greater"},
    re.compile(r"\b(?:lowest|smallest|minimum|min|least)\b"): {"table_min"},
    re.compile(r"\b(?:sum|combined|altogether|aggregate|cumulative|total)\b"): {
        "add", "sum of three", "sum of four", "table_sum", "sum over third",
    },
    re.compile(r"\b(?:percent\w*|%|rate|relative)\b.*\b(?:change|increase|decrease|decline|growth|grow|drop|rise|reduction)"
               r"|\bgrowth\b|\b(?:return|roi)\b"): {
        "change", "change of first", "growth", "return", "difference of returns", "difference over third",
    },
    re.compile(r"\b(?:difference|change|increase\w*|decrease\w*|decline\w*|variation|net|how much more)\b"): {
        "subtract", "change", "change of first", "growth", "difference over third", "change of ratio",
    },
    re.compile(r"\b(?:ratio|portion|proportion|share|percent\w*\s+of|per)\b"): {
        "divide", "divide by thousand", "divide millions", "share of sum", "sum over third", "divide by percent",
    },
    re.compile(r"\b(?:did|does|was|were|is|are)\b.*\b(?:exceed|greater|more than|higher|larger|outperform)"): {"greater"},
}  # fmt: skip
_SCALES = {"": 0, "thousand": 3, "million": 6, "billion": 9}
_RECONCILED = {"divide by thousand": 3, "divide millions": 6}
_PERCENT = re.compile(r"percent|%|\brate\b|\bportion\b|\bratio\b|\bshare\b|\bgrowth\b")


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
        self._used = frozenset[str]().union(*used)
        self._last = used[-1] if used else frozenset[str]()
        self.vocabulary = frozenset[str]().union(*(slot.row | slot.column for slot in slots))
        self.asked = read_question(question, self.vocabulary)
        names = {(slot.row, slot.column) for slot in slots}
        counts = Counter(word for row, column in names for word in row | column)
        self._weights = {word: math.log(1 + len(names) / count) for word, count in counts.items()}
        self._known = self._weight(self.asked.known)
        self._said = [forms for pattern, forms in _SAID.items() if pattern.search(self.asked.text.lower())]
        self._row_sizes = Counter((slot.fact, slot.row_name) for slot in slots if slot.of_table)
        self.fits = {slot.place: self._fit(slot) for slot in slots}
        self.ranked = sorted(slots, key=lambda slot: (-self.fits[slot.place].score, slot.place))
        self.rank = {slot.place: rank for rank, slot in enumerate(self.ranked)}

    def features(self, program: Program) -> list[float]:
        """One number for each of `FEATURES`."""
        slots = program.slots
        fits = [self.fits[slot.place] for slot in slots]
        said = frozenset[str]().union(*(slot.row | slot.column for slot in slots))
        years = frozenset[int]().union(*(slot.years for slot in slots))
        dated = [fit for fit in fits if fit.year]
        asked = self.asked
        percent = _mean([slot.percent for slot in slots])
        sizes = [abs(slot.value) for slot in slots if slot.value]
        result = program.result if isinstance(program.result, float) else 0.0
        found = {
            "row_cover": _mean([fit.cover for fit in fits]),
            "row_cover_min": min(fit.cover for fit in fits),
            "row_recall": _mean([fit.recall for fit in fits]),
            "row_recall_min": min(fit.recall for fit in fits),
            "said": self._recall(said),
            "unsaid": _mean([fit.recall == 0 for fit in fits]),
            "column_cover": _mean([fit.column_cover for fit in fits]),
            "column_recall": _mean([fit.column_recall for fit in fits]),
            "row_phrase": _mean([fit.phrase for fit in fits]),
            "rank": _mean([min(self.rank[slot.place], 10) / 10 for slot in slots]),
            "top": float(max(self.rank[slot.place] for slot in slots) < len(slots)),
            "year_right": _mean([fit.year > 0 for fit in dated]),
            "year_wrong": _mean([fit.year < 0 for fit in dated]),
            "years_exact": float(bool(years) and years in (asked.every_year, frozenset(asked.years))),
            "years_covered": len(years & asked.every_year) / len(asked.every_year) if asked.every_year else 0.0,
            "no_year": float(not years),
            "table": _mean([slot.of_table for slot in slots]),
            "one_fact": float(len({slot.fact for slot in slots}) == 1),
            "one_row": float(len({(slot.fact, slot.row_name) for slot in slots}) == 1),
            "one_column": float(len({slot.column for slot in slots}) == 1),
            "total": _mean([bool(_TOTAL.search(slot.row_name)) for slot in slots]),
            "total_last": float(bool(_TOTAL.search(slots[-1].row_name))),
            "total_first": float(bool(_TOTAL.search(slots[0].row_name))),
            "percent": percent,
            "percent_as_asked": percent if _PERCENT.search(asked.text) else -percent,
            "money": _mean([slot.money for slot in slots]),
            "like_units": float(len({(slot.percent, slot.money) for slot in slots}) == 1),
            "like_scale": float(len({slot.scale for slot in slots}) == 1),
            "scale_word": _mean([bool(slot.scale) for slot in slots]),
            "magnitude_gap": min(math.log10(max(sizes) / min(sizes)), 6) / 6 if sizes else 0.0,
            "result_negative": float(result < 0),
            "result_below_one": float(abs(result) < 1),
            "result_above_hundred": float(abs(result) > 100),
            "result_huge": float(abs(result) > 1e5),
            "twice_the_same": float(len({slot.text for slot in slots}) < len(slots)),
            "operator_said": _mean([program.operator in forms for forms in self._said]),
            "operator_unsaid": float(bool(self._said) and not any(program.operator in forms for forms in self._said)),
            "whole_row": float(
                slots[0].of_table
                and len({(s.fact, s.row_name) for s in slots}) == 1
                and len(slots) == self._row_sizes[slots[0].fact, slots[0].row_name]
            ),
            "used": _mean([slot.text in self._used for slot in slots]),
            "used_last": _mean([slot.text in self._last for slot in slots]),
            "used_unsaid": float(bool(self._last) and not any(slot.text in self._used for slot in slots)),
            "same_as_last": float({slot.text for slot in slots} == self._last),
            "given": _mean([slot.given for slot in slots]),
            "total_column_last": float(slots[-1].of_table and "total" in slots[-1].column),
            "total_column_first": float(slots[0].of_table and "total" in slots[0].column),
            "all_years": float(bool(asked.every_year) and asked.every_year <= years),
            "said_number": _mean([f" {slot.text} " in f" {asked.text} " for slot in slots]),
        }
        if len(slots) > 1:
            found |= self._order(program.operator, slots[0], slots[1])
        return [found.get(name, 0.0) for name in FEATURES]

    def _order(self, operator: str, first: Slot, second: Slot) -> dict[str, float]:
        gap = _SCALES[first.scale] - _SCALES[second.scale] if first.scale and second.scale else 0
        reconciled = _RECONCILED.get(operator, 0)
        one, other = self.fits[first.place], self.fits[second.place]
        later = _sign(max(first.years) - max(second.years)) if first.years and second.years else 0.0
        return {
            "later_first": later,
            "said_first": _sign(other.said_at - one.said_at),
            "left_first": _sign(second.place - first.place) if first.fact == second.fact else 0.0,
            "upper_first": _sign(second.fact - first.fact),
            "larger_first": _sign(abs(first.value) - abs(second.value)),
            "divided": leans(self.asked, first.row, second.row),
            "neighbours": float(abs(first.place - second.place) == 1),
            "divided_column": leans(self.asked, first.column, second.column),
            "divided_years": leans_in_years(self.asked, first.years, second.years),
            "scales_reconciled": float(gap != 0 and gap == reconciled),
            "scales_clash": float(gap != reconciled),
        }

    def _fit(self, slot: Slot) -> Fit:
        asked = self.asked
        said, beside = slot.row & asked.words, slot.column & asked.words
        year = 0
        if slot.years and asked.years:
            year = 1 if max(slot.years) in asked.every_year else -1
        cover = self._weight(said) / self._weight(slot.row) if slot.row else 0.0
        column_cover = self._weight(beside) / self._weight(slot.column) if slot.column else 0.0
        recall, column_recall = self._recall(said), self._recall(beside)
        phrase = float(slot.of_table and len(slot.row_name) > 2 and plain(slot.row_name) in asked.plain)
        both = 2 * cover * recall / (cover + recall) if cover + recall else 0.0
        score = (
            both
            + recall
            + 0.7 * (slot.text in self._used)
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

    def _weight(self, words: frozenset[str]) -> float:
        return sum(self._weights.get(word, 0.0) for word in words)

    def _recall(self, words: frozenset[str]) -> float:
        return self._weight(words & self.asked.known) / self._known if self._known else 0.0


def _mean(values: Sequence[float | bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _sign(value: float) -> float:
    return float((value > 0) - (value < 0))
