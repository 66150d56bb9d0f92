"""What comes back: the answer, its evidence, and how sure the system is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from retrieval.document import Box


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands.

    Attributes:
        document: id of the document.
        title: the document, for people.
        source: the path or address it was read from.
        page: counts from 1.
        start: first character of the answer in the page's text.
        end: one past its last.
        quote: the sentence or table row around it.
        quote_start: first character of the answer in `quote`.
        box: where it stands on a PDF's page, in points from the top left; `None` for other files.
    """

    document: str
    title: str
    source: str
    page: int
    start: int
    end: int
    quote: str
    quote_start: int
    box: Box | None = None

    @property
    def marked_quote(self) -> str:
        """The quote with the answer between `[` and `]`."""
        start, end = self.quote_start, self.quote_start + self.end - self.start
        return f"{self.quote[:start]}[{self.quote[start:end]}]{self.quote[end:]}"

    def to_json(self) -> dict[str, Any]:
        """The citation as JSON values."""
        box = self.box
        return {
            "document": self.document,
            "title": self.title,
            "page": self.page,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "quote_start": self.quote_start,
            "box": None if box is None else [round(x, 2) for x in (box.left, box.top, box.right, box.bottom)],
        }


@dataclass(frozen=True, slots=True)
class Restatement:
    """The value that a later filing gives for the same line and period."""

    text: str
    value: Decimal | None
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """The restatement as JSON values."""
        return {"answer": self.text, "value": decimal_string(self.value), "citation": self.citation.to_json()}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another possible answer; its attributes are as those of `Answer`, and no probability is claimed for it."""

    text: str
    value: Decimal | None
    unit: str | None
    scale: str | None
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """The alternative as JSON values."""
        return {
            "answer": self.text,
            "value": decimal_string(self.value),
            "unit": self.unit,
            "scale": self.scale,
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure that an answer was computed from.

    Attributes:
        letter: its name in the derivation's expression.
        name: what was looked up.
        text: the figure as the filing writes it.
        value: with scale applied; a payment is an amount, whether or not the filing sets it in parentheses.
        unit: `USD`, `shares`, ...; `None` where unknown.
        scale: `thousand`, `million`, `billion`, `trillion`; `None` for plain.
        citation: where it stands.
    """

    letter: str
    name: str
    text: str
    value: Decimal
    unit: str | None
    scale: str | None
    citation: Citation

    def to_json(self) -> dict[str, Any]:
        """The operand as JSON values."""
        return {
            "letter": self.letter,
            "name": self.name,
            "text": self.text,
            "value": decimal_string(self.value),
            "unit": self.unit,
            "scale": self.scale,
            "citation": self.citation.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Derivation:
    """How an answer was computed: an expression over letters, such as `(a - b) / b * 100`, and what they stand for."""

    expression: str
    operands: tuple[Operand, ...]

    def to_json(self) -> dict[str, Any]:
        """The derivation as JSON values."""
        return {"expression": self.expression, "operands": [operand.to_json() for operand in self.operands]}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or "not found" with the reason why.

    Attributes:
        question: as asked.
        text: the answer as the filing writes it, or as computed; `not found` where there is none.
        found: whether there is one.
        reason: why there is none; empty where there is one.
        value: the number with sign and scale applied; `None` where the answer is no single number.
        unit: `USD`, `shares`, `percent`, ...; `None` where unknown.
        scale: how the answer is written: `thousand`, `million`, `billion`, `trillion`; `None` for plain.
        probability: that the answer is right (where found), calibrated on held-out questions, where a clause is right
            that has half of its words (F1) and its numbers from the clause that people marked; of a computed answer,
            that of its least certain operand.
        citations: the evidence, best first; empty where not found.
        derivation: operands and operators, where it was computed.
        assumed: what was taken for granted, such as the filing chosen where several fit.
        restated: values that later filings give for the same line and period, where they differ.
        alternatives: other possible answers, best first, where they were asked for; none of a computed answer.
        seconds: from question to answer.
    """

    question: str
    text: str
    found: bool
    reason: str = ""
    value: Decimal | None = None
    unit: str | None = None
    scale: str | None = None
    probability: float = 0.0
    citations: tuple[Citation, ...] = ()
    derivation: Derivation | None = None
    assumed: tuple[str, ...] = ()
    restated: tuple[Restatement, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    seconds: float = 0.0

    def as_alternative(self) -> Alternative:
        """What it is beside a better one."""
        return Alternative(self.text, self.value, self.unit, self.scale, self.citations[0])

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON values; the keys are the contract of `ask --json`."""
        return {
            "question": self.question,
            "answer": self.text,
            "found": self.found,
            "reason": self.reason,
            "value": decimal_string(self.value),
            "unit": self.unit,
            "scale": self.scale,
            "probability": round(self.probability, 4),
            "citations": [citation.to_json() for citation in self.citations],
            "derivation": None if self.derivation is None else self.derivation.to_json(),
            "assumed": list(self.assumed),
            "restated": [restatement.to_json() for restatement in self.restated],
            "alternatives": [alternative.to_json() for alternative in self.alternatives],
            "seconds": round(self.seconds, 3),
        }


def decimal_string(value: Decimal | None) -> str | None:
    """`1577000000`, never `1.577E+9`; `None` stays `None`."""
    return None if value is None else format(value, "f")


def not_found(question: str, reason: str) -> Answer:
    """The answer that there is none, and why."""
    return Answer(question=question, text="not found", found=False, reason=reason)
