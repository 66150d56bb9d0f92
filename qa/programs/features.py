"""What speaks for and against a program: how its numbers fit the question, and their order."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from qa.heads.model import Features
from qa.hybrid.asked import leans, leans_in_years
from qa.programs.fits import Fits
from qa.programs.intent import Intent
from qa.programs.roles import ROLE_FEATURES, Roles
from qa.programs.slots import Slot
from qa.programs.templates import Program

_OF_NUMBERS = (
    "row_cover_min", "row_recall_min", "said", "unsaid", "top", "year_right", "year_wrong", "years_exact",
    "years_covered", "no_year", "one_fact", "one_row", "one_column", "neighbours", "later_first", "said_first",
    "left_first", "upper_first", "larger_first", "divided", "percent_as_asked", "like_units", "like_scale",
    "magnitude_gap", "twice_the_same", "said_number", "whole_row", "all_years", "used", "used_last", "used_unsaid",
    "same_as_last", "divided_column", "divided_years", "facts", "facts_used", "every_fact", "unsigned", "signed",
    "numbers",
)  # fmt: skip
_OF_PROGRAM = (
    "result_negative", "result_below_one", "result_above_hundred", "result_huge", "result_below_hundred",
    "result_below_thousand", "result_whole", "operator_said", "operator_unsaid", "intended", "scales_reconciled",
    "scales_clash",
)  # fmt: skip
FEATURES = (*_OF_PROGRAM, *_OF_NUMBERS, *ROLE_FEATURES)
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


class ProgramFeatures:
    """What speaks for and against the programs of one question."""

    def __init__(self, slots: Sequence[Slot], fits: Fits, intent: Intent) -> None:
        """Reads the question once for all programs."""
        self._fits, self._intent, self.asked = fits, intent, fits.asked
        self._roles = Roles(fits.asked.text, slots, fits)
        self._said = [forms for pattern, forms in _SAID.items() if pattern.search(self.asked.text.lower())]
        self._row_sizes = Counter((slot.fact, slot.row_name) for slot in slots if slot.of_table)
        self._percent = bool(_PERCENT.search(self.asked.text))
        self._facts = 1 + max((slot.fact for slot in slots if not slot.given), default=0)

    def matrix(self, programs: Sequence[Program]) -> Features:
        """One row of `FEATURES` for each program."""
        if not programs:
            return np.zeros((0, len(FEATURES)), dtype=np.float32)
        own = np.array([self._of_program(program) for program in programs], dtype=np.float32)
        used = [tuple((slot.place, slot.text) for slot in program.slots) for program in programs]
        each = {key: program.slots for key, program in zip(used, programs, strict=True)}
        row = {key: place for place, key in enumerate(each)}
        numbers = np.array([self._of_numbers(slots) for slots in each.values()], dtype=np.float32)
        return np.hstack([own, numbers[[row[key] for key in used]], self._roles.matrix(programs)])

    def _of_program(self, program: Program) -> list[float]:
        result = program.result if isinstance(program.result, float) else 0.0
        said = [program.operator in forms for forms in self._said]
        reconciled = _RECONCILED.get(program.operator, 0)
        gap = _scale_gap(*program.slots[:2]) if len(program.slots) > 1 else 0
        return [
            *(result < 0, abs(result) < 1, abs(result) > 100, abs(result) > 1e5),
            *(abs(result) < 100, abs(result) < 1000, result == int(result)),
            *(_mean(said), bool(said) and not any(said), program.operator in self._intent.forms),
            *(gap != 0 and gap == reconciled, len(program.slots) > 1 and gap != reconciled),
        ]

    def _of_numbers(self, slots: Sequence[Slot]) -> list[float]:
        fits = [self._fits.fits[slot.place] for slot in slots]
        said = frozenset[str]().union(*(slot.row | slot.column for slot in slots))
        years = frozenset[int]().union(*(slot.years for slot in slots))
        dated = [fit for fit in fits if fit.year]
        asked = self.asked
        percent = _mean([slot.percent for slot in slots])
        sizes = [abs(slot.value) for slot in slots if slot.value]
        found = {
            "row_cover_min": min(fit.cover for fit in fits),
            "row_recall_min": min(fit.recall for fit in fits),
            "said": self._fits.recall(said),
            "unsaid": _mean([fit.recall == 0 for fit in fits]),
            "top": float(max(self._fits.rank[slot.place] for slot in slots) < len(slots)),
            "year_right": _mean([fit.year > 0 for fit in dated]),
            "year_wrong": _mean([fit.year < 0 for fit in dated]),
            "years_exact": float(bool(years) and years in (asked.every_year, frozenset(asked.years))),
            "years_covered": len(years & asked.every_year) / len(asked.every_year) if asked.every_year else 0.0,
            "no_year": float(not years),
            "one_fact": float(len({slot.fact for slot in slots}) == 1),
            "one_row": float(len({(slot.fact, slot.row_name) for slot in slots}) == 1),
            "one_column": float(len({slot.column for slot in slots}) == 1),
            "percent_as_asked": percent if self._percent else -percent,
            "like_units": float(len({(slot.percent, slot.money) for slot in slots}) == 1),
            "like_scale": float(len({slot.scale for slot in slots}) == 1),
            "magnitude_gap": min(math.log10(max(sizes) / min(sizes)), 6) / 6 if sizes else 0.0,
            "twice_the_same": float(len({slot.text for slot in slots}) < len(slots)),
            "whole_row": float(
                slots[0].of_table
                and len({(s.fact, s.row_name) for s in slots}) == 1
                and len(slots) == self._row_sizes[slots[0].fact, slots[0].row_name]
            ),
            "used": _mean([slot.text in self._fits.used for slot in slots]),
            "used_last": _mean([slot.text in self._fits.last for slot in slots]),
            "used_unsaid": float(bool(self._fits.last) and not any(slot.text in self._fits.used for slot in slots)),
            "same_as_last": float({slot.text for slot in slots} == self._fits.last),
            "all_years": float(bool(asked.every_year) and asked.every_year <= years),
            "said_number": _mean([f" {slot.text} " in f" {asked.text} " for slot in slots]),
        }
        found |= self._whole(slots)
        if len(slots) > 1:
            found |= self._order(slots[0], slots[1])
        return [found.get(name, 0.0) for name in _OF_NUMBERS]

    def _whole(self, slots: Sequence[Slot]) -> dict[str, float]:
        facts = len({slot.fact for slot in slots if not slot.given})
        return {
            "facts": facts / 3,
            "facts_used": facts / self._facts,
            "every_fact": float(facts == self._facts),
            "unsigned": float(any(slot.bracketed and slot.value > 0 for slot in slots)),
            "signed": float(any(slot.value < 0 for slot in slots)),
            "numbers": len(slots) / 4,
        }

    def _order(self, first: Slot, second: Slot) -> dict[str, float]:
        one, other = self._fits.fits[first.place], self._fits.fits[second.place]
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
        }


def _scale_gap(first: Slot, second: Slot) -> int:
    return _SCALES[first.scale] - _SCALES[second.scale] if first.scale and second.scale else 0


def _mean(values: Sequence[float | bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def _sign(value: float) -> float:
    return float((value > 0) - (value < 0))
