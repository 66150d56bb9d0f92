"""Do the statements read from PDFs add up? `python -m experiments.benchmarks.statement_check`.

For every period column of every 10-K: total assets equal total liabilities and equity; the asset rows
add up to total assets; the cash flows of the three activities, of discontinued operations where they stand
apart, and the effect of exchange rates add up to the change in cash. A statement that is not found, or
whose columns cannot be told apart, counts as failed.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from retrieval.data_folder import data_folder
from retrieval.document import Cell, Document, Statement, Table
from retrieval.loading.load import load_documents
from retrieval.loading.parsed import Loaded
from retrieval.quantity import cell_quantities
from retrieval.vocabulary.labels import normalised_label

TOLERANCE = 2  # units of the last displayed digit, for what companies round

_ASSETS = re.compile(r"^total assets\b")
_OTHER_SIDE = re.compile(
    r"^total (?:capitalization and )?liabilities(?:,| and| &) |^total capitalization and liabilities"
)
_OPERATING = re.compile(r"\bcash\b.*\boperat(?:ing|ions)")
_INVESTING = re.compile(r"\bcash\b.*\binvest(?:ing|ment)")
_FINANCING = re.compile(r"\bcash\b.*\bfinancing")
_DISCONTINUED = re.compile(r"\bdiscontinued operations\b")
_ALL_DISCONTINUED = re.compile(r"^(?:net |total )*cash\b(?!.*\bactivities\b).*\bdiscontinued operations\b")
_EXCHANGE = re.compile(r"\bexchange\b|\bforeign currenc|\btranslation\b")
_CHANGE = re.compile(r"^(?:net|total) \(?(?:increase|decrease|change)\b|^\(?(?:increase|decrease|change)\b.*\bcash\b")

Column = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a statement: its normalised label and its value in each column that has one."""

    label: str
    values: dict[Column, Decimal]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of one filing's statements, and why not."""

    filing: str
    balances: str
    assets_add_up: str
    cash_adds_up: str


def check(document: Document, name: str) -> Verdict:
    """The three checks of one filing; each is "ok" or what is wrong."""
    balance, cash = statement_rows(document, "balance sheet"), statement_rows(document, "cash flow statement")
    return Verdict(name, balances(balance), assets_add_up(balance), cash_adds_up(cash))


def statement_rows(document: Document, statement: Statement) -> list[Row]:
    """The rows of the first run of tables that are this statement, over neighbouring pages with words on them."""
    rows: list[Row] = []
    last = 0
    for number, page in enumerate(page for page in document.pages if re.search("[A-Za-z]", page.text)):
        for table in page.tables:
            if table.statement == statement and (not rows or number - last <= 1):
                rows += _rows(table)
                last = number
    return rows


def balances(rows: list[Row]) -> str:
    """Whether total assets equal total liabilities and equity in every column."""
    assets, other = _named(rows, _ASSETS), _named(rows, _OTHER_SIDE)
    if assets is None or other is None:
        return f"no total of {'assets' if assets is None else 'liabilities and equity'}"
    return _compared({column: (value, other.values.get(column)) for column, value in assets.values.items()})


def assets_add_up(rows: list[Row]) -> str:
    """Whether the rows above total assets add up to it in every column, subtotals not counted twice."""
    assets = _named(rows, _ASSETS)
    if assets is None:
        return "no total of assets"
    above = rows[: rows.index(assets)]
    return _compared({column: (value, _total(above, column)) for column, value in assets.values.items()})


def cash_adds_up(rows: list[Row]) -> str:
    """Whether the activities and exchange effects add up to the change in cash in every column.

    Discontinued operations count where they stand in a sum of their own beside the activities.
    """
    change = _named(rows, _CHANGE, last=True)
    activities = (_OPERATING, _INVESTING, _FINANCING)
    continuing = [row for row in rows if not _DISCONTINUED.search(row.label)]
    flows = [_named(continuing, pattern, last=True) for pattern in activities]
    if change is None or None in flows:
        return "no " + ("change in cash" if change is None else "total of an activity")
    above = rows[: rows.index(change)]
    others = [_named(above, pattern, last=True) for pattern in (_EXCHANGE, _ALL_DISCONTINUED)]
    parts = [row for row in [*flows, *others] if row is not None]
    return _compared(
        {
            column: (value, sum((row.values.get(column, Decimal(0)) for row in parts), Decimal(0)))
            for column, value in change.values.items()
        }
    )


def _rows(table: Table) -> list[Row]:
    """The rows with numbers; one with two numbers under the same headers is left out, for whose are they?"""
    by_row: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        by_row[cell.row].append(cell)
    rows = []
    for number in sorted(by_row):
        numbers = [
            (cell.column_path, quantities[0].value)
            for cell in by_row[number]
            if cell.role == "value" and len(quantities := cell_quantities(cell.text)) == 1
        ]
        values = dict(numbers)
        label = next((c.row_path[-1] for c in by_row[number] if c.role == "value" and c.row_path), "")
        if values and len(values) == len(numbers):
            rows.append(Row(normalised_label(label), values))
    return rows


def _total(rows: list[Row], column: Column) -> Decimal:
    """The sum of a column's rows. A row that is the sum of those just above it stands for them."""
    open_rows: list[Decimal] = []
    for row in rows:
        value = row.values.get(column)
        if value is None:
            continue
        if row.label.startswith("less"):
            value = -abs(value)
        for size in range(2, len(open_rows) + 1):
            if abs(sum(open_rows[-size:]) - value) <= TOLERANCE:
                open_rows = open_rows[:-size]
                break
        open_rows.append(value)
    return sum(open_rows, Decimal(0))


def _named(rows: list[Row], pattern: re.Pattern[str], *, last: bool = False) -> Row | None:
    found = [row for row in rows if pattern.search(row.label)]
    return (found[-1] if last else found[0]) if found else None


def _compared(columns: dict[Column, tuple[Decimal, Decimal | None]]) -> str:
    if not columns:
        return "no values"
    for column, (stated, reached) in columns.items():
        if reached is None or abs(stated - reached) > TOLERANCE:
            return f"{' '.join(column)}: {stated} stated, {reached} reached"
    return "ok"


def verdicts(paths: Iterable[Path]) -> list[Verdict]:
    """The verdict of each filing that can be read."""
    loaded = [outcome for outcome in load_documents(paths) if isinstance(outcome, Loaded)]
    return [check(outcome.document, outcome.file.path.name) for outcome in loaded]


def main(
    filings: Annotated[Path | None, typer.Argument(help="Folder of 10-K PDFs; FinanceBench's by default.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print which statements add up."""
    folder = filings or data_folder() / "financebench" / "pdfs"
    found = verdicts(sorted(path for path in folder.glob("*10K*.pdf")))
    counts = {
        name: sum(getattr(verdict, name) == "ok" for verdict in found)
        for name in ("balances", "assets_add_up", "cash_adds_up")
    }
    if as_json:
        typer.echo(json.dumps({"filings": len(found), **counts}))
        return
    for verdict in found:
        faults = [f"{name}: {getattr(verdict, name)}" for name in counts if getattr(verdict, name) != "ok"]
        typer.echo(f"{verdict.filing:36} {'; '.join(faults) or 'ok'}")
    typer.echo("  ".join(f"{name} {count}/{len(found)}" for name, count in counts.items()))


if __name__ == "__main__":
    typer.run(main)
