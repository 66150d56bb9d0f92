"""TAT-QA's exact match and F1 (Zhu et al., 2021), equal to the official script's, its quirks included.

Answers are compared as strings after numbers in them are brought to one form: `(1,234)` is positive for the
comma in it while `(134)` is negative, a percentage is divided by a hundred, and a number is rounded to two
places before its scale is applied. F1 is that of DROP: bags of tokens, aligned one to one.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

SCALES = ("", "thousand", "million", "billion", "percent")
_FACTORS = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "percent": 0.01}
_BARE = str.maketrans("", "", "'\"\\$€£¥%(),[]")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_FIRST_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?|[+-]?\.\d+")
_NEGATIVE = re.compile(r"\([\d.\s]+\)")
_PERCENTAGE = re.compile(r"[\d.\s]+%")
_WITH_WORD = re.compile(r"[\d.]+\s?[a-zA-Z]+")
_ARTICLES = re.compile(r"\b(a|an|the)\b")


@dataclass(frozen=True, slots=True)
class GoldAnswer:
    """What the data set says: the answer's strings, its scale, and whether it is worked out (arithmetic, count)."""

    texts: tuple[str, ...]
    scale: str
    computed: bool


def tatqa_scores(predicted: Sequence[str | float], scale: str, gold: GoldAnswer) -> tuple[float, float]:
    """Exact match and F1, 0 to 1, of one prediction; an empty one scores nothing.

    Args:
        predicted: the answer's parts.
        scale: one of `SCALES`.
        gold: the answer.
    """
    if not predicted or not gold.texts or not str(predicted[0]):
        return 0.0, 0.0
    candidates = [_answer_string(predicted, scale)]
    only = str(predicted[0])
    value = _number(only) if len(predicted) == 1 and not scale and "%" not in only and _is_number(only) else None
    if value is not None:
        candidates.append(f"{value:.4f}")  # 0.2342 is as good as 23.42 percent
    exact, f1 = max(_scores(candidate, _answer_string(gold.texts, gold.scale)) for candidate in candidates)
    return exact, exact if gold.computed else f1


def _answer_string(parts: Sequence[str | float], scale: str) -> str:
    return " ".join(_part_string(part, scale) for part in sorted(parts, key=str))


def _part_string(part: str | float, scale: str) -> str:
    text = str(part)
    value = _number(text) if _is_number(text) else None
    if value is None:
        return f"{text} {scale}" if scale else text
    return f"{value:.4f}" if "%" in text else f"{round(value, 2) * _factor(scale):.4f}"


def _scores(predicted: str, gold: str) -> tuple[float, float]:
    one, other = _normalised(predicted), _normalised(gold)
    overlaps = np.array([[_bag_f1(set(one.split()), set(other.split()))]])
    rows, columns = linear_sum_assignment(-overlaps)
    return float(one == other), round(float(overlaps[rows, columns].mean()), 2)


def _bag_f1(predicted: set[str], gold: set[str]) -> float:
    shared = len(predicted & gold)
    precision = shared / len(predicted) if predicted else 1.0
    recall = shared / len(gold) if gold else 1.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _normalised(text: str) -> str:
    return " ".join(part for token in text.split(" ") if (part := _normalised_token(token)))


def _normalised_token(token: str) -> str:
    token = token.lower()
    if not _is_number(token):
        token = token.translate(_PUNCTUATION)
    if _is_number(token):
        token = str(_number(token))
    return " ".join(_ARTICLES.sub(" ", token).split())


def _is_number(text: str) -> bool:
    """Whether the first word is a number and the second, if any, a scale."""
    words = [bare for word in text.split() if (bare := word.translate(_BARE))]
    try:
        return bool(words) and not math.isnan(float(words[0])) and (len(words) < 2 or _factor(words[1]) != 1)
    except ValueError:
        return False


def _number(text: str) -> float | None:
    match = _FIRST_NUMBER.search(text.translate(_BARE))
    if match is None or match[0].lstrip("+-").startswith("."):
        return None
    value = float(match[0]) if "." in match[0] else int(match[0])
    word = _WITH_WORD.search(text)
    sign = -1 if _NEGATIVE.search(text.strip()) else 1
    share = 0.01 if _PERCENTAGE.search(text.strip()) else 1
    return round(value * (_factor(word[0]) if word else 1) * sign * share, 4)


def _factor(scale: str) -> float:
    lower = scale.lower()
    return next((factor for word, factor in _FACTORS.items() if word in lower), 1)
