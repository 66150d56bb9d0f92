"""What speaks for a number as a program's first or second operand, and for two numbers as a pair."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from qa.heads.model import Features
from qa.hybrid.asked import plain
from qa.programs.fits import Fits
from qa.programs.intent import division_of
from qa.programs.slots import Slot
from qa.programs.templates import Program

_OF_SLOT = (
    "cover", "recall", "column_cover", "column_recall", "phrase", "column_phrase", "year_right", "year_wrong",
    "only_year", "year_before", "last_year", "first_year", "dated", "total", "total_column", "table", "percent", "money",
    "given", "scale_word", "rank", "first_fact", "last_fact", "first_entry", "last_entry", "hundred", "small", "head",
    "lean", "column_lean", "year_lean", "part_cover", "whole_cover", "part_recall", "whole_recall", "clause_recall",
    "clause_cover", "negative", "bracketed", "said_at",
)  # fmt: skip
_IN_TIME = (
    "same_years", "year_after", "year_before", "year_gap", "years_back", "years_forth", "years_asked",
)  # fmt: skip
_IN_SIZE = (
    "smaller", "near", "tenth", "sum_of_others", "sum_elsewhere", "same_text", "over_hundred", "same_scale",
    "same_money", "same_percent",
)  # fmt: skip
_IN_PLACE = (
    "same_column", "same_row", "same_fact", "both_table", "text_first", "alike", "better_first", "adjacent", "ends",
    "same_entry", "covered",
)  # fmt: skip
_OF_PAIR = (*_IN_TIME, *_IN_SIZE, *_IN_PLACE)
_ROLES = ("first", "second", "mean")
ROLE_FEATURES = (*(f"{role} {name}" for role in _ROLES for name in _OF_SLOT), *(f"pair {name}" for name in _OF_PAIR))
_TOTAL = re.compile(r"\btotal\b|\bnet revenues?\b|\bnet sales\b|\bbalance\b")
_EQUAL = 0.002  # how far a sum may be from its total, as a share
_WIDEST = 5  # years between two numbers that are told apart


class Roles:
    """The numbers of a question's facts as operands."""

    def __init__(self, question: str, slots: Sequence[Slot], fits: Fits) -> None:
        """Measures each number; pairs are measured when they are met."""
        self._fits, self._asked, self._division = fits, fits.asked, division_of(question)
        self._last_fact = max((slot.fact for slot in slots if not slot.given), default=0)
        self._columns: dict[str, list[Slot]] = defaultdict(list)
        self._rows: dict[tuple[int, str], list[Slot]] = defaultdict(list)
        self._row = {slot.place: row for row, slot in enumerate(slots)}
        for slot in slots:
            self._rows[slot.fact, slot.row_name].append(slot)
            if slot.of_table:
                self._columns[slot.column_name].append(slot)
        measured = [self._of_slot(slot) for slot in slots]
        self._slots = np.array(measured, dtype=np.float32).reshape(len(slots), len(_OF_SLOT))
        self._pairs: dict[tuple[int, int], list[float]] = {}

    def matrix(self, programs: Sequence[Program]) -> Features:
        """What speaks for the operands of programs, [programs, ROLE_FEATURES]."""
        rows = [[self._row[slot.place] for slot in program.slots] for program in programs]
        first = self._slots[[row[0] for row in rows]]
        second = self._slots[[row[1] if len(row) > 1 else 0 for row in rows]]
        second[[len(row) < 2 for row in rows]] = 0
        ends = np.cumsum([0, *map(len, rows[:-1])])
        sizes = np.array([[len(row)] for row in rows], dtype=np.float32)
        mean = np.add.reduceat(self._slots[[each for row in rows for each in row]], ends, axis=0) / sizes
        nothing = [0.0] * len(_OF_PAIR)
        pairs = [self._pair(*program.slots[:2]) if len(program.slots) > 1 else nothing for program in programs]
        return np.hstack([first, second, mean, np.array(pairs, dtype=np.float32)])

    def _of_slot(self, slot: Slot) -> list[float]:
        fits, asked, division = self._fits, self._asked, self._division
        fit, name = fits.fits[slot.place], plain(slot.column_name)
        return [
            *(fit.cover, fit.recall, fit.column_cover, fit.column_recall, fit.phrase),
            float(len(name) > 2 and name in asked.plain),
            *(fit.year > 0, fit.year < 0, *self._years(slot)),
            bool(_TOTAL.search(slot.row_name)),
            slot.of_table and "total" in slot.column_name,
            *(slot.of_table, slot.percent, slot.money, slot.given, bool(slot.scale)),
            min(fits.rank[slot.place], 10) / 10,
            *(slot.fact == 0, slot.fact == self._last_fact, slot.entry == 0, slot.last),
            *(slot.value == 100, abs(slot.value) <= 10 and slot.value == int(slot.value), slot.head),
            *(division.lean(slot.row), division.lean(slot.column), division.lean_in_years(slot.years)),
            *(fits.share(slot.row, division.part), fits.share(slot.row, division.whole)),
            fits.share(division.part & fits.vocabulary, slot.row | slot.column),
            fits.share(division.whole & fits.vocabulary, slot.row | slot.column),
            *(fits.recall(slot.clause & asked.words), fits.share(slot.clause, asked.words)),
            *(slot.value < 0, slot.bracketed, fit.said_at),
        ]

    def _years(self, slot: Slot) -> list[bool]:
        """Whether its year is the only one asked for, the one before that, the last or the first; whether it has one."""
        if not slot.years:
            return [False] * 5
        year, asked = max(slot.years), self._asked.years
        only, several = len(asked) == 1, len(asked) > 1
        return [
            only and year == asked[0],
            only and year + 1 == asked[0],
            several and year == max(asked),
            several and year == min(asked),
            True,
        ]

    def _pair(self, one: Slot, other: Slot) -> list[float]:
        key = (one.place, other.place)
        if key not in self._pairs:
            self._pairs[key] = [*self._in_time(one, other), *self._in_size(one, other), *self._in_place(one, other)]
        return self._pairs[key]

    def _in_time(self, one: Slot, other: Slot) -> list[float]:
        asked, years = self._asked.years, one.years | other.years
        first, second = max(one.years, default=0), max(other.years, default=0)
        gap = first - second if first and second else 0
        ends = (max(asked), min(asked)) if len(asked) > 1 else None
        return [
            *(bool(one.years) and one.years == other.years, gap == 1, gap == -1),
            max(-_WIDEST, min(_WIDEST, gap)) / _WIDEST,
            *((first, second) == ends, (second, first) == ends, bool(years) and years == set(asked)),
        ]

    def _in_size(self, one: Slot, other: Slot) -> list[float]:
        ratio = abs(one.value / other.value) if other.value else None
        sums = self._is_sum(other)
        return [
            *(
                abs(one.value) < abs(other.value),
                ratio is not None and 0.5 < ratio < 2,
                ratio is not None and ratio < 0.1,
            ),
            *(sums, sums and one.fact != other.fact, one.text == other.text, one.value > 0 and other.value == 100),
            *(one.scale == other.scale, one.money == other.money, one.percent == other.percent),
        ]

    def _is_sum(self, slot: Slot) -> bool:
        """Whether a number is the sum of the others of its column, or of its row or sentence."""
        groups = (self._columns[slot.column_name] if slot.of_table else [], self._rows[slot.fact, slot.row_name])
        others = [[each.value for each in group if each.place != slot.place] for group in groups]
        return any(len(each) > 1 and abs(sum(each) - slot.value) <= _EQUAL * abs(slot.value) for each in others)

    def _in_place(self, one: Slot, other: Slot) -> list[float]:
        fits, words = self._fits, one.row | other.row
        table, fact = one.of_table and other.of_table, one.fact == other.fact
        ranks = fits.rank[one.place], fits.rank[other.place]
        said = (words | one.column | other.column) & self._asked.words
        return [
            *(table and one.column_name == other.column_name, fact and table and one.row_name == other.row_name),
            *(fact, table, float(other.of_table) - float(one.of_table)),
            len(one.row & other.row) / len(words) if words else 0.0,
            float(ranks[0] < ranks[1]) - float(ranks[0] > ranks[1]),
            fact and abs(one.entry - other.entry) == 1,
            float(one.last and other.entry == 0) - float(one.entry == 0 and other.last),
            *(table and not fact and one.entry == other.entry, fits.recall(said)),
        ]
