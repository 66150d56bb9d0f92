"""How a question's answer is worked out: the expression that it, or a measure that it names, stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from qa.arithmetic.compute import compute
from qa.arithmetic.expression import (
    Constant,
    Expression,
    ExpressionError,
    Item,
    Operation,
    in_year,
    items,
    mean,
    parse_expression,
    total,
)
from qa.lookup.words import telling_words
from retrieval.query import Query
from retrieval.vocabulary.named import named_measure

_CORE = re.compile(r"\b(?:what|how\s+much|how\s+many|by\s+how|calculate|compute)\b[^?]*\??", re.IGNORECASE)
_DEFINED = re.compile(
    r"\b(?:defined|calculated|computed)\s+as:?\s*(?P<as>.+?)(?:\.\s|\?|\.?$)|\bdefine\s+.+?\s+as:?\s*(?P<then>.+?)(?:\.\s|\?|\.?$)",
    re.IGNORECASE,
)
_SIGN = re.compile(r"\S\s+(?:\+|/|plus|divided\s+by)\s+\S", re.IGNORECASE)
_GROWTH = re.compile(
    r"\b(?:(?:percent(?:age)?|%)\s+(?:change|increase|decrease|growth|decline)|growth(?:\s+rate)?|year[\s-]over[\s-]year(?:\s+\w+)?|yoy"
    r"(?:\s+\w+)?|gr[eo]wn?)\b(?:\s+(?:in|of)\b)?",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    r"\b(?:cagr|compound(?:ed)?\s+(?:annual(?:ized|ly)?\s+)?growth(?:\s+rate)?)\b(?:\s+(?:in|of)\b)?", re.IGNORECASE
)
_YEARS_LONG = re.compile(
    r"\b(?:(?:over|in|for)\s+(?:the\s+)?(?:last\s+|past\s+)?)?(?P<n>\d{1,2}|two|three|four|five|ten)[\s-]years?\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:change|difference|increase|decrease|decline)\s+(?:in|of|between)\b", re.IGNORECASE)
_AVERAGE = re.compile(r"\b(?:(?:\d|two|three|four|five)[\s-]year\s+)?average\b(?:\s+of\b)?", re.IGNORECASE)
_SUM = re.compile(r"\b(?:sum|combined|cumulative)\b(?:\s+of\b)?", re.IGNORECASE)
_SHARE = re.compile(r"\bas\s+an?\s+(?:percent(?:age)?|%|share|proportion|fraction)\s+of\b", re.IGNORECASE)
_MARGIN = re.compile(r"\s*(?:%|\bpercent(?:age)?)\s+margin\b", re.IGNORECASE)
_RATIO = re.compile(r"\bratio\s+of\s+(?P<of>.+?)\s+to\s+(?P<to>.+?)(?:\s+(?:in|for|at|as)\b|\?|$)", re.IGNORECASE)
_PERCENT = re.compile(r"%|\bpercent", re.IGNORECASE)
_SPAN = re.compile(r"\d\s*(?:-|–|to|through)\s*(?:FY\s?|fiscal\s+)?(?:19|20)\d\d", re.IGNORECASE)
_DECIMALS = re.compile(r"\b(?P<n>one|two|three|four|[1-4])\s+decimal", re.IGNORECASE)
_COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_YEAR = re.compile(r"\b(?:FY\s?|fiscal\s+(?:years?\s+)?)?(?:19|20)\d\d\b", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)")
_LEAD = re.compile(
    r"^\W*(?:what|how\s+much|how\s+many|calculate|compute)\b(?:\s+(?:is|was|were|are|did|does|do))?|^['’]s\b|\byear[\s-]end\b",
    re.IGNORECASE,
)
_HANGING = re.compile(
    r"(?:\s+(?:for|of|in|at|from|to|between|and|by|the|its|company|during|over|[-–]))+\s*\??\s*$", re.I
)
_OPENING = re.compile(r"^\s*(?:(?:['’]s|the|its|of|in|for|total\s+amount\s+of)\s+)+", re.IGNORECASE)
_OF_SALES = re.compile(
    r"\bas\s+an?\s+(?:percent(?:age)?|%)\s+of\s+(?:(?:total|net)\s+)*(?:revenues?|sales)\b", re.IGNORECASE
)
_ASIDE_CLAUSE = re.compile(r";.*$", re.DOTALL)
_SAYS_NO_MORE = telling_words(  # beside a measure's name: that it is the whole company's, and of two years
    "total percent percentage rate ratio reported amount compared same previous prior annual change increase decrease"
)
_WORDS = re.compile(
    r"\b(?:which|why|who|whom|where|drove|drives?|drivers?|reasons?|explain\w*|led|caused?|contribut\w+|factors?)\b",
    re.I,
)
_BY_HOW_MUCH = re.compile(
    r"\b(?:what|how\s+much)\s+percent(?:age)?\s+did\s+(?P<of>.+?)\s+(?:change|increase|decrease|grow|decline)\b",
    re.IGNORECASE,
)
_BY_WHAT_AMOUNT = re.compile(
    r"\bhow\s+much\s+(?:did|has|have)\s+(?P<of>.+?)\s+(?:changed?|increased?|decreased?|declined?|fall(?:en)?|drop(?:ped)?|rise|risen)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(  # where to look and how to answer are no part of a figure's name
    r"\b(?:from|in|on|using|per)\s+(?:the\s+)?(?:\w+\s+){0,2}(?:statements?|balance\s+sheets?|p&l)(?:\s+of\s+\w+(?:\s+flows?)?)?\b"
    r"|\bin\s+(?:usd|us\$|\$)?\s*(?:thousands|millions|billions)\b|\bunadjusted\b",
    re.IGNORECASE,
)
HUNDRED = Constant(Decimal(100))


@dataclass(frozen=True, slots=True)
class Plan:
    """How to work an answer out.

    Attributes:
        expression: each of its items with its fiscal year.
        unit: `percent`, `ratio` or `days`; `None` for that of the figures.
        decimals: to which the question wants the answer rounded; `None` where it does not say.
        said: the words of a row label that prints the answer itself; `None` where no row may.
        base: what growth in percent is measured by; `None` for all else.
    """

    expression: Expression
    unit: str | None
    decimals: int | None
    said: frozenset[str] | None
    base: Expression | None = None

    def value(self, figures: Mapping[Item, Decimal]) -> Decimal:
        """What it comes to; costs and payments are given as `amounts`.

        Raises:
            ExpressionError: it cannot be computed, or would be growth from a loss, which has no percentage.
        """
        if self.base is not None and compute(self.base, figures) < 0:
            raise ExpressionError("growth from a loss has no percentage")
        return compute(self.expression, figures)

    @property
    def is_change(self) -> bool:
        """Whether it is one figure's change between two years, which prose often states in so many words."""
        asked = items(self.expression)
        return len(asked) == 2 and len({item.name for item in asked}) == 1

    def is_printed_as(self, label: frozenset[str]) -> bool:
        """Whether a row with these words in its label gives the answer itself."""
        return self.said is not None and self.said <= label


