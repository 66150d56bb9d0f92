"""Figures in a text, and whether what it rests on has them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

REFERENCE = re.compile(r"\[((?:gaps/|inventions/)?[a-z0-9-]+)\](?!\()")  # of the review: [zhu-2021-tatqa]
_NAMES = re.compile(r"SQuAD (?:[12]|v[12])\.\d|LLaMA 2|S&P 500|arXiv \d{4}\.\d{5}(v\d)?")
_NUMBER = re.compile(r"(?<![\w@.,])(?<![A-Za-z]-)[+-]?\d[\d,]*(?:\.\d+)?(?![\w@]|\.\d|-[A-Za-z])")
_YEAR = re.compile(r"(?:19|20)\d\d")


def numbers(text: str) -> Iterator[tuple[int, float]]:
    """The figures in a text: where each stands, and its value.

    No figures are years, arXiv's numbers, digits that are part of a name (10-K, GPT-4, SQuAD 2.0, recall@5), and
    numbers in words.
    """
    plain = _NAMES.sub(lambda name: " " * len(name[0]), REFERENCE.sub(lambda key: " " * len(key[0]), text))
    for match in _NUMBER.finditer(plain):
        number = match[0].rstrip(",")
        if not _YEAR.fullmatch(number):
            yield match.start(), float(number.replace(",", ""))


def numbers_of_file(text: str, suffix: str) -> set[float]:
    """All numbers that a file has, by its suffix; of JSON those in its texts too."""
    if suffix != ".json":
        return {value for _, value in numbers(text)}
    return set(_numbers_in(json.loads(text)))


def unsupported(text: str, known: Collection[float]) -> list[float]:
    """The figures of a text that are none of those known, rounded to as many places and without their sign."""
    return [value for _, value in numbers(text) if not any(_same(value, each) for each in known)]


def _same(value: float, other: float) -> bool:
    places = max(0, -int(Decimal(str(value)).normalize().as_tuple().exponent))
    return round(abs(other), places) == abs(value)


def _numbers_in(value: Any) -> Iterator[float]:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _numbers_in(each)
    elif isinstance(value, str):
        yield from (number for _, number in numbers(value))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)
