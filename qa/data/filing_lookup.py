"""FilingLookup: questions on numbers that inline-XBRL filings answer by their own tags.

"What was {line item} of {company} {period}?" for each tagged number of a table whose row and period name one value
in the filing; the tag gives value, unit and period. The same question for another period of the row is its twin; one
for a year that the filing has nothing of has no answer. Asked for apart are numbers of a part of the company, such as a
segment, a country or a class of assets, where the part is what heads their column; and those of the whole whose period is
a fiscal quarter or year, or ends one, by its name ("at the end of Q2 of fiscal 2023").
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from qa.lookup.rows import column_heads
from qa.number import cell_value
from retrieval.data_folder import MissingDataError, data_folder
from retrieval.document import Cell, Document, Fact, Identity, Period
from retrieval.loading.load import load_documents
from retrieval.loading.parse import parse_file
from retrieval.loading.parsed import Loaded
from retrieval.loading.periods import years_in
from retrieval.vocabulary.labels import normalised_label
from retrieval.vocabulary.line_items import line_items

HELD_OUT = 0.2  # of the companies
ABSENT = 0.15  # of the questions
PARAPHRASED = 0.25  # of the questions for training on items of the vocabulary
Kind = Literal["whole", "parts", "fiscal"]
KINDS: dict[str, Kind] = {"filinglookup": "whole", "filinglookup_parts": "parts", "filinglookup_fiscal": "fiscal"}
_BEGINNING = re.compile(r"\b(?:beginning|opening)\b")
_OF_PARTS = ("{label} of {part} of {company}", "{label} in {part} of {company}", "{part} {label} of {company}", "{company}'s {part} {label}")  # fmt: skip


@dataclass(frozen=True, slots=True)
class LookupQuestion:
    """One question.

    Attributes:
        id: the document and the fact's place in it.
        question: as asked.
        company: as the filing names it.
        document: id of the filing.
        value: as displayed, scale applied; `None` where the filing has no answer.
        tagged: as tagged: a payment is displayed in parentheses and tagged as an amount.
        unit: of the value.
        period: of the value, or the one that the filing has nothing of.
        twin: questions with the same twin differ in their period only; empty where there is no other.
        label: the row as asked for.
    """

    id: str
    question: str
    company: str
    document: str
    value: Decimal | None
    tagged: Decimal | None
    unit: str
    period: Period
    twin: str
    label: str


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A tagged number of a table."""

    cell: Cell
    fact: Fact
    page: int

    @property
    def value(self) -> Decimal:
        """The tag's value with the sign as displayed; a ratio that is displayed as a percentage in percent."""
        magnitude = abs(self.fact.value or Decimal(0))
        if self.fact.unit == "pure" and self.fact.scale == -2:
            magnitude *= 100
        displayed = cell_value(self.cell)
        return -magnitude if displayed is not None and displayed < 0 else magnitude

    @property
    def path(self) -> tuple[str, ...]:
        """The row, and behind it the part of the company."""
        return (*(normalised_label(label) for label in self.cell.row_path), self.part.lower())

    @property
    def part(self) -> str:
        """What heads the column of a number that is not the whole company's, without periods and units."""
        return ", ".join(column_heads(self.cell.column_path)) if self.fact.dimensions else ""


def held_out(source: str) -> bool:
    """Whether a filing's company is kept for evaluation, by a hash of the ticker that its file is named with."""
    ticker = Path(source).name.split("_")[0]
    return int.from_bytes(hashlib.sha256(ticker.encode()).digest()[:4]) / 2**32 < HELD_OUT


