"""Read without its tags, does a filing give the same facts? `python -m experiments.benchmarks.statement_facts`.

The tags of the primary statements are compared with what the parser makes of the displayed tables: unit, scale and
period. Which tables are statements is read from the tags: one with total assets and with total liabilities and
equity, one with earnings per share, one with operating and financing cash flows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from experiments.benchmarks.tag_rates import Rate, filing_paths, report
from retrieval.document import Cell, Document, Fact, Period, Table
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded

_MARKS = (
    {"Assets", "LiabilitiesAndStockholdersEquity"},
    {"EarningsPerShareBasic"},
    {"EarningsPerShareDiluted"},
    {"EarningsPerShareBasicAndDiluted"},
    {"NetCashProvidedByUsedInOperatingActivities", "NetCashProvidedByUsedInFinancingActivities"},
)
_SAME_DAY = timedelta(days=7)
NAMES = {
    "unit_and_scale": "facts of the primary statements whose unit and scale the document gives as the tag does",
    "unit": "whose unit it gives",
    "scale": "whose scale it gives, zeros left out",
    "period": "whose period it gives, start and end within 7 days",
    "label": "apart, in label cells: whose unit and scale it gives",
    "all": "apart, in all tables, of values with one fact: whose unit and scale it gives",
    "end": "of these, where it gives a period: whose period ends, or opens, when the tag's does",
}


@dataclass
class Check:
    """The rates, and what failed most often."""

    rates: dict[str, Rate] = field(default_factory=lambda: {name: Rate() for name in NAMES})
    failures: Counter[str] = field(default_factory=Counter)
    filings: int = 0
    tables: int = 0


def is_statement(table: Table) -> bool:
    """Whether a table is a primary statement, by its tags."""
    concepts = {fact.concept.partition(":")[2] for cell in table.cells for fact in cell.facts}
    return any(marks <= concepts for marks in _MARKS)


def check_document(document: Document, check: Check) -> None:
    """Counts the facts of one filing's primary statements."""
    tables = [table for page in document.pages for table in page.tables if is_statement(table)]
    for cell in (cell for page in document.pages for table in page.tables for cell in table.cells):
        if cell.role == "value" and len(cell.facts) == 1:
            fact = cell.facts[0]
            check.rates["all"].count(_has_unit(cell, fact) and _has_scale(cell, fact))
            if cell.period is not None:
                check.rates["end"].count(_ends_alike(cell.period, fact.period))
    check.filings += bool(tables)
    check.tables += len(tables)
    for table in tables:
        for cell in table.cells:
            for fact in cell.facts:
                if fact.value is None:
                    continue
                for name, right in judge(cell, fact):
                    check.rates[name].count(right)
                    if not right:
                        check.failures[_failure(name, cell, fact, document)] += 1


def judge(cell: Cell, fact: Fact) -> Iterator[tuple[str, bool]]:
    """Which of `NAMES` a fact counts for, and whether the cell gives the same."""
    unit, scale = _has_unit(cell, fact), _has_scale(cell, fact)
    if cell.role != "value":
        yield "label", unit and scale
        return
    yield "unit_and_scale", unit and scale
    yield "unit", unit
    if fact.value:
        yield "scale", scale
    yield "period", cell.period is not None and _same_period(cell.period, fact.period)


def _has_unit(cell: Cell, fact: Fact) -> bool:
    return cell.unit == fact.unit or (fact.unit == "pure" and cell.unit in ("percent", None))


def _has_scale(cell: Cell, fact: Fact) -> bool:
    """Whether the scale is the tag's; a percentage is tagged as a ratio: 5% is 0.05, scale -2."""
    return not fact.value or (-2 if cell.unit == "percent" else cell.scale) == fact.scale


def _same_period(own: Period, tagged: Period) -> bool:
    """Whether a column's period is the tag's; an instant may be the column's end or, as an opening balance, its start."""
    if tagged.start is None:
        return _ends_alike(own, tagged)
    return own.start is not None and _near(own.start, tagged.start) and _near(own.end, tagged.end)


def _ends_alike(own: Period, tagged: Period) -> bool:
    opening = tagged.start is None and own.start is not None and _near(own.start, tagged.end)
    return opening or _near(own.end, tagged.end)


def _near(one: date, other: date) -> bool:
    return abs(one - other) <= _SAME_DAY


def _failure(name: str, cell: Cell, fact: Fact, document: Document) -> str:
    """A kind of failure, the same for the cells of a row."""
    row = " > ".join(part[:40] for part in cell.row_path)
    given = f"{cell.unit} {cell.scale} {cell.period}" if name != "label" else cell.text[:60]
    return f"{name}: {document.title} | {row} | given {given} | tagged {fact.unit} {fact.scale} {fact.period}"


def check_filings(paths: Iterable[Path]) -> Check:
    """All filings; those without tags count for nothing."""
    check = Check()
    for loaded in load_documents(list(paths)):
        if isinstance(loaded, Loaded):
            check_document(loaded.document, check)
    return check


def main(
    filings: Annotated[
        Path | None, typer.Option(help="Folder of tagged filings; the shared data's by default.")
    ] = None,
    failures: Annotated[int, typer.Option(min=0, help="Print so many kinds of failure.")] = 0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print how far the primary statements, read without tags, agree with them."""
    check = check_filings(filing_paths(filings))
    head = f"{check.tables} primary statements of {check.filings} tagged filings"
    report(check.rates, NAMES, check.failures, head=head, most=failures, as_json=as_json)


if __name__ == "__main__":
    typer.run(main)