def plan_of(query: Query, latest: int | None = None) -> Plan | None:
    """How the answer to a question is worked out; `None` where it asks for a figure as it stands, or for words.

    Args:
        query: the question.
        latest: the fiscal year that is meant where it names none.
    """
    text = re.sub(r"\s+['’]s\b", " ", query.text_without(m for m in query.mentions if m.companies))
    core = _core(text)
    years = sorted(set(query.fiscal_years))
    year = years[-1] if years else latest
    if year is None or _WORDS.search(core):
        return None
    try:
        plan = _plan(text, core, years or [year], year)
    except ExpressionError:
        return None
    return None if plan is not None and _is_of_a_part(query) else plan


def _is_of_a_part(query: Query) -> bool:
    """Whether a measure is asked for of something else than the whole company, such as a segment or a product."""
    companies = [mention for mention in query.mentions if mention.companies]
    core = _core(query.text_without(companies))
    measure = named_measure(_ASIDE.sub(" ", core))
    if measure is None or _DEFINED.search(query.text):
        return False
    for pattern in (_ASIDE, _ASIDE_CLAUSE, _OF_SALES, _COMPOUND, _GROWTH, _AVERAGE, _ELSEWHERE, _LEAD):
        core = pattern.sub(" ", core)
    return bool(telling_words(core) - telling_words(measure.name) - _SAYS_NO_MORE)


def _core(text: str) -> str:
    """The clause of a question that asks; what else it says tells how to answer."""
    core = ([*_CORE.findall(text)] or [text])[-1]
    core = _BY_HOW_MUCH.sub(r"what was the percentage change in \g<of>", core)
    return _BY_WHAT_AMOUNT.sub(r"what was the difference in \g<of>", core)


