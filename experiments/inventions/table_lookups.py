"""Heads that only look a number up in TAT-QA's tables, and the questions to fit and judge them on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from qa.data.tatqa import TatQuestion
from qa.heads.fitting import fit_heads
from qa.heads.model import Heads
from qa.hybrid.context import Context, Figure
from qa.hybrid.derivation import OPERATORS, Derivation
from qa.hybrid.model import HybridCase, table_case
from qa.hybrid.training import rights

_LOOKUPS = [OPERATORS.index("cell"), OPERATORS.index("heading")]


class Asked:
    """A question with the cells and headings of its table, and how right each is."""

    def __init__(self, question: TatQuestion) -> None:
        """Reads the table when it is first needed."""
        self.question = question

    @cached_property
    def case(self) -> HybridCase:
        """Cells and headings only."""
        return lookup_case(self.question.question, self.question.context)

    @cached_property
    def right(self) -> list[float]:
        """How right each is with the gold scale, 0 to 1."""
        return list(rights(self.question, self.case.derivations))


def lookup_case(question: str, context: Context) -> HybridCase:
    """The cells and headings that may answer a question."""
    whole = table_case(question, context)
    kept = [i for i, operator in enumerate(whole.operators) if operator in _LOOKUPS]
    found = [whole.derivations[i] for i in kept]
    return HybridCase(whole.features[kept], whole.operators[kept], whole.wordings, found)


def fit_lookups(asked: Sequence[Asked]) -> Heads:
    """Heads that make the right cells and headings most likely."""
    return fit_heads([a.case for a in asked], [np.array(a.right) for a in asked], operators=len(OPERATORS))


def looked_up(heads: Heads, case: HybridCase) -> Derivation | None:
    """The likeliest of a case."""
    if not case.derivations:
        return None
    return case.derivations[heads.likeliest(case, heads.probabilities(case))]


def is_right(heads: Heads, asked: Asked) -> float:
    """Whether the likeliest matches exactly with the gold scale, 0 or 1."""
    if not asked.case.derivations:
        return 0.0
    return float(asked.right[heads.likeliest(asked.case, heads.probabilities(asked.case))] == 1)


def figure_of(heads: Heads, question: str, context: Context) -> Figure | None:
    """The number of the table that answers a question."""
    found = looked_up(heads, lookup_case(question, context))
    return found.figures[0] if found is not None and found.figures else None


def is_table_lookup(question: TatQuestion) -> bool:
    """Whether one span of the table is the answer."""
    return question.answer_type == "span" and question.answer_from == "table"
