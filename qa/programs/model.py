"""All programs of a question over its facts, and what chooses among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.data.finqa import FinQuestion
from qa.heads.model import Case, Floats, Heads
from qa.heads.network_fitting import fit_network
from qa.hybrid.asked import read_question
from qa.hybrid.wording import wordings
from qa.metrics.finqa import Result, Step, same_program
from qa.programs.features import ProgramFeatures
from qa.programs.fits import Fits
from qa.programs.intent import intent_of
from qa.programs.slots import slots_of
from qa.programs.templates import OPERATORS, Program, programs

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_GLUED = re.compile(r"\b(\d{1,2})((?:19|20)\d\d)\b")


@dataclass(frozen=True)
class ProgramCase(Case):
    """A question with all its programs; operators are numbered as in `OPERATORS`."""

    programs: Sequence[Program]


def case_of(question: FinQuestion, earlier: Sequence[Sequence[Step]] = ()) -> ProgramCase:
    """What the facts of a question admit, in a conversation after the programs of its earlier turns."""
    slots = [slot for slot in slots_of(question.facts, question.question) if not (slot.bracketed and slot.value > 0)]
    fits = Fits(_with_what_is_unsaid(question), slots, [_numbers(steps) for steps in earlier])
    found = programs(fits.ranked, question.rows, turn=question.earlier is not None)
    asked = _dates_apart(question.question)
    intent = intent_of(asked, fits.vocabulary)
    features = ProgramFeatures(slots, fits, intent).matrix(found)
    operators = np.array([OPERATORS.index(program.operator) for program in found], dtype=np.int64)
    own = wordings(read_question(asked, fits.vocabulary)) | {f"#intent {intent.name}"}
    return ProgramCase(features, operators, own, found)


def _dates_apart(text: str) -> str:
    """Days and years that the benchmark has glued together, "december 312008", apart."""
    return _GLUED.sub(r"\1 \2", text)


def _with_what_is_unsaid(question: FinQuestion) -> str:
    """A turn with the two before it, which say what "it" is; their years only where it names none."""
    earlier = " ".join((question.earlier or ())[-2:])
    if _YEAR.search(question.question):
        earlier = _YEAR.sub(" ", earlier)
    return _dates_apart(f"{earlier} {question.question}".strip())


def _numbers(steps: Sequence[Step]) -> frozenset[str]:
    """The numbers that a program takes from the facts."""
    arguments = {argument for step in steps for argument in (step.left, step.right)}
    return frozenset(argument for argument in arguments if not argument.startswith(("#", "const_", "none")))


def rights(question: FinQuestion, found: Sequence[Program]) -> Floats:
    """Which programs are right, [n] of 0 and 1: those that are the gold program, or else those that give its result."""
    executed = np.array([float(program.result == question.answer) for program in found])
    same = executed * np.array([float(same_program(program.steps, question.program)) for program in found])
    return same if same.any() else executed


def fit(questions: Sequence[FinQuestion], cases: Sequence[ProgramCase]) -> Heads:
    """The heads that make right programs most likely."""
    wanted = [rights(question, case.programs) for question, case in zip(questions, cases, strict=True)]
    return fit_network(cases, wanted, operators=len(OPERATORS))


def best_program(heads: Heads, case: ProgramCase) -> tuple[Program, float] | None:
    """The likeliest result's likeliest program, and how likely the result is; `None` where the facts admit none."""
    return best_of(case, heads.probabilities(case)) if case.programs else None


def best_of(case: ProgramCase, chances: Floats) -> tuple[Program, float]:
    """The same of a case with programs, given how likely each of them is, [programs]."""
    number: dict[Result, int] = {}
    place = np.array([number.setdefault(program.result, len(number)) for program in case.programs])
    shares = np.bincount(place, chances)
    best = int(np.where(place == shares.argmax(), chances, -1).argmax())
    return case.programs[best], float(shares.max())