def _plan(text: str, core: str, years: list[int], year: int) -> Plan | None:
    percent = bool(_PERCENT.search(text))
    if _COMPOUND.search(core):
        long = _YEARS_LONG.search(core)
        base, _, _ = _base(text, _YEARS_LONG.sub(" ", core), year)
        return _compounded(base, years, _count(long["n"]) if long else None, _decimals(text))
    base, unit, name = _base(text, core, year)
    said: frozenset[str] | None = telling_words(name) if name and len(years) == 1 else None
    growth, change = _GROWTH.search(core), _CHANGE.search(core)
    if growth or (change and percent and unit != "percent"):
        old, new = (years[0], years[-1]) if len(years) > 1 else (year - 1, year)
        before, after = in_year(base, old), in_year(base, new)
        grown = Operation("/", Operation("-", after, before), before)
        words = telling_words(growth[0] if growth else "change")
        said = words if len(years) == 1 and not name else None
        return Plan(_in_unit(grown, "percent"), "percent", _decimals(text), said, before)
    moved = change and change[0].lower().startswith("difference in")  # a "change in" may be a line of a table
    if change and (len(years) > 1 or moved):
        old, new = (years[0], years[-1]) if len(years) > 1 else (year - 1, year)
        difference = Operation("-", in_year(base, new), in_year(base, old))
        return Plan(_in_unit(difference, unit), unit, _decimals(text), None)
    if len(years) > 1 and (_AVERAGE.search(core) or _SUM.search(core)):
        every = list(range(years[0], years[-1] + 1)) if _SPAN.search(core) else years
        parts = [in_year(base, each) for each in every]
        whole = mean(parts) if _AVERAGE.search(core) else total(parts)
        return Plan(_in_unit(whole, unit), unit, _decimals(text), None)
    if not isinstance(base, Operation):
        return None
    unit = "percent" if unit == "ratio" and percent else unit
    return Plan(_in_unit(in_year(base, year), unit), unit, _decimals(text), said)


def _compounded(base: Expression, years: list[int], count: int | None, decimals: int | None) -> Plan:
    """Growth a year, in percent, from the first year to the last, or in the last `count` years."""
    old, new = years[0] if len(years) > 1 else years[0] - (count or 0), years[-1]
    if old == new or count not in (None, new - old):
        raise ExpressionError("it does not say from which year to which")
    before, after = in_year(base, old), in_year(base, new)
    root = Operation("/", Constant(Decimal(1)), Constant(Decimal(new - old)))
    factor = Operation("^", Operation("/", after, before), root)
    grown = Operation("-", factor, Constant(Decimal(1)))
    return Plan(_in_unit(grown, "percent"), "percent", decimals, None, before)


def _base(text: str, core: str, year: int) -> tuple[Expression, str | None, str]:
    """What is asked about, its unit, and the name of the measure that it is, if any."""
    defined = _DEFINED.search(text)
    if defined:
        expression = parse_expression(defined["as"] or defined["then"], year)
        return expression, _unit_of(expression), ""
    plain = _ASIDE.sub(" ", core)
    measure = named_measure(plain)
    if measure is not None:
        return parse_expression(measure.formula, year), measure.unit, measure.name
    if _MARGIN.search(plain):
        left = parse_expression(_phrase(_MARGIN.split(plain)[0]), year)
        return Operation("/", left, Item("total revenue")), "percent", ""
    if share := _SHARE.search(plain):
        left, right = (parse_expression(_phrase(part), year) for part in (plain[: share.start()], plain[share.end() :]))
        return Operation("/", left, right), "percent", ""
    if ratio := _RATIO.search(plain):
        left, right = parse_expression(_phrase(ratio["of"]), year), parse_expression(_phrase(ratio["to"]), year)
        return Operation("/", left, right), "ratio", ""
    if _SIGN.search(plain):
        expression = parse_expression(_phrase(plain), year)
        return expression, _unit_of(expression), ""
    for pattern in (_COMPOUND, _GROWTH, _CHANGE, _AVERAGE, _SUM):
        plain = pattern.sub(" ", plain)
    phrase = _phrase(plain)
    if not telling_words(phrase):
        raise ExpressionError("it names no figure")
    return Item(phrase), None, ""


def _phrase(text: str) -> str:
    """What is left of a question when its lead, its years and what hangs on them are taken away."""
    text = _ELSEWHERE.sub(" ", _LEAD.sub(" ", _ASIDE.sub(" ", text)))
    text = " ".join(_YEAR.sub(" ", text).split()).strip(" ?.,:;")
    return _OPENING.sub("", _HANGING.sub("", f" {text}").strip()).strip(" ?.,:;-–")


def _unit_of(expression: Expression) -> str | None:
    return "ratio" if isinstance(expression, Operation) and expression.sign == "/" else None


def _in_unit(expression: Expression, unit: str | None) -> Expression:
    return Operation("*", expression, HUNDRED) if unit == "percent" else expression


def _decimals(text: str) -> int | None:
    found = _DECIMALS.search(text)
    return None if found is None else _count(found["n"])


def _count(text: str) -> int:
    return _COUNTS.get(text.lower()) or int(text)
