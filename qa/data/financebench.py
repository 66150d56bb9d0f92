"""FinanceBench's metrics questions (Islam et al., 2023): numbers that a filing gives or that are worked out from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qa.answer import Answer
from retrieval.data_folder import data_file, read_records
from retrieval.quantity import parse_quantities

_ASKED_SCALE = re.compile(r"\b(?:USD|US\$|dollars?)\s+(?:in\s+)?(thousand|million|billion)s?\b", re.IGNORECASE)
_POWERS = {"thousand": 3, "million": 6, "billion": 9}


@dataclass(frozen=True, slots=True)
class MetricsQuestion:
    """One question.

    Attributes:
        id: FinanceBench's.
        question: as asked.
        gold: the answer as FinanceBench writes it, such as `$1577.00` or `65.4%`.
    """

    id: str
    question: str
    gold: str

    def judge(self, answer: Answer) -> bool:
        """Whether the value, in the unit that the question asks for, rounds to the gold, trailing zeros dropped."""
        (gold,) = parse_quantities(self.gold)
        if answer.value is None or (answer.unit == "percent") != (gold.unit == "percent"):
            return False
        scale = _ASKED_SCALE.search(self.question)
        value = answer.value.scaleb(-_POWERS[scale[1].lower()] if scale else 0)
        wanted = gold.value.normalize()
        places = Decimal(1).scaleb(min(0, int(wanted.as_tuple().exponent)))
        return value.quantize(places, ROUND_HALF_UP) == wanted


def metrics_questions() -> list[MetricsQuestion]:
    """The metrics-generated questions whose gold is a number.

    Raises:
        retrieval.data_folder.MissingDataError: they are not on this machine.
    """
    return [
        MetricsQuestion(record["financebench_id"], record["question"], record["answer"])
        for record in read_records(data_file("financebench", "questions"))
        if record["question_type"] == "metrics-generated" and len(parse_quantities(record["answer"])) == 1
    ]