def filing_lookups(
    document: Document,
    *,
    seed: int,
    paraphrased: float = 0.0,
    kind: Kind = "whole",
    dropped: Counter[str] | None = None,
) -> Iterator[LookupQuestion]:
    """The questions of one filing, in its order.

    Args:
        document: a tagged filing.
        seed: of wordings and of the choice of questions without answer.
        paraphrased: share of the questions that call an item of the vocabulary by another of its labels.
        kind: of numbers of the whole company, of parts of it, or of the whole with fiscal periods by their names.
        dropped: counts what each rule leaves out.
    """
    rng = random.Random(f"{seed} {document.id}")
    dropped = Counter() if dropped is None else dropped
    identity, company = document.identity, document.identity.company or ""
    for number, tagged, row, alone in _unambiguous(document, kind, dropped):
        label = _spoken(tagged.cell.row_path[-1:] if alone else tagged.cell.row_path)
        if rng.random() < paraphrased:
            label = _other_label(tagged, rng) or label
        period = tagged.fact.period
        absent = rng.random() < ABSENT
        if absent:
            period = _absent(period, row, rng)
        twins = {other.fact.period for other in row if other.fact.period.days // 20 == period.days // 20}
        when = _fiscally(period, identity, rng) if kind == "fiscal" else _when(period, identity, rng)
        if when is None:
            dropped["a period that is no fiscal one"] += 1
            continue
        form = rng.choice(_OF_PARTS) if kind == "parts" else "{label} of {company}"
        named = form.format(label=label, part=tagged.part, company=company)
        yield LookupQuestion(
            id=f"{document.id}-{number}",
            question=f"What was {named} {when}?",
            company=company,
            document=document.id,
            value=None if absent else tagged.value,
            tagged=None if absent else tagged.value.copy_sign(tagged.fact.value or Decimal(0)),
            unit=tagged.fact.unit,
            period=period,
            twin="" if absent or len(twins) < 2 else f"{document.id} {label} {tagged.part} {period.days // 20}",
            label=label,
        )


def filing_of_file(path: Path) -> Document:
    """A filing, named by its file."""
    parsed = parse_file(path)
    return Document(path.name, parsed.title, parsed.identity, str(path), parsed.pages)


def tagged_filings(*, evaluation: bool) -> Iterator[Document]:
    """The tagged filings of the shared data: of the companies kept for evaluation, or of the others.

    Raises:
        MissingDataError: they are not on this machine.
    """
    folder = data_folder() / "filings_html"
    paths = sorted(path for path in folder.rglob("*.htm*") if held_out(path.name) == evaluation)
    if not paths:
        raise MissingDataError(f"no tagged filings: {folder} has none; set FINANCEQA_DATA to its parent")
    for loaded in load_documents(paths):
        if isinstance(loaded, Loaded):
            yield loaded.document


def _unambiguous(
    document: Document, kind: Kind, dropped: Counter[str]
) -> Iterator[tuple[int, _Tagged, list[_Tagged], bool]]:
    """The tagged numbers that a row and a period name: number, itself, its row, and whether the label alone does too."""
    facts = list(_tagged(document, dropped, parts=kind == "parts"))
    by_row: dict[tuple[str, ...], list[_Tagged]] = defaultdict(list)
    by_label: dict[tuple[tuple[str, ...], Period], set[Decimal | None]] = defaultdict(set)
    lasts: dict[tuple[str, date], set[bool]] = defaultdict(set)  # whether what ends on a day under a label has a length
    for tagged in facts:
        by_row[tagged.path].append(tagged)
        by_label[tagged.path[-2:], tagged.fact.period].add(tagged.fact.value)
        lasts[tagged.path[-2], tagged.fact.period.end].add(tagged.fact.period.days > 0)
    for number, tagged in enumerate(facts):
        row, label, period = by_row[tagged.path], tagged.path[-2], tagged.fact.period
        if len({other.fact.value for other in row if other.fact.period == period}) > 1:
            dropped["row and period name several values"] += 1
        elif kind == "fiscal" and (len(lasts[label, period.end]) > 1 or _BEGINNING.search(label)):
            dropped["a flow and a balance, or two balances, of one name"] += 1
        else:
            yield number, tagged, row, len(by_label[tagged.path[-2:], period]) == 1


def _tagged(document: Document, dropped: Counter[str], *, parts: bool) -> Iterator[_Tagged]:
    for page in document.pages:
        for table in page.tables:
            for cell in table.cells:
                for fact in cell.facts:
                    tagged = _Tagged(cell, fact, page.number)
                    fault = _fault(tagged, parts=parts)
                    if fault:
                        dropped[fault] += 1
                    else:
                        yield tagged


def _fault(tagged: _Tagged, *, parts: bool) -> str:
    cell, fact = tagged.cell, tagged.fact
    if bool(fact.dimensions) != parts:
        return "of the whole" if parts else "dimensioned"
    if parts and not tagged.part:
        return "no part heads the column"
    if parts and years_in(" ".join(cell.row_path)):
        return "a row that names a period"
    if cell.role != "value" or not cell.row_path or not normalised_label(cell.row_path[-1]):
        return "no labelled value"
    return "nil or several in the cell" if fact.value is None or len(cell.facts) > 1 else ""


def _spoken(path: Iterable[str]) -> str:
    """A row's label in a question; its headings, where they are needed, behind it."""
    *headings, label = (" ".join(part.split()).strip(" :") for part in path)
    return f"{label} ({', '.join(headings)})" if headings else label


def _other_label(tagged: _Tagged, rng: random.Random) -> str | None:
    item = line_items().get(tagged.fact.concept.partition(":")[2])
    others = [label for label in item.labels if label != tagged.path[-2]] if item else []
    return rng.choice(others) if others else None


def _absent(period: Period, row: Iterable[_Tagged], rng: random.Random) -> Period:
    """The same period of a year that the row has nothing of."""
    years = {other.fact.period.end.year for other in row}
    away = rng.choice((min(years) - rng.randint(3, 6), max(years) + rng.randint(2, 4))) - period.end.year
    return Period(period.start and _moved(period.start, away), _moved(period.end, away))


def _moved(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


def _when(period: Period, identity: Identity, rng: random.Random) -> str:
    """A period in words: a fiscal year by its number where it is one of the company's, else by its last day."""
    end = f"{period.end:%B} {period.end.day}, {period.end.year}"
    if not period.days:
        return f"as of {end}"
    own, year = identity.period_end, identity.fiscal_year
    months = round(period.days / 30.4)
    if months == 12 and own and year and identity.quarter is None and rng.random() < 0.5:
        ago = (own - period.end).days / 365.25
        if abs(ago - round(ago)) < 0.03:
            return f"in fiscal {year - round(ago)}"
    if months == 12:
        return f"for the year ended {end}"
    return f"for the {({3: 'three', 6: 'six', 9: 'nine'}).get(months, months)} months ended {end}"


def _fiscally(period: Period, identity: Identity, rng: random.Random) -> str | None:
    """A period in words by the fiscal quarter or year that it is or ends; `None` where it does neither."""
    if identity.period_end is None or identity.fiscal_year is None or period.days > 380:
        return None
    quarter = identity.quarter or 4
    ago = (identity.period_end - period.end).days / 365.25
    since = ago - quarter / 4  # the end of the fiscal year before
    if abs(since - round(since)) < 0.05 and not period.days:
        year, quarter = identity.fiscal_year - 1 - round(since), 4
    elif abs(ago - round(ago)) < 0.03:
        year = identity.fiscal_year - round(ago)
    else:
        return None
    months = round(period.days / 30.4)
    if months not in (0, 3, 12) or (months == 12 and quarter < 4):
        return None
    of_year = months == 12 or (months == 0 and quarter == 4)
    names = (
        ("fiscal {y}", "fiscal year {y}", "FY{y}")
        if of_year
        else ("Q{q} of fiscal {y}", "Q{q} FY{y}", "the {nth} quarter of {y}")
    )
    name = rng.choice(names).format(y=year, q=quarter, nth=("first", "second", "third", "fourth")[quarter - 1])
    return f"in {name}" if months else f"at the end of {name}"
