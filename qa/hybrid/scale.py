"""In what an answer is written: nothing, thousands, millions, billions, or percent. Late-bound: the answer first, then
what the document and the question say of its scale.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from qa.hybrid.context import Context
from qa.hybrid.derivation import Derivation
from qa.metrics.tatqa import SCALES
from retrieval.quantity import SCALE_NAMES

Floats = npt.NDArray[np.float64]
L2 = 1e-3
_PERCENT_OF = ("change", "share", "change of sum")
_BARE = ("heading", "headings", "count", "ratio", "change of ratio")
_WORD = re.compile(r"\b(thousand|million|billion)s?\b|['’]000|\b000s\b", re.IGNORECASE)
_QUESTION_PERCENT = re.compile(r"percent|%", re.IGNORECASE)
_PLAIN_UNITS = re.compile(r"\bper\b|\bnumber of\b|\bhow many\b|\bshares\b|\bratio\b|\byears?\b|\bdays\b", re.IGNORECASE)


def rule_scale(derivation: Derivation, context: Context) -> str:
    """The scale by rule: of what is worked out by its operator, else that of the cells, else what the text says."""
    if derivation.operator in _PERCENT_OF:
        return "percent"
    if derivation.operator in _BARE:
        return ""
    if derivation.figures:
        return _cell_scale(derivation, context)
    if not all(re.search(r"\d", part) for part in derivation.parts):
        return ""
    if all("%" in part for part in derivation.parts):
        return "percent"
    return _after(derivation, context)


def scale_clues(derivation: Derivation, context: Context, question: str) -> frozenset[str]:
    """What the document and the question say of an answer's scale, by name."""
    operator = derivation.operator
    rule = rule_scale(derivation, context)
    texts = " ".join(derivation.parts)
    said = _WORD.search(question)
    row = " ".join(context.rows[figure.row].text for figure in derivation.figures[:2])
    clues = {
        f"operator {operator}",
        f"rule {rule}",
        f"{operator}, rule {rule}",
        f"asks for percent {bool(_QUESTION_PERCENT.search(question))}",
        f"{operator}, asks for percent {bool(_QUESTION_PERCENT.search(question))}",
        f"question says {_name(said[0]) if said else ''}",
        f"question is of a plain number {bool(_PLAIN_UNITS.search(question))}, rule {rule}",
        f"row is of a plain number {bool(_PLAIN_UNITS.search(row))}, rule {rule}",
        f"row is a percentage {'%' in row}, {operator}",
        f"answer has {'letters' if re.search('[A-Za-z]{3}', texts) else 'no letters'}, {operator}",
        f"answer has % {'%' in texts}, {operator}",
        f"answer has $ {'$' in texts}, rule {rule}",
        f"answer says {_name(word[0]) if (word := _WORD.search(texts)) else ''}, {operator}",
        f"page says {_page_scale(context)}, {operator}",
        f"page says {_page_scale(context)}, rule {rule}",
    }
    if derivation.figures:
        cell = derivation.figures[0].cell
        clues |= {
            f"unit {cell.unit}, {operator}",
            f"cell {cell.scale}, {operator}",
            f"cell {cell.scale}, page says {_page_scale(context)}",
        }
        restated = f"text restates {context.restated_scale}"
        money = cell.is_money
        clues |= {
            f"{restated}, cell {cell.scale}",
            f"{restated}, rule {rule}",
            f"{restated}, money {money}, {operator}",
        }
        clues |= {
            f"money {money}, page says {_page_scale(context)}, rule {rule}",
            f"big {figure_size(derivation)}, rule {rule}",
        }
        clues.add(f"decimals {'.' in cell.text}, rule {rule}")
    return frozenset(clues)


@dataclass(frozen=True)
class ScaleModel:
    """A softmax over `SCALES`: the sum of the weights of the clues. Without weights it is the rule.

    Attributes:
        weights: by clue, [scales].
    """

    weights: Mapping[str, Floats]

    def scale(self, derivation: Derivation, context: Context, question: str) -> str:
        """The likeliest scale of an answer."""
        found = self.of_clues(scale_clues(derivation, context, question))
        return rule_scale(derivation, context) if found is None else found

    def of_clues(self, clues: frozenset[str]) -> str | None:
        """The likeliest scale by some clues; `None` where it knows none of them."""
        known = [self.weights[clue] for clue in sorted(clues) if clue in self.weights]
        return SCALES[int(np.sum(known, axis=0).argmax())] if known else None

    def record(self) -> dict[str, list[float]]:
        """The weights for a file, rounded to three places."""
        return {clue: [round(float(value), 3) for value in each] for clue, each in sorted(self.weights.items())}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> ScaleModel:
        """The model that gave this record."""
        return cls({clue: np.array(each) for clue, each in record.items()})


def fit_scale(clues: Sequence[frozenset[str]], scales: Sequence[str]) -> ScaleModel:
    """The weights that make the right scales most likely."""
    names = sorted(frozenset().union(*clues))
    column = {name: i for i, name in enumerate(names)}
    inputs = np.zeros((len(clues), len(names)))
    for row, said in enumerate(clues):
        inputs[row, [column[clue] for clue in said]] = 1
    wanted = np.array([SCALES.index(scale) for scale in scales])
    rows = np.arange(len(wanted))

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(len(names), len(SCALES))
        scores = inputs @ weights
        each = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances = each / each.sum(axis=1, keepdims=True)
        value = -float(np.log(chances[rows, wanted]).mean()) + L2 * float(flat @ flat)
        chances[rows, wanted] -= 1
        return value, (inputs.T @ chances / len(rows)).ravel() + 2 * L2 * flat

    found = minimize(loss, np.zeros(len(names) * len(SCALES)), jac=True, method="L-BFGS-B")
    weights = found.x.reshape(len(names), len(SCALES))
    return ScaleModel({name: weights[i] for i, name in enumerate(names)})


def _cell_scale(derivation: Derivation, context: Context) -> str:
    if any(figure.cell.unit == "percent" or "%" in figure.cell.text for figure in derivation.figures):
        return "percent"
    scale = derivation.figures[0].cell.scale
    return SCALE_NAMES.get(scale, "") if scale else ""


def figure_size(derivation: Derivation) -> int:
    """How many digits the largest number has before its point."""
    return max(len(str(int(abs(figure.value)))) for figure in derivation.figures)


def _page_scale(context: Context) -> str:
    """The first scale that the page says in brackets or in words such as "in thousands"."""
    match = re.search(
        r"\bin\s+(?:\w+\s+){0,4}?(thousand|million|billion)s?\b|['’]000", context.page.text, re.IGNORECASE
    )
    return "" if match is None else _name(match[0])


def _after(derivation: Derivation, context: Context) -> str:
    """The scale word that follows the answer in the text, where the answer is a bare number."""
    end = derivation.spans[-1][1]
    match = re.match(r"\s*(thousand|million|billion)\b", context.text[end:], re.IGNORECASE)
    return "" if match is None else match[1].lower()


def _name(word: str) -> str:
    word = word.lower()
    return next((name for name in ("thousand", "million", "billion") if name in word), "thousand")
