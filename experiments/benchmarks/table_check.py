"""Do the parsed tables hold what the XBRL tags say? `python -m experiments.benchmarks.table_check`.

The parser reads the displayed text only; the tags are used here, to check it. A fact's magnitude
"as written" is its value without sign and scale: `(1,234)` tagged -1,234,000 is 1,234.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from experiments.benchmarks.tag_rates import Rate, filing_paths, report
from retrieval.document import Cell, Fact
from retrieval.loading.parse import parse_file
from retrieval.quantity import cell_quantities

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_DASH = re.compile(r"^[$€£\s]*[-–—−]+\s*%?$")


NAMES = {
    "single_magnitude": "(a) facts in cells of one number or a dash that parse to the magnitude as written",
    "multiple_magnitude": "(b) facts in cells of several numbers or number words that are among the parsed",
    "headers": "(c) facts of (a) with a row path and a column header",
    "period_end": "facts of (a) whose derived period ends when the tag's does, where one is derived",
    "period_known": "facts of (a) for which a period is derived",
    "scale": "facts of (a) whose derived scale is the tag's, zeros left out",
}


@dataclass
class Check:
    """The rates, and examples of what failed."""

    rates: dict[str, Rate] = field(default_factory=lambda: {name: Rate() for name in NAMES})
    failures: Counter[str] = field(default_factory=Counter)
    filings: int = 0


def check_filing(path: Path, check: Check) -> None:
    """Counts the facts of one filing."""
    parsed = parse_file(path)
    cells = [cell for page in parsed.pages for table in page.tables for cell in table.cells]
    tagged = [(cell, fact) for cell in cells for fact in cell.facts if fact.value is not None]
    check.filings += bool(tagged)
    for cell, fact in tagged:
        for name, right in judge(cell, fact):
            check.rates[name].count(right)
            if not right:
                check.failures[f"{name}: {cell.text[:60]!r} {fact.concept} {fact.value} in {path.name}"] += 1


def judge(cell: Cell, fact: Fact) -> Iterator[tuple[str, bool]]:
    """Which of `NAMES` a fact in a cell counts for, and whether it is right."""
    magnitude = abs(fact.value or Decimal(0)).scaleb(-fact.scale)
    quantities = cell_quantities(cell.text)
    single = bool(_DASH.match(cell.text)) or (
        len(_NUMBER.findall(cell.text)) == 1 and not re.search(r"[A-Za-z]{3}", cell.text)
    )
    if not single:
        spelled = abs(fact.value or Decimal(0))
        yield "multiple_magnitude", any(magnitude == abs(q.value) or spelled == abs(q.scaled) for q in quantities)
        return
    yield "single_magnitude", len(quantities) == 1 and abs(quantities[0].value) == magnitude
    yield "headers", bool(cell.row_path) and bool(cell.column_path)
    yield "period_known", cell.period is not None
    if cell.period is not None:
        yield "period_end", cell.period.end == fact.period.end
    if fact.value:
        # A percentage is tagged as a ratio: 5% is 0.05, scale -2.
        scale = -2 if cell.unit == "percent" else cell.scale
        yield "scale", scale == fact.scale


def check_filings(paths: Iterable[Path]) -> Check:
    """All filings; those without tags count for nothing."""
    check = Check()
    for path in paths:
        check_filing(path, check)
    return check


def main(
    filings: Annotated[
        Path | None, typer.Option(help="Folder of tagged filings; the shared data's by default.")
    ] = None,
    failures: Annotated[int, typer.Option(min=0, help="Print so many kinds of failure.")] = 0,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print how well the parsed tables agree with the tags."""
    paths = filing_paths(filings)
    check = check_filings(paths)
    head = f"{check.filings} tagged filings of {len(paths)} in {(filings or Path('filings_html')).name}"
    report(check.rates, NAMES, check.failures, head=head, most=failures, as_json=as_json)


if __name__ == "__main__":
    typer.run(main)
