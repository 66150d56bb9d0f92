"""Questions on statements' numbers that inline-XBRL filings label by themselves.

Each tagged number of a table passage gives a question on its row and period, asked of the passage as
the reader will see it. The row is named by its label or, sometimes, by the words of its XBRL concept,
so that "payments to acquire property, plant and equipment" finds "Capital expenditures". Unanswerable
ones ask a table of the same filing that lacks the row or the period.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.data.filing_lookup import held_out
from qa.data.squad_form import Example
from retrieval.data_folder import MissingDataError, data_folder
from retrieval.document import Cell, Document, Fact
from retrieval.loading.html import parse_html
from retrieval.passage import Passage
from retrieval.passages import passages_of
from retrieval.vocabulary.labels import concept_words

Cut = Callable[[Document], list[Passage]]

PER_PASSAGE = 4
UNANSWERABLE = 0.35
_TEMPLATES = (
    "What was {row} {when}?",
    "What were {row} {when}?",
    "How much was {row} {when}?",
    "What is {company}'s {row} {when}?",
    "What was {company}'s {row} {when}?",
    "How much did {company} report for {row} {when}?",
    "{row} {when}",
    "What amount of {row} did {company} have {when}?",
    "What was the total for {row} {when}?",
)
_SKIPPED_LABEL = re.compile(r"^(?:total|other|net|amount|balance)s?:?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Target:
    """A tagged cell that stands whole and once in a passage."""

    cell: Cell
    fact: Fact
    start: int
    end: int


def table_lookups(split: str, *, cut: Cut = passages_of) -> Iterator[Example]:
    """The examples of `train` or `dev`; a company is in one of them only, by a hash of its ticker.

    Args:
        split: `train` or `dev`.
        cut: what makes passages of a filing.

    Raises:
        ValueError: there is no such split.
        MissingDataError: the filings are not on this machine.
    """
    if split not in ("train", "dev"):
        raise ValueError(f"table_lookup has the splits train and dev, not {split!r}")
    folder = data_folder() / "filings_html"
    if not folder.is_dir():
        raise MissingDataError(f"no tagged filings: {folder} does not exist; set FINANCEQA_DATA to its parent")
    for path in sorted(folder.rglob("*.html.gz")):
        ticker = path.name.split("_")[0]
        if held_out(path.name) == (split == "dev"):
            yield from _of_filing(path, ticker, f"table_lookup/{split}", cut)


def _of_filing(path: Path, ticker: str, source: str, cut: Cut) -> Iterator[Example]:
    rng = random.Random(path.name)
    parsed = parse_html(gzip.decompress(path.read_bytes()), source=str(path))
    document = Document(path.name, parsed.title, parsed.identity, str(path), parsed.pages)
    cells = document.tagged_values()
    passages = [passage for passage in cut(document) if passage.kind == "table"]
    targets = {passage.id: _targets(passage, cells) for passage in passages}
    company = _spoken(parsed.identity.company or ticker)
    everything = [target for found in targets.values() for target in found]
    for passage in passages:
        found = targets[passage.id]
        for number, target in enumerate(rng.sample(found, min(PER_PASSAGE, len(found)))):
            asked = target
            if rng.random() < UNANSWERABLE:
                asked = rng.choice(everything)
                if _answers(asked, found, passage):
                    continue
            question = _question(asked, company, rng)
            answerable = asked is target
            yield Example(
                id=f"{path.name}-{passage.id}-{number}",
                group=ticker,
                question=question,
                context=passage.text,
                answers=(passage.text[target.start : target.end],) if answerable else (),
                starts=(target.start,) if answerable else (),
                source=source,
            )


def _targets(passage: Passage, cells: dict[tuple[int, int], Cell]) -> list[_Target]:
    """Cells that a question by row and year can tell apart from all others of the passage."""
    found = []
    for segment in passage.segments:
        cell = cells.get((passage.page, segment.page_start))
        if cell is None or len(cell.text) != segment.end - segment.start or not re.search(r"\d", cell.text):
            continue
        if not cell.row_path or not _LABEL.search(cell.row_path[-1]) or _SKIPPED_LABEL.match(cell.row_path[-1]):
            continue
        found.append(_Target(cell, cell.facts[0], segment.start, segment.end))
    keys = [_key(target) for target in found]
    return [target for target, key in zip(found, keys, strict=True) if keys.count(key) == 1]


_LABEL = re.compile(r"[A-Za-z]{3}")


def _key(target: _Target) -> tuple[str, str]:
    return target.cell.row_path[-1].casefold(), _when(target)


def _answers(asked: _Target, found: list[_Target], passage: Passage) -> bool:
    """Whether a passage may answer a question made from elsewhere."""
    label = asked.cell.row_path[-1].casefold().rstrip(":")
    concepts = {target.fact.concept for target in found}
    return _key(asked) in {_key(t) for t in found} or (
        (label in passage.text.casefold() or asked.fact.concept in concepts) and _year(asked) in passage.text
    )


def _question(target: _Target, company: str, rng: random.Random) -> str:
    row = _spoken_label(target, rng)
    text = rng.choice(_TEMPLATES).format(row=row, when=_when(target), company=company)
    return text[0].upper() + text[1:]


def _spoken_label(target: _Target, rng: random.Random) -> str:
    words = concept_words(target.fact.concept.partition(":")[2])
    if 2 <= len(words) <= 8 and rng.random() < 0.25:
        return " ".join(words)
    label = re.sub(r"\s*\([^()]*\)|\s*\d$|[:*†]", "", target.cell.row_path[-1]).strip()
    if len(target.cell.row_path) > 1 and rng.random() < 0.5:
        label = f"{label} ({target.cell.row_path[-2].rstrip(':').lower()})"
    return label if label.isupper() else label[:1].lower() + label[1:]


def _when(target: _Target) -> str:
    """The period as people ask for it."""
    period = target.fact.period
    if 0 < period.days < 300:
        months = round(period.days / 30.4)
        spoken = {3: "the three months", 6: "the six months", 9: "the nine months"}.get(months, "the period")
        return f"for {spoken} ended {period.end:%B} {period.end.day}, {period.end.year}"
    year = _year(target)
    return f"in {year}" if period.start is not None else f"at the end of {year}"


def _year(target: _Target) -> str:
    """The year that the column is headed by, else the one in which the period ends."""
    years = re.findall(r"\b(?:19|20)\d\d\b", " ".join(target.cell.column_path))
    return years[-1] if years else str(target.fact.period.end.year)


def _spoken(company: str) -> str:
    return re.sub(r",?\s+(?:Inc|Corp|Corporation|Company|Co|Ltd|plc)\b\.?.*$", "", company, flags=re.IGNORECASE)
