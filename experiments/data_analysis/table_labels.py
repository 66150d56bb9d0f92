"""Labels of TAT-QA that do not fit: results, scales, and which year is taken from which."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from experiments.data_analysis.derivations import operations, parse_derivation, reversed_years, value_of, years_of
from experiments.data_analysis.labels import Check, Suspect
from experiments.data_analysis.questions import SPLITS
from qa.data.tatqa import TatQuestion, tatqa_questions
from retrieval.quantity import parse_quantities

_PLACES = Decimal("0.0051")  # answers have two places
_COUNTS = frozenset(map(Decimal, (*range(11), 100)))  # they divide a sum by how many were added, or make a percentage
_EACH = re.compile(
    r"per share|how many|number of|price|rate|ratio", re.IGNORECASE
)  # asks for what the table's scale does not hold for
_SCALE_SAID = re.compile(
    r"thousand|million|billion|\b0{3}\b|['’`]0{3}|[$€£]\s?(?:m|bn)\b|\((?:m|bn)\)|\bmn\b|\d\s?(?:m|bn|k)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def table_checks() -> list[Check]:
    """The checks of TAT-QA."""
    return [
        Check("result", "a derivation that gives neither the answer nor a hundredth of it", _results),
        Check("share as percent", "a quotient of two figures, in percent, that is not multiplied by 100", _shares),
        Check("scale left out", "an amount without a scale where others from the same table have one", _left_out),
        Check("scale not said", "a scale that neither table nor text says", _unsaid),
        Check("years reversed, tables", "a change that takes the later of the years from the earlier", _reversed),
    ]


@dataclass(frozen=True)
class _Computed:
    """An answer that is worked out: as labelled, and what its derivation gives."""

    question: TatQuestion
    answer: Decimal
    scale: str
    expression: ast.expr
    value: Decimal


def _computed() -> Iterator[_Computed]:
    for question in tatqa_questions(SPLITS["tatqa"]):
        if question.answer_type != "arithmetic" or question.gold is None:
            continue
        try:
            expression = parse_derivation(question.derivation)
            value = value_of(expression)
        except (ValueError, ArithmeticError):
            continue  # words in it, such as "60.3 million"
        yield _Computed(question, Decimal(question.gold.texts[0]), question.gold.scale, expression, value)


def _results() -> Iterator[Suspect]:
    for each in _computed():
        if min(abs(each.value - each.answer), abs(100 * each.value - each.answer)) > _PLACES:
            yield _suspect(each.question, f"answer {each.answer}, derivation {each.value:.4f}")


def _shares() -> Iterator[Suspect]:
    for each in _computed():
        by = [node.right for node in operations(each.expression, ast.Div)]
        by_figure = any(not isinstance(node, ast.BinOp) and value_of(node) not in _COUNTS for node in by)
        if each.scale == "percent" and by_figure and each.value and abs(each.value - each.answer) < _PLACES:
            yield _suspect(each.question, f"answer {each.answer} percent, derivation {each.value:.4f} as a share")


def _left_out() -> Iterator[Suspect]:
    tables: dict[str, list[tuple[TatQuestion, str, str]]] = defaultdict(list)
    for question in tatqa_questions(SPLITS["tatqa"]):
        gold = question.gold
        if gold and question.answer_from == "table" and _is_amount(gold.texts) and not _EACH.search(question.question):
            tables[question.context.name].append((question, gold.texts[0], gold.scale))
    for asked in tables.values():
        scales = sorted({scale for _, _, scale in asked} - {"", "percent"})
        for question, text, scale in asked:
            if scales and not scale:
                yield _suspect(question, f"{text} without a scale; others of the table have {', '.join(scales)}")


def _is_amount(texts: tuple[str, ...]) -> bool:
    """Whether an answer is one number and nothing else, and no percentage or year."""
    if len(texts) != 1 or "%" in texts[0] or _YEAR.fullmatch(texts[0].strip()):
        return False
    found = parse_quantities(texts[0])
    return len(found) == 1 and found[0].end - found[0].start == len(texts[0].strip())


def _unsaid() -> Iterator[Suspect]:
    for question in tatqa_questions(SPLITS["tatqa"]):
        scale = question.gold.scale if question.gold is not None else ""
        if scale not in ("", "percent") and not _SCALE_SAID.search(question.context.page.text):
            yield _suspect(question, f"scale {scale}, which the context does not say")


def _reversed() -> Iterator[Suspect]:
    for each in _computed():
        simple = (node for node in operations(each.expression, ast.Sub) if not _has_operations(node))
        for node in simple:
            left, right = value_of(node.left), value_of(node.right)
            said = reversed_years(each.question.question, left, right, years_of(each.question.context))
            if said:
                yield _suspect(each.question, said)
                break


def _has_operations(node: ast.BinOp) -> bool:
    return isinstance(node.left, ast.BinOp) or isinstance(node.right, ast.BinOp)


def _suspect(question: TatQuestion, said: str) -> Suspect:
    return Suspect("tatqa", question.id, said)
