"""All programs of a question over its facts, and what chooses among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.data.finqa import FinQuestion
from qa.heads.fitting import fit_heads
from qa.heads.model import Case, Floats, Heads
from qa.hybrid.wording import wordings
from qa.metrics.finqa import same_program
from qa.programs.features import FEATURES, Fits
from qa.programs.slots import slots_of
from qa.programs.templates import OPERATORS, Program, programs


@dataclass(frozen=True)
class ProgramCase(Case):
    """A question with all its programs; operators are numbered as in `OPERATORS`."""

    programs: Sequence[Program]


def case_of(question: FinQuestion) -> ProgramCase:
    """What the facts of a question admit."""
    fits = Fits(question.question, slots_of(question.facts, question.question))
    found = programs(fits.ranked, question.rows)
    features = np.array([fits.features(program) for program in found], dtype=np.float32)
    operators = np.array([OPERATORS.index(program.operator) for program in found], dtype=np.int64)
    return ProgramCase(features.reshape(len(found), len(FEATURES)), operators, wordings(fits.asked), found)


def rights(question: FinQuestion, found: Sequence[Program]) -> Floats:
    """Which programs are right, [n] of 0 and 1: those that are the gold program, or else those that give its result."""
    executed = np.array([float(program.result == question.answer) for program in found])
    same = executed * np.array([float(same_program(program.steps, question.program)) for program in found])
    return same if same.any() else executed


def fit(questions: Sequence[FinQuestion], cases: Sequence[ProgramCase]) -> Heads:
    """The heads that make right programs most likely."""
    wanted = [rights(question, case.programs) for question, case in zip(questions, cases, strict=True)]
    return fit_heads(cases, wanted, operators=len(OPERATORS))


def best_program(heads: Heads, case: ProgramCase) -> tuple[Program, float] | None:
    """The likeliest result's likeliest program, and how likely the result is; `None` where the facts admit none."""
    if not case.programs:
        return None
    chances = heads.probabilities(case)
    results = list(dict.fromkeys(program.result for program in case.programs))
    place = np.array([results.index(program.result) for program in case.programs])
    shares = np.bincount(place, chances)
    best = int(np.where(place == shares.argmax(), chances, -1).argmax())
    return case.programs[best], float(shares.max())
