"""Questions on statements' numbers that inline-XBRL filings label by themselves.

Each tagged number of a table passage gives a question on its row and period, asked of the passage as
the reader will see it. The row is named by its label or, sometimes, by the words of its XBRL concept,
so that "payments to acquire property, plant and equipment" finds "Capital expenditures". Unanswerable
ones ask a table of the same filing that lacks the row or the period.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa.data.filing_lookup import filing_of_file, held_out
from qa.data.kept import kept_examples
from qa.data.squad_form import Example
from retrieval.data_folder import MissingDataError, data_folder
from retrieval.document import Cell, Document, Fact
from retrieval.passage import Passage, Segment
from retrieval.passages import passages_of
from retrieval.vocabulary.labels import concept_words

Cut = Callable[[Document], list[Passage]]

PER_PASSAGE = 4
TWINS_PER_PASSAGE = 2
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


def as_printed(document: Document, passage: Passage) -> Passage:
    """Pieces of tables as the page prints them: header cells once, then the rows, parted by spaces."""
    if passage.kind != "table":
        return passage
    page = document.pages[passage.page - 1].text
    text, segments = "", []
    for start, length in sorted({(s.page_start, s.end - s.start) for s in passage.segments}):
        segments.append(Segment(len(text), len(text) + length, start))
        text += f"{page[start : start + length]} "
    return replace(passage, text=text.strip(), segments=tuple(segments))


def with_header(passage: Passage) -> Passage:
    """A passage that begins with its header line: company, form, year, title and unit."""
    shift = len(passage.indexed_text) - len(passage.text)
    moved = tuple(Segment(s.start + shift, s.end + shift, s.page_start) for s in passage.segments)
    return replace(passage, text=passage.indexed_text, segments=moved)


FORMS: dict[str, Cut] = {
    "table_lookup": passages_of,
    "table_lookup_printed": lambda document: [as_printed(document, passage) for passage in passages_of(document)],
    "table_lookup_bound": lambda document: [with_header(passage) for passage in passages_of(document)],
}
TWINS = "table_twins"
NAMES = (*FORMS, TWINS)


def load_table_lookups(name: str, split: str) -> list[Example]:
    """The examples of `train` or `dev`, kept once they were made; a company is in one of them only.

    Args:
        name: one of `NAMES`.
        split: `train` or `dev`.

    Raises:
        ValueError: there is no such split.
        MissingDataError: the filings are not on this machine.
    """
    if split not in ("train", "dev"):
        raise ValueError(f"{name} has the splits train and dev, not {split!r}")
    folder = data_folder() / "filings_html"
    if not folder.is_dir():
        raise MissingDataError(f"no tagged filings: {folder} does not exist; set FINANCEQA_DATA to its parent")
    return kept_examples(f"{name}-{split}", lambda: _made(folder, split))


def _made(folder: Path, split: str) -> dict[str, list[Example]]:
    """All data sets of a split, each filing parsed once."""
    made: dict[str, list[Example]] = {f"{name}-{split}": [] for name in NAMES}
    for path in sorted(folder.rglob("*.html.gz")):
        if held_out(path.name) == (split == "dev"):
            document = filing_of_file(path)
            for name, cut in FORMS.items():
                made[f"{name}-{split}"] += lookups_of(document, f"{name}/{split}", cut)
            made[f"{TWINS}-{split}"] += twins_of(document, f"{TWINS}/{split}")
    return made


def lookups_of(document: Document, source: str, cut: Cut = passages_of) -> Iterator[Example]:
    """The questions on one filing's tables, one in three of them on a table that does not answer it.

    Args:
        document: named by its file, which begins with the ticker.
        source: data set and split.
        cut: what makes passages of it; the questions are the same whatever it is.
    """
    rng = random.Random(document.id)
    cells, company = document.tagged_values(), _company(document)
    passages = [passage for passage in cut(document) if passage.kind == "table"]
    targets = {passage.id: _targets(passage, cells) for passage in passages}
    everything = [target for found in targets.values() for target in found]
    for passage in passages:
        found = targets[passage.id]
        for number, target in enumerate(rng.sample(found, min(PER_PASSAGE, len(found)))):
            asked = target
            if rng.random() < UNANSWERABLE:
                asked = rng.choice(everything)
                if _answers(asked, found, passage):
                    continue
            place = f"{document.id}-{passage.id}-{number}"
            question = _question(asked, company, rng)
            yield _example(place, document, question, passage, target if asked is target else None, source)


def twins_of(document: Document, source: str) -> Iterator[Example]:
    """Pairs of questions on a row that differ in their period only; the ids of a pair differ behind the last dash."""
    rng = random.Random(f"twins {document.id}")
    cells, company = document.tagged_values(), _company(document)
    for passage in passages_of(document):
        if passage.kind != "table":
            continue
        rows: dict[str, list[_Target]] = defaultdict(list)
        for target in _targets(passage, cells):
            rows[target.cell.row_path[-1].casefold()].append(target)
        several = [row for row in rows.values() if len(row) > 1]
        for number, row in enumerate(rng.sample(several, min(TWINS_PER_PASSAGE, len(several)))):
            label, template = _spoken_label(row[0], rng), rng.choice(_TEMPLATES)
            for side, target in enumerate(rng.sample(row, 2)):
                place = f"{document.id}-{passage.id}-{number}-{side}"
                yield _example(place, document, _worded(template, label, target, company), passage, target, source)


def _example(
    place: str, document: Document, question: str, passage: Passage, answer: _Target | None, source: str
) -> Example:
    return Example(
        id=place,
        group=document.id.split("_")[0],
        question=question,
        context=passage.text,
        answers=(passage.text[answer.start : answer.end],) if answer else (),
        starts=(answer.start,) if answer else (),
        source=source,
    )


def _company(document: Document) -> str:
    return _spoken(document.identity.company or document.id.split("_")[0])


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
    label = _spoken_label(target, rng)
    return _worded(rng.choice(_TEMPLATES), label, target, company)


def _worded(template: str, label: str, target: _Target, company: str) -> str:
    text = template.format(row=label, when=_when(target), company=company)
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
