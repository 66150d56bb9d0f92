"""Numbers as filings write them.

Task: write `parse(text)` for the one number of a cell or phrase: its value as a `Decimal` with its sign, its unit,
and the power of ten that a word says; `None` where there is no number. Parentheses around a number are a minus,
whether the currency stands inside them or outside; a parenthesis that is not closed is none. Minus signs are of
several kinds: - (hyphen), − (minus), – (dash). Units are `USD` ($ or US$), `EUR` (€), `GBP` (£) and `percent`; scales
are thousand 3, million 6, billion 9; `12.5 bps` are 12.5 `percent` with scale -2. The scale is not applied to the
value.

Hypothesis: of 1,000 columns of ten amounts with two decimals, the sum in floating point is another number than the
printed total in ___ %, because ___.

Reading: `retrieval/quantity.py`; `financeqa literature show wallace-2019-numeracy`.

Size: twenty-five lines; the check takes a second.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from types import ModuleType

from experiments.exercises.finding import Finding, Measured, Said, same
from experiments.exercises.prediction import Number
from retrieval.quantity import parse_quantities, written

ASKED = Number("per cent of the columns", within=10.0)
Parsed = tuple[Decimal, str | None, int]
_TEXTS = (
    "1,234.5", "1,234,567", ".75", "$ 412", "$ (1,234)", "($1,234)", "$(0.25)", "(1,234)", "-7", "−5.2%", "– 7",
    "(3.4)%", "(7.5%)", "(7", "$1.2 billion", "(1.2) billion", "US$ 5 million", "€1,000", "£3 thousand", "12.5 bps", "",
)  # fmt: skip
_COLUMNS = 1000


def check(yours: ModuleType) -> Iterator[Said]:
    """Holds what is read against the project's one parser, then reads back what filings write."""
    for text in _TEXTS:
        yield same(repr(text), yours.parse(text), _expected(text))
    yield same("'total revenue'", yours.parse("total revenue"), None)
    yield _read_back(yours, random.Random(8))
    yield Measured(_apart(random.Random(8)), "per cent of columns whose sum in floating point is not the total")


def _expected(text: str) -> Parsed | None:
    found = parse_quantities(text)
    return (found[0].value, found[0].unit, found[0].scale) if found else None


def _read_back(yours: ModuleType, rng: random.Random) -> Finding:
    """Whether 500 drawn amounts, written as filings do, are read as the same again."""
    for _ in range(500):
        value = Decimal(rng.randint(-(10**7), 10**7)).scaleb(-rng.randint(0, 2))
        unit, scale = rng.choice((None, "USD", "EUR", "GBP", "percent")), rng.choice((0, 0, 3, 6, 9))
        scale = 0 if unit == "percent" else scale
        text = written(value, unit, scale)
        found = yours.parse(text)
        if found != (value, unit, scale) or not isinstance(found[0], Decimal):
            return Finding(False, f"{text!r}: {found!r}, expected {(value, unit, scale)!r}")
    return Finding(True, "500 drawn amounts are read as they were written")


def _apart(rng: random.Random) -> float:
    """Per cent of columns whose sum in floating point is not the total, even when both are floating."""
    apart = 0
    for _ in range(_COLUMNS):
        column = [Decimal(rng.randint(10, 99_999)).scaleb(-2) for _ in range(10)]
        apart += sum(map(float, column)) != float(sum(column))
    return 100 * apart / _COLUMNS
