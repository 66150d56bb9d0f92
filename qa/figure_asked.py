"""Whether a question asks for a figure, and whether an answer has one: words are no revenue, dollars no percentage.

A question of this kind that goes unanswered costs little, an answer refused in error as much as a wrong one, so only plain
questions count: "What was" a noun that nothing but a number tells, not its reasons, its parts or its definition.
"""

from __future__ import annotations

import re

from qa.lookup.asked import Asked
from retrieval.loading.periods import without_dates
from retrieval.quantity import Quantity, parse_quantities

_HOW_MANY = re.compile(r"\bhow\s+(?:much|many)\b", re.IGNORECASE)
_COUNTS = re.compile(
    r"\bhow\s+many\b(?!\s+(?:[a-z]+\s+)?(?:dollars?|cents?|euros?|pounds?|millions?|billions?)\b)", re.IGNORECASE
)
_WHAT_PERCENT = re.compile(r"\bwhat\s+percent", re.IGNORECASE)
_WHAT_WAS = re.compile(  # a subject, and what is said of it
    r"\bwhat(?P<verb>['’]s|\s+(?:was|were|is|are))\s+(?P<subject>[^?,;:(]*?)(?P<rest>(?:[?.,;:(]|$|\s+(?:of|for|from|in|at|as|during|on"
    r"|to|by|with|within|per|before|after|under|since|through|between|across|due|used|that|which|attributable|related"
    r"|associated|included|reported|recorded|recogni[sz]ed|generated|provided|incurred|paid|held|compared)\b).*)",
    re.IGNORECASE | re.DOTALL,
)
_FIGURE_NOUNS = frozenset(  # the last words of what a number tells
    "adds amount amounts backlog balance cash charge charges cost costs debt decrease deliveries dividend dividends "
    "earnings ebitda employees eps expenditure expenditures expense expenses flow growth headcount income increase "
    "liabilities loss losses margin number payments percentage price profit rate return returns revenue revenues sales total "
    "value".split()
)
_RETURNS = frozenset(("return", "returns"))
_PARTS = _RETURNS | {"percentage"}
_COUNT_NOUNS = frozenset(("adds", "deliveries", "employees", "headcount", "number"))  # of them, what is no money
_NO_FIGURE = re.compile(  # in a subject: a reason, a name or a rule is asked for
    r"\b(?:affect\w*|approach|because|behind|caus\w+|components?|concerning|covenants?|definition|driv\w+|effects?"
    r"|explanations?|facing|factors?|generating|having|impact\w*|influenc\w+|limiting|main|most|outlook|polic\w+|primary"
    r"|principal|reached|reasons?|regarding|risks?|upon|(?:bigg|high|larg|low|small)est)\b",
    re.IGNORECASE,
)
_ASKS_ELSE = re.compile(  # behind a subject: a preposition without its noun, another question, a definition
    r"\b(?:against|by|for|from|of|on|to|with)\s*(?:[?.]|$|(?:at|during|for|in)\b)|\band\s+(?:what|why|how)\b|\bdefin|\bmean",
    re.IGNORECASE,
)
_IN_A_REPORT = re.compile(r"\b(?:10-[kq]|20-f|report|filing)\b", re.IGNORECASE)
_AS_A_PERCENTAGE = re.compile(r"\s+as\s+an?\s+(?:%|percent\w*)\s+of\b", re.IGNORECASE)
_RETURN_ON = re.compile(
    r"\s+on\s+(?:average\s+|invested\s+|total\s+)*(?:equity|assets|capital|investments?)\b", re.IGNORECASE
)
_PER_SHARE = re.compile(r"\s+(?:paid\s+)?per\s+(?:\w+\s+){0,2}share\b", re.IGNORECASE)
_A_PART = re.compile(
    r"\b(?:half|majority|(?:a|one|two|three|four)[\s-](?:thirds?|quarters?|fifths?|tenths?)|(?:almost|nearly|substantially)\s+all"
    r"|all\s+of|none|out\s+of|entire\w*|basis\s+points?)\b",
    re.IGNORECASE,
)
_TOLD_IN_WORDS = re.compile(
    r"\b(?:immaterial|insignificant|negligible|nominal(?!\s+interest)|de\s+minimis|nothing|nil|never|unchanged|undrawn|negative|digits"
    r"|doubled|tripled|(?:not|n['’]t)\s+(?:\w+\s+){0,4}(?:material\w*|significant\w*|pay|paid|record\w*|declare\w*)"
    r"|(?:not|cannot)\s+(?:\w+\s+){0,3}estima\w+|sofr|libor|euribor|prime\s+rate|fair\s+market\s+value|closing\s+price)\b",
    re.IGNORECASE,
)


def says_how_many(text: str, question: str) -> bool:
    """Whether an answer has a number where "how much" is asked, and where something is counted one that is no money."""
    if not _HOW_MANY.search(question):
        return True
    counted = _COUNTS.search(question) is not None
    return any(not counted or _is_a_count(quantity) for quantity in parse_quantities(text))


def lacks_its_figure(text: str, asked: Asked) -> bool:
    """Whether an answer has no such number as the question asks for, where nothing else can tell it.

    Percentages are told in percent or as a part, amounts per share not in millions, and dates are no numbers. That it is
    immaterial, never was, or floats with a rate is an answer in words.
    """
    if _TOLD_IN_WORDS.search(text):
        return False
    query = asked.query
    question = query.text_without((mention for mention in query.mentions if mention.companies), instead="it")
    if _WHAT_PERCENT.search(question):
        return not _has_percentage(text)
    match = _WHAT_WAS.search(question)
    if match is None or _NO_FIGURE.search(match["subject"]) or _ASKS_ELSE.search(match["rest"]):
        return False
    subject, rest = match["subject"].lower().split(), match["rest"]
    noun = subject[-1] if subject else ""
    past = match["verb"].strip().lower() in ("was", "were")
    if noun not in _FIGURE_NOUNS or not (past or (_names_a_period(asked) and not _IN_A_REPORT.search(rest))):
        return False  # "What is adjusted revenue?" asks for its definition
    if noun in _RETURNS and not _RETURN_ON.match(rest):
        return False
    if noun in _PARTS or subject[-2:] == ["tax", "rate"] or _AS_A_PERCENTAGE.match(rest):
        return "and" not in (*subject, *rest.split()) and not _has_percentage(text)
    return not _has_number(
        without_dates(text),
        counted=noun in _COUNT_NOUNS,
        small="and" not in subject and (noun in ("eps", "rate") or _PER_SHARE.match(rest) is not None),
    )


def _names_a_period(asked: Asked) -> bool:
    return bool(asked.query.fiscal_years) or asked.query.quarter is not None or asked.period is not None


def _has_number(text: str, *, counted: bool, small: bool) -> bool:
    """Whether a text has a number: where something is `counted` no money, of what is `small` one that is not in millions."""
    numbers = parse_quantities(text)
    if not numbers:
        return re.search(r"\d", text) is not None  # one that is written as no quantity is: 4.5x
    return any((_is_a_count(number) or not counted) and not (small and number.scale > 0) for number in numbers)


def _has_percentage(text: str) -> bool:
    told = any(quantity.unit == "percent" for quantity in parse_quantities(text))
    return told or _A_PART.search(text) is not None


def _is_a_count(quantity: Quantity) -> bool:
    return quantity.unit in (None, "shares", "percent")
