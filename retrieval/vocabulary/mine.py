"""Mines the line-item vocabulary from tagged filings: `python -m retrieval.vocabulary.mine`.

An inline-XBRL filing pairs each row of its statements with an accounting concept. Over many filings
that gives, for each concept, the labels that companies print for it and the statement it stands on.
What is kept is in `line_items.json` beside this file: concepts of at least `MIN_COMPANIES` companies
with their most frequent labels.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.data_folder import data_folder
from retrieval.document import Cell, Table
from retrieval.files import write_atomically
from retrieval.loading.parse import parse_file
from retrieval.vocabulary.labels import normalised_label
from retrieval.vocabulary.line_items import FILE

MIN_COMPANIES = 2
MAX_LABELS = 20
MIN_SHARE = 0.2  # of the times that a label is seen, for it to count as a name of the concept
_PREFIX = "us-gaap:"

# Concepts that only the statement itself holds together.
_DEFINING = {
    "balance sheet": {"Assets", "LiabilitiesAndStockholdersEquity"},
    "cash flow statement": {
        "NetCashProvidedByUsedInOperatingActivities",
        "NetCashProvidedByUsedInInvestingActivities",
        "NetCashProvidedByUsedInFinancingActivities",
    },
    "income statement": {"IncomeTaxExpenseBenefit", "EarningsPerShareDiluted"},
    "comprehensive income statement": {"ComprehensiveIncomeNetOfTax"},
}


@dataclass
class _Seen:
    """What was seen of one concept: companies by label, companies by statement, all companies."""

    labels: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    statements: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    companies: set[str] = field(default_factory=set)


def mine(filings: Iterable[Path]) -> list[dict[str, object]]:
    """The vocabulary's records, the most common concepts first.

    Args:
        filings: inline-XBRL files, gzipped, named `<TICKER>_<accession>.html.gz`.
    """
    seen: dict[str, _Seen] = defaultdict(_Seen)
    for path in filings:
        company = path.name.split("_")[0]
        parsed = parse_file(path)
        for page in parsed.pages:
            for table in page.tables:
                _record(table, company, seen)
    uses = Counter[str]()
    for found in seen.values():
        uses.update({label: len(companies) for label, companies in found.labels.items()})
    records = [
        _summary(concept, found, uses) for concept, found in seen.items() if len(found.companies) >= MIN_COMPANIES
    ]
    return sorted(records, key=lambda record: (-int(str(record["companies"])), str(record["concept"])))


def statement_of_concepts(concepts: set[str]) -> str:
    """The statement whose defining concepts a table holds; empty for tables of the notes."""
    return next((name for name, defining in _DEFINING.items() if defining <= concepts), "")


def _record(table: Table, company: str, seen: dict[str, _Seen]) -> None:
    pairs = list(_labelled_concepts(table.cells))
    statement = statement_of_concepts({concept for concept, _ in pairs})
    for concept, label in pairs:
        found = seen[concept]
        found.companies.add(company)
        found.labels[label].add(company)
        found.statements[statement].add(company)


def _labelled_concepts(cells: Iterable[Cell]) -> Iterator[tuple[str, str]]:
    """Concept and row label of each cell that holds one number of the whole company."""
    for cell in cells:
        if len(cell.facts) != 1 or not cell.row_path or cell.facts[0].dimensions:
            continue
        label = normalised_label(cell.row_path[-1])
        if label and cell.facts[0].concept.startswith(_PREFIX):
            yield cell.facts[0].concept.removeprefix(_PREFIX), label


def _summary(concept: str, seen: _Seen, uses: Counter[str]) -> dict[str, object]:
    counts = {label: len(companies) for label, companies in seen.labels.items()}
    labels = {label: count for label, count in counts.items() if count >= MIN_SHARE * uses[label]}
    ranked = sorted(labels.items(), key=lambda item: (-item[1], item[0]))[:MAX_LABELS]
    statements = {name: len(companies) for name, companies in seen.statements.items()}
    named = max((name for name in statements if name), key=lambda name: (statements[name], name), default="")
    return {
        "concept": concept,
        "statement": named if statements.get(named, 0) * 2 >= len(seen.companies) else "",
        "companies": len(seen.companies),
        "labels": dict(ranked),
    }


def main() -> None:
    """Mines the filings at hand and writes the file."""
    filings = sorted((data_folder() / "filings_html").rglob("*.html.gz"))
    lines = [json.dumps(record, ensure_ascii=False) for record in mine(filings)]
    write_atomically(FILE, "[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
