"""FilingLookup's questions with what they find in their filing: what the lookup inventions are fitted and judged on."""

from __future__ import annotations

import pickle
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import typer

from experiments.statistics import compare
from qa.data.filing_lookup import LookupQuestion, filing_lookups, tagged_filings
from qa.lookup.asked import asked_of
from qa.lookup.features import Features, Found, found_in
from qa.lookup.model import probabilities, ranked_values
from qa.lookup.rows import filing_of
from qa.lookup.training import Case, is_right
from retrieval.document import Document
from retrieval.loading.load import PARSER_VERSION
from retrieval.query import parse_query

FOLDER = Path("runs/inventions")
PER_FILING = 50  # rows, and absent years a fifth of that
Kind = Literal["row", "twin", "absent"]


@dataclass(frozen=True)
class LookupCase:
    """One question of a filing.

    Attributes:
        kind: of a row in a period; of the same row in another; of a year that the filing lacks.
        group: which question and twin share.
        filing: id of the document.
        company: whose it is, by SEC's number.
        case: what it finds.
        tagged: which of the numbers have the value and period asked for by their own tag, [n] of 0 and 1.
    """

    kind: Kind
    group: str
    filing: str
    company: str
    case: Case
    tagged: Features


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether an answer has the right value, and whether it stands in a right cell; "none" is right for an absent year."""

    right: bool
    cell: bool


def lookup_cases(*, evaluation: bool) -> list[LookupCase]:
    """The cases of the companies kept for evaluation, or of the others; kept, for parsing takes minutes.

    Raises:
        retrieval.data_folder.MissingDataError: the filings are not on this machine.
    """
    kept = FOLDER / f"lookup-cases-{'held-out' if evaluation else 'training'}-{PARSER_VERSION.decode()}.pickle"
    if not kept.is_file():
        cases = [case for document in tagged_filings(evaluation=evaluation) for case in _of_filing(document)]
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(cases))
    found: list[LookupCase] = pickle.loads(kept.read_bytes())  # noqa: S301 (our own file)
    return found


def judge(cases: Sequence[LookupCase], weights: Features) -> list[Judged]:
    """What the likeliest of all values and "none" is worth on each case."""
    return [_judged(case, weights) for case in cases]


def twins_right(cases: Sequence[LookupCase], judged: Sequence[Judged]) -> list[float]:
    """For each pair of period twins whether both are right, 0 or 1."""
    return [float(all(judged[place].right for place in pair)) for pair in _twins(cases)]


def twins_companies(cases: Sequence[LookupCase]) -> list[str]:
    """The company of each pair, in the order of `twins_right`."""
    return [cases[first].company for first, *_ in _twins(cases)]


def echo_row(name: str, values: dict[str, float]) -> None:
    """Prints shares as one row of percentages."""
    typer.echo(f"{name:24}" + "".join(f"  {key} {100 * value:5.1f}" for key, value in values.items()))


def echo_difference(name: str, first: Sequence[float], second: Sequence[float], documents: Sequence[str]) -> None:
    """Prints what the first scores have over the second, over documents, and as if questions were independent of each other."""
    found, alone = compare(first, second, documents), compare(first, second)
    typer.echo(
        f"{name}: {found.points} points over {found.documents} documents, p {found.p:.2g}; questions alone {alone.points}, "
        f"p {alone.p:.2g}; {alone.won} won, {alone.lost} lost"
    )


def _twins(cases: Sequence[LookupCase]) -> list[list[int]]:
    """Where the questions of each pair of period twins are."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, case in enumerate(cases):
        if case.kind != "absent":
            groups[case.group].append(place)
    return [group for group in groups.values() if len(group) > 1]


def _judged(case: LookupCase, weights: Features) -> Judged:
    absent = case.kind == "absent"
    if not case.case.values:
        return Judged(absent, absent)
    chances = probabilities(case.case.features, weights)
    places, chance = ranked_values(chances, case.case.values)[0]
    if chance < 1 - chances.sum():
        return Judged(absent, absent)
    best = max(places, key=lambda i: float(chances[i]))
    return Judged(bool(case.case.right[places].any()), bool(case.tagged[best]))


def _of_filing(document: Document) -> Iterator[LookupCase]:
    rng = random.Random(f"0 {document.id}")
    company = document.identity.cik or document.id
    filing = filing_of(document.id, document.identity, document.pages)
    rows: dict[str, list[LookupQuestion]] = defaultdict(list)
    absent = []
    for question in filing_lookups(document, seed=0):
        if question.value is None:
            absent.append(question)
        else:
            rows[question.twin or question.id].append(question)
    chosen: list[tuple[Kind, str, LookupQuestion]] = []
    for group in rng.sample(sorted(rows), min(PER_FILING, len(rows))):
        pair = rng.sample(rows[group], min(2, len(rows[group])))
        chosen += [("twin" if i else "row", group, question) for i, question in enumerate(pair)]
    chosen += [("absent", q.id, q) for q in rng.sample(absent, min(PER_FILING // 5, len(absent)))]
    for kind, group, question in chosen:
        found = found_in([filing], asked_of(parse_query(question.question, [document.identity])))
        features = np.array([number.features for number in found])
        right = np.array([float(is_right(number, question)) for number in found])
        values = tuple(abs(number.figure.value) for number in found)
        tagged = np.array([float(_is_tagged(number, question)) for number in found])
        yield LookupCase(kind, group, document.id, company, Case(features, right, values, derived=False), tagged)


def _is_tagged(number: Found, question: LookupQuestion) -> bool:
    value = question.tagged
    return value is not None and any(
        fact.period == question.period and fact.value is not None and abs(fact.value) == abs(value)
        for fact in number.figure.cell.facts
    )
