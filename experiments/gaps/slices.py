"""Into which slices a question falls, by what is known of it before anything answers it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from qa.data.finqa import FinQuestion
from qa.data.squad_form import Example
from qa.data.tatqa import TatQuestion

Slices = dict[str, str]  # the slice of a question by dimension

_KINDS = {
    "how much": r"how (?:much|many)|what (?:percent|percentage|portion|amount)",
    "when": r"when|(?:what|which) (?:year|date|month|quarter)",
    "who": r"who|whom|whose",
    **{kind: kind for kind in ("why", "where", "how", "which", "what")},
}
_KIND = re.compile(
    r"\b(?:" + "|".join(f"(?P<{kind.replace(' ', '_')}>{words})" for kind, words in _KINDS.items()) + r")\b"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[^\W\d_]{4,}")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ASKED = re.compile(r".* of (?P<company>.+?) (?P<period>in fiscal|for the|as of) (?P<length>\w+)")
_FORMS = {
    "N-N": "difference", "N-N/N": "change", "N/N-N": "change", "N/N": "ratio", "N+N": "sum", "N+N/N": "average",
    "N+N+N/N": "average",
}  # fmt: skip


def of_question(text: str) -> Slices:
    """What it asks for, and how many years it names."""
    found = _KIND.search(text.lower())
    kind = str(found.lastgroup).replace("_", " ") if found else "no question word"
    return {"question": kind, "years named": _counted(len(set(_YEAR.findall(text))))}


def of_context(question: str, context: str) -> Slices:
    """How long it is, how many of its words have digits, and how many of the question's words it has."""
    words = context.split()
    known = {word.casefold() for word in _WORD.findall(context)}
    asked = [word.casefold() in known for word in _WORD.findall(question)]
    numbers = sum(bool(_DIGIT.search(word)) for word in words) / max(1, len(words))
    return {
        "context length": _binned(len(words), (20, 40, 80), " words"),
        "numbers in context": "none" if not numbers else _binned(100 * numbers, (10,), "%"),
        "question words in context": _binned(100 * sum(asked) / max(1, len(asked)), (50, 75), "%"),
    }


def of_span(example: Example) -> Slices:
    """Slices of a question whose answer is a span of its context, or that has none."""
    slices = {
        "company": example.group,
        **of_question(example.question),
        **of_context(example.question, example.context),
    }
    if not example.answerable:
        return slices | {"answer": "none"}
    answer, start = example.answers[0], example.starts[0]
    third = min(2, 3 * start // max(1, len(example.context)))
    return slices | {
        "answer length": _binned(len(answer.split()), (5, 14, 25), " words"),
        "answer": "with a number" if _DIGIT.search(answer) else "without a number",
        "answer position": "at the very start" if not start else ("first third", "middle third", "last third")[third],
    }


def of_lookup(question: str, expected: str | None, unit: str | None, twin: str) -> Slices:
    """Slices of a question on a tagged number of a filing."""
    found = _ASKED.match(question)
    if found is None:
        raise ValueError(f"{question!r} is not worded as a FilingLookup question")
    period = {"in fiscal": "fiscal year by its number", "as of": "a day"}.get(found["period"])
    slices = {
        "company": found["company"],
        "period": period or ("year by its last day" if found["length"] == "year" else f"{found['length']} months"),
        "answer": "none" if expected is None else "a value",
    }
    if expected is None:
        return slices
    size = abs(Decimal(expected))
    scale = next((name for name, least in _SCALES if size >= least), "under a thousand")
    return slices | {
        "unit": unit or "none",
        "twin": "with a twin" if twin else "without a twin",
        "scale": scale,
        "sign": "negative" if Decimal(expected) < 0 else "not negative",
    }


_SCALES = (("billions", 10**9), ("millions", 10**6), ("thousands", 10**3))


def of_program(question: FinQuestion) -> Slices:
    """Slices of a question that a program answers."""
    operations = [step.operation for step in question.program]
    slices = {
        **of_question(question.question),
        "operator": ", ".join(operations),
        "steps": _counted(len(operations)),
        "answer": "yes or no" if isinstance(question.answer, str) else "a number",
        "table size": _binned(sum(len(row) for row in question.rows.values()), (10, 30), " numbers"),
        "numbers in facts": _binned(sum(len(_NUMBER.findall(fact)) for fact in question.facts), (10, 20), " numbers"),
    }
    company, _, page = question.page.partition("/")
    if page:  # some questions do not say of which page they are
        slices["company"] = company
    return slices if question.earlier is None else slices | {"turn": _turn(len(question.earlier))}


def of_hybrid(question: TatQuestion) -> Slices:
    """Slices of a question on a table with text around it."""
    cells = len(question.context.table.cells)
    slices = {
        **of_question(question.question),
        "answer": question.answer_type or "unknown",
        "source": question.answer_from or "unknown",
        "scale": (question.gold.scale if question.gold else "") or "none",
        "table size": _binned(cells, (20, 40), " cells"),
        "context length": _binned(len(question.context.page.text.split()), (100, 250), " words"),
    }
    if question.answer_type == "arithmetic":
        form = _NUMBER.sub("N", re.sub(r"[^\d.+\-*/]", "", question.derivation))
        slices["operator"] = _FORMS.get(form, "other")
    return slices


def _counted(number: int) -> str:
    return ("none", "one", "two")[number] if number < 3 else "three or more"


def _turn(before: int) -> str:
    return ("first", "second", "third")[before] if before < 3 else "fourth or later"


def _binned(value: float, edges: Sequence[int], unit: str) -> str:
    """The bin of a value, each up to its edge."""
    low = None
    for edge in edges:
        if value <= edge:
            return f"up to {edge}{unit}" if low is None else f"{low} to {edge}{unit}"
        low = edge
    return f"over {low}{unit}"
