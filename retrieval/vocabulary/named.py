"""The line items and measures that a question names, and the statements on which they stand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from retrieval.document import STATEMENTS, Statement
from retrieval.vocabulary.labels import normalised_label
from retrieval.vocabulary.line_items import LineItem, items_by_label, line_items

FILE = Path(__file__).with_name("measures.toml")
MIN_COMPANIES = 2  # that print a label before a question's words are taken for it
_STATEMENT_NAMES: dict[Statement, re.Pattern[str]] = {
    "balance sheet": re.compile(r"balance sheets?|statements? of financial (?:position|condition)", re.IGNORECASE),
    "cash flow statement": re.compile(r"cash ?flows? statements?|statements? of cash ?flows?", re.IGNORECASE),
    "income statement": re.compile(
        r"income statements?|statements? of (?:income|operations|earnings)|\bp ?& ?l\b|profit and loss", re.IGNORECASE
    ),
    "comprehensive income statement": re.compile(r"comprehensive (?:income|loss)", re.IGNORECASE),
}

_PARTS = re.compile(
    r"\b(?:segments?|categor(?:y|ies)|divisions?|regions?|geograph\w+|countr(?:y|ies)|brands?|business units?|channels?)\b",
    re.IGNORECASE,
)


def named_items(question: str) -> tuple[LineItem, ...]:
    """The line items that a question names or, through a measure, needs; longer names first."""
    return tuple(dict.fromkeys(item for _, items in _spoken(question) for item in items))


def named_synonyms(question: str) -> list[tuple[str, tuple[LineItem, ...]]]:
    """The names in a question that stand for one line item each, with the items that they may stand for."""
    measures = _measures("measure")
    return [(name, items) for name, items in _spoken(question) if name not in measures]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is worked out from line items: its name in the question, its formula, and the unit of the result."""

    name: str
    formula: str
    unit: str | None


def named_measure(question: str) -> Measure | None:
    """The measure that a question names first, of those with a formula, longer names first."""
    formulas = _formulas()
    return next((formulas[name] for name, _ in _spoken(question) if name in formulas), None)


@lru_cache(maxsize=1)
def _formulas() -> Mapping[str, Measure]:
    found: dict[str, Measure] = {}
    for entry in _entries("measure"):
        for name in map(normalised_label, entry["names"]):
            if "formula" in entry:
                found[name] = Measure(name, entry["formula"], entry.get("unit"))
    return found


def _spoken(question: str) -> Iterator[tuple[str, tuple[LineItem, ...]]]:
    """The names in a question, longer ones first, with their items.

    A word of the question belongs to one name only: "operating cash flow ratio" names no operating cash flow.
    """
    text = normalised_label(question)
    for name, items in _names():
        if name not in text:
            continue  # making the pattern takes longer than looking
        pattern = rf"(?<![\w&]){re.escape(name)}(?![\w&])"
        if re.search(pattern, text):
            yield name, items
            text = re.sub(pattern, "|", text)


def named_statements(question: str, items: Iterable[LineItem]) -> tuple[Statement, ...]:
    """The statements to look at: those the question names, else those on which its items stand.

    A question on parts of the company (segments, regions, products) is answered elsewhere.
    """
    spoken = tuple(name for name in STATEMENTS if _STATEMENT_NAMES[name].search(question))
    if spoken or _PARTS.search(question):
        return spoken
    stands = {item.statement for item in items}
    return tuple(name for name in STATEMENTS if name in stands)


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, tuple[LineItem, ...]], ...]:
    """What questions may call items, longest first; measures beat labels of the same words."""
    names: dict[str, tuple[LineItem, ...]] = {
        label: tuple(item for item in items[:2] if item.labels[label] >= MIN_COMPANIES)
        for label, items in items_by_label().items()
        if " " in label and items[0].labels[label] >= MIN_COMPANIES
    }
    names.update({**_measures("synonym"), **_measures("measure")})
    return tuple(sorted(names.items(), key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=2)
def _measures(kind: Literal["synonym", "measure"]) -> Mapping[str, tuple[LineItem, ...]]:
    """Names that are no labels: other names of one item, or measures worked out from several."""
    known = line_items()
    return {
        normalised_label(name): tuple(known[concept] for concept in entry["concepts"])
        for entry in _entries(kind)
        for name in entry["names"]
    }


@lru_cache(maxsize=2)
def _entries(kind: Literal["synonym", "measure"]) -> Sequence[Mapping[str, Any]]:
    entries: Sequence[Mapping[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))[kind]
    return entries
