"""How a name stands in a question: as the company asked about, as another party, or otherwise.

It is the company asked about as owner ("X's revenue", "revenue of X", "for X", "at X"), as subject ("did X
report", "X earned"), right before a figure ("What was X revenue") and as the question's first words. It is
another party in "compete with X" or "bought from X".
"""

from __future__ import annotations

import re
from typing import Literal

Standing = Literal["asked", "party", "elsewhere"]

_OWNED = re.compile(r"^['’]s?(?![\w])")
_ADDED = re.compile(
    r"^\s*\([^)]*\)|^,?\s+(?:inc|incorporated|corp|corporation|company|co|ltd|limited|plc|llc|group|holdings|n\.?v|s\.?a|ag|se)\b\.?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:for|of|at|by|about|against|affects?|regarding|concerning|to|"
    r"does|do|did|is|are|was|were|has|have|had|will|would|can|could|should|might|must|may|impacts?)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_PARTY = re.compile(r"\b(?:with|from|than|between|like|such\s+as)\s+(?:the\s+)?$", re.IGNORECASE)
_ASKS_FOR_BOTH = re.compile(
    r"\b(?:for|of|at|between|did|does|do|is|are|was|were|has|have|had)\s+(?:the\s+)?$", re.IGNORECASE
)
_FOR = re.compile(r"\b(?:for|of|at|by)\s+$", re.IGNORECASE)
_DID = re.compile(r"\b(?:did|does)\s+$", re.IGNORECASE)
_VERB = re.compile(
    r"^\s+(?:ha[sd]|have|is|was|are|were|did|does|do|will|would|can|could|reports?|reported|earn|generat|record|post|"
    r"pa(?:ys?|id)\b|spen[dt]|ma[dk]e|announc|disclos|recogni[sz]|incur|own|employ|h[eo]ld|operate[sd]?\b|s[eo]ll|s[oe]ld|"
    r"use[sd]?\b|expect|repurchas|b[uo]y|bought|invest(?:s|ed)\b|issu|declar|increas|decreas|grow|grew|chang|achiev|deriv|"
    r"deliver|acquir|provid|fac(?:e[sd]?)\b|manage[sd]?\b|list(?:s|ed)\b|state[sd]?\b|say|said)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"^\s+(?:(?:fy\s?|fiscal\s+|year\s+)?['’]?\d{2,4}\s+|q[1-4]\s+|[1-4]q\d*\s+|(?:annual|quarterly|total|net|gross|"
    r"operating|consolidated|diluted|basic|adjusted|free|full-year|year|fiscal|fy)\s+)*"
    r"(?:revenues?|sales|turnover|income|earnings|profits?|loss(?:es)?|margins?|eps|ebitda|ebit|capex|cogs|assets|"
    r"liabilities|debt|equity|cash|dividends?|expenses?|costs?|inventor(?:y|ies)|goodwill|r&d|sg&a|capital\s+expenditures?|"
    r"employees|headcount|10-?[kq]|annual\s+report|filings?|financials|balance\s+sheet|shares|stock|buybacks?|"
    r"acquisitions?|segments?|stores|tax(?:es)?|depreciation|amortization|working\s+capital|fy\s?\d\d|fiscal\s+\d{4})\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"^\s+(?:(?:operating|reportable|reporting|business)\s+)?"
    r"(?:segment|division|brand|unit|platform|category|programs?|franchise|acts?\b|products?\b|model|website|app)\b|^\s+\d{1,2}(?:\.\d)?\b(?!\s*%)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"^\s*(?:[?.!]*$|,|(?:in|for|during|as|at|by|over|between|from|through|on|since)\b|(?:fy|q[1-4])?\s*\d)",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^(?:['’]s?)?\s*(?:,|/)?\s*(?:and|or|&|vs\.?|versus|(?:as\s+)?compared?\s+(?:to|with)|than|relative\s+to|as\s+well\s+as|,|/)"
    r"\s+(?:(?:that|those)\s+of\s+|the\s+|for\s+|of\s+|at\s+|did\s+)?$",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\bcompar|\bversus\b|\bvs\b|\bboth\b|\bdifference\s+between\b|\bcombined\b|\brespectively\b|\beach\b|\bthan\b|"
    r"\b(?:more|higher|larger|greater|bigger|lower|smaller|less|better|faster|highest|lowest|most)\b|\brank",
    re.IGNORECASE,
)
_COMPARED_TO = re.compile(
    r"\b(?:compare[sd]?|relative|versus|vs\.?|than)\s+(?:(?:to|with|against)\s+)?(?:(?:that|those)\s+of\s+|the\s+)?$",
    re.IGNORECASE,
)
_DEALINGS = re.compile(
    r"\b(?:agreement|arrangement|venture|settle|dispute|litigation|lawsuit|partner|merger|deal|contract|relationship|"
    r"collaborat|alliance|transaction)",
    re.IGNORECASE,
)


def standing(question: str, start: int, end: int) -> Standing:
    """How the name at [start, end) stands."""
    before, after = question[:start], _after_name(question, end)
    if _PART.match(after):
        return "elsewhere"
    if not before.strip() or _BEFORE.search(before) or any(p.match(after) for p in (_OWNED, _VERB, _FIGURE)):
        return "asked"
    return "party" if _PARTY.search(before) else "elsewhere"


def clearly_asked_about(question: str, start: int, end: int) -> bool:
    """Whether even a word in lower case stands so: as owner, or between what comes before a name and what after it."""
    before, after = question[:start], _after_name(question, end)
    if not before.strip() and _ADDED.match(question[end:]):
        return True  # a legal form says that it is a company
    if _OWNED.match(after) or not before.strip():
        return bool(_OWNED.match(after) or _FIGURE.match(after))
    return bool(_BEFORE.search(before)) and bool(_ENDS.match(after) or _VERB.match(after) or _FIGURE.match(after))


def owns_or_acts(question: str, start: int, end: int) -> bool:
    """Whether a word in lower case that may be anything stands where hardly anything but a company does."""
    before, after = question[:start], _after_name(question, end)
    if _OWNED.match(after) or not before.strip():
        return clearly_asked_about(question, start, end)
    if _DID.search(before):
        return bool(_VERB.match(after))
    return bool(_FOR.search(before)) and bool(_ENDS.match(after) or _VERB.match(after))


def _after_name(question: str, end: int) -> str:
    """The question from `end` on, without a legal form and brackets that belong to the name."""
    after = question[end:].removeprefix(".")
    while not _OWNED.match(after) and (added := _ADDED.match(after)):
        after = after[added.end() :]
    return after


def asked_together(question: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether the question asks for figures of both names, whose places are given in their order."""
    if _DEALINGS.search(question):
        return False
    before, between, after = question[: first[0]], question[first[1] : second[0]], question[second[1] :]
    if _JOINED.match(between):
        return bool(_COMPARES.search(question) or _OWNED.match(after) or _ASKS_FOR_BOTH.search(before))
    return bool(_COMPARED_TO.search(question[: second[0]])) and standing(question, *first) == "asked"
