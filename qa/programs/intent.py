"""What a question asks to be done, and what it divides by what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.hybrid.context import stems

_SUMS = frozenset({"add", "sum of three", "sum of four", "table_sum", "sum in millions", "sum of three in millions"})
_SHARES = frozenset({
    "divide", "divide by thousand", "divide millions", "divide by percent", "divide by billions", "share of sum",
    "sum over third", "share of difference",
})  # fmt: skip
_CHANGES = frozenset({"change", "change of first", "growth", "return", "difference over third", "change by"})
_CHANGE = r"(?:change|increase\w*|decrease\w*|decline\w*|growth|grow|grew|drop\w*|rise|reduction|gain)"
_RETURN = r"(?:return|growth|performance)"
_INTENTS = (  # in order, the first that is said is meant; the forms of program that answer each
    (
        "greater",
        re.compile(r"^(?:did|does|was|were|is|are)\b|\b(?:exceed|outperform\w*)\b.*\?|\bwhether\b"),
        frozenset({"greater"}),
    ),
    (
        "average",
        re.compile(r"\baverage\b|\bmean\b|\bavg\b"),
        frozenset({"average", "average of three", "table_average"}),
    ),
    ("most", re.compile(r"\b(?:highest|greatest|largest|maximum|max|peak)\b"), frozenset({"table_max"})),
    ("least", re.compile(r"\b(?:lowest|smallest|minimum|min|least)\b"), frozenset({"table_min"})),
    (
        "returns",
        re.compile(
            rf"\b(?:difference|outperform\w*|compar\w*)\b.*\b{_RETURN}\b"
            rf"|\b{_RETURN}\b.*\b(?:difference|outperform\w*|compar\w*)\b"
        ),
        frozenset({"difference of returns", "difference of changes"}),
    ),
    ("return", re.compile(r"\breturns?\b|\broi\b|\bperformance\b"), frozenset({"return", "change", "growth"})),
    (
        "relative change",
        re.compile(
            rf"\b(?:percent\w*|%|rate|relative)\b.*\b{_CHANGE}\b|\bgrowth\b|\b{_CHANGE}\b.*\b(?:percent\w*|rate)\b"
        ),
        _CHANGES,
    ),
    (
        "per unit",
        re.compile(r"\b(?:price|cost|value|expense|earnings|volume|revenue)s?\b.*\bper\b"),
        frozenset({"divide", "divide millions", "divide by thousand"}),
    ),
    (
        "share",
        re.compile(r"\b(?:ratio|portion|proportion|share of|percent\w*|fraction|margin|yield)\b|\bdebt.to\b"),
        _SHARES,
    ),
    ("sum", re.compile(r"\b(?:sum|combined|altogether|aggregate|cumulative|in total)\b"), _SUMS),
    (
        "difference",
        re.compile(
            rf"\b(?:difference|changes|variation|fluctuation|how much more|range|spread|higher|lower|{_CHANGE})\b"
        ),
        frozenset({"subtract"}),
    ),
    ("total", re.compile(r"\btotal\b"), _SUMS | {"multiply", "multiply to millions"}),
    (
        "supposed",
        re.compile(r"\b(?:if|assum\w*|would|expected|approximate\w*)\b"),
        frozenset({"multiply", "divide", "subtract", "add", "continued"}),
    ),
)
_MAY_BE_NAMES = {"average", "return", "most", "least"}  # "weighted average price" asks for no average
_DIVISIONS = (
    re.compile(r"ratio\s+(?:of|between)\s+(?P<part>.+?)\s+(?:to|and|over|compared to)\s+(?P<whole>.+)"),
    re.compile(
        r"(?P<part>.+?)\s+(?:was|were|is|are|represented?|represents|accounted for|as)\s+(?:what|a|the)\s+"
        r"(?:percent\w*|portion|share|fraction|proportion)\s+(?:of|to)\s+(?P<whole>.+)"
    ),
    re.compile(
        r"(?:percent\w*|portion|proportion|share|fraction|part)\s+(?:of|in)\s+(?P<whole>.+?)\s+"
        r"(?:was|were|is|are|did|do|does|came|comes|come|that|which|consist\w*|compris\w*|relat\w*|attribut\w*|made|due|"
        r"located|belong\w*|represent\w*|will|has|have|had|from|under|for|in)\b(?P<part>.*)"
    ),
    re.compile(
        r"(?:percent\w*|portion|proportion|share|fraction|ratio)\s+(?:of|for)\s+(?P<part>.+?)\s+"
        r"(?:to|over|compared to|relative to|from)\s+(?P<whole>.+)"
    ),
    re.compile(r"(?P<part>.+?)\s+(?:to|over|per|relative to|compared to|divided by)\s+(?P<whole>.+)"),
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Intent:
    """What a question asks to be done: its name, and the forms of program that do it."""

    name: str
    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Division:
    """Stems and years of what a question divides, and of what it divides by; empty where it says neither."""

    part: frozenset[str]
    whole: frozenset[str]
    part_years: frozenset[int]
    whole_years: frozenset[int]

    def lean(self, name: frozenset[str]) -> float:
        """1 where the words of a name stand in the part only, -1 where in the whole only."""
        part, whole = len(name & self.part - self.whole), len(name & self.whole - self.part)
        return (part - whole) / (part + whole) if part + whole else 0.0

    def lean_in_years(self, years: frozenset[int]) -> float:
        """The same of years."""
        part, whole = self.part_years - self.whole_years, self.whole_years - self.part_years
        return float(bool(years & part)) - float(bool(years & whole))


def intent_of(question: str, vocabulary: frozenset[str]) -> Intent:
    """What a question asks to be done to facts whose names have these stems."""
    text = question.lower()
    for name, pattern, forms in _INTENTS:
        match = pattern.search(text)
        if match is None:
            continue
        said = stems(match[0])
        if name not in _MAY_BE_NAMES or not said or not said <= vocabulary:
            return Intent(name, forms)
    return Intent("none", frozenset({"divide", "multiply"}))


def division_of(question: str) -> Division:
    """What a question divides by what."""
    text = question.lower().strip()
    match = next((match for pattern in _DIVISIONS if (match := pattern.search(text))), None)
    part, whole = (match["part"], match["whole"]) if match else ("", "")
    return Division(stems(part), stems(whole), _years(part), _years(whole))


def _years(text: str) -> frozenset[int]:
    return frozenset(map(int, _YEAR.findall(text)))
