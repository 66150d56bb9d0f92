"""Fits the lookup model on questions that tagged filings label by themselves.

    python -m qa.lookup.training [--seed N]

The filings are those of `filings_html` in the shared data; a fifth of the companies, by a hash of their tickers, is
left out for evaluation.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from scipy.optimize import minimize

from qa.calibration import fit_logistic
from qa.data.filing_lookup import PARAPHRASED, Kind, LookupQuestion, filing_lookups, tagged_filings
from qa.lookup.asked import asked_of, same_day
from qa.lookup.features import FEATURES, Features, Found, found_in
from qa.lookup.model import FILE, log_odds, probabilities, ranked_values
from qa.lookup.rows import filing_of
from retrieval.document import Document
from retrieval.files import write_atomically
from retrieval.query import parse_query

PER_FILING: dict[Kind, int] = {"whole": 60, "parts": 30, "fiscal": 20}  # questions of each kind
L2 = 1e-3
PRECISION = 0.95  # that the threshold is to reach on the training companies
DERIVED = 0.1  # of the questions ask for what no cell holds
_DERIVED = (
    "What was the growth of {}",
    "What was the percentage change of {}",
    "What was the average {}",
    "What was the ratio of total assets to {}",
    "What drove the change in {}",
    "What was the margin on {}",
    "What was the share of the largest customer in {}",
)
FOLDS = 5


@dataclass(frozen=True)
class Case:
    """One question of a filing.

    Attributes:
        features: of the numbers found, [n, features].
        right: which of them are right, [n] of 0 and 1.
        values: the magnitude of each.
        derived: whether it asks for what no cell holds.
    """

    features: Features
    right: Features
    values: tuple[Decimal, ...]
    derived: bool


def cases_of(document: Document, *, seed: int) -> list[Case]:
    """What some questions on a filing find in it, and which of it is right."""
    rng = random.Random(f"{seed} {document.id}")
    filing = filing_of(document.id, document.identity, document.pages)
    questions: list[LookupQuestion] = []
    for kind, count in PER_FILING.items():
        paraphrased = 0.0 if kind == "parts" else PARAPHRASED
        every = list(filing_lookups(document, seed=seed, paraphrased=paraphrased, kind=kind))
        questions += rng.sample(every, min(count, len(every)))
    cases = []
    for question in questions:
        text, derived = question.question, rng.random() < DERIVED
        if derived:
            text = rng.choice(_DERIVED).format(text.removeprefix("What was "))
        found = found_in([filing], asked_of(parse_query(text, [document.identity])))
        if found:
            right = np.array([float(not derived and is_right(number, question)) for number in found])
            features = np.array([number.features for number in found])
            cases.append(Case(features, right, tuple(abs(number.figure.value) for number in found), derived))
    return cases


def is_right(number: Found, question: LookupQuestion) -> bool:
    """Whether a number has the digits asked for, and their period where the table says of which it is."""
    period = number.figure.cell.period
    near = period is None or same_day(period.end, question.period.end)
    return question.value is not None and near and _digits(number.figure.value) == _digits(question.value)


def _digits(value: Decimal) -> tuple[int, ...]:
    return value.normalize().as_tuple().digits


def fit(cases: Sequence[Case]) -> Features:
    """The weights that make the right numbers, or "no answer" where none is right, most likely."""

    def loss(weights: Features) -> tuple[float, Features]:
        total, gradient = L2 * float(weights @ weights) * len(cases), 2 * L2 * weights * len(cases)
        for case in cases:
            features, right = case.features, case.right
            scores = features @ weights
            top = max(0.0, float(scores.max()))
            each, none = np.exp(scores - top), np.exp(-top)
            whole = none + each.sum()
            kept = float(each @ right)
            wanted, share = (kept, each * right / kept) if right.any() else (none, 0 * each)
            total -= float(np.log(max(wanted, 1e-300) / whole))
            gradient -= features.T @ (share - each / whole)
        return total, gradient

    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    weights: Features = found.x
    return weights


def left_out(groups: Sequence[Sequence[Case]]) -> list[tuple[float, float, bool]]:
    """For each question the probability of its likeliest value, whether that is right, and whether it asks for what
    no cell holds; each filing by weights that were fitted without it.
    """
    found = []
    for fold in range(FOLDS):
        weights = fit([case for i, group in enumerate(groups) if i % FOLDS != fold for case in group])
        for case in (case for group in groups[fold::FOLDS] for case in group):
            places, chance = ranked_values(probabilities(case.features, weights), case.values)[0]
            found.append((chance, float(case.right[places].any()), case.derived))
    return found


def threshold_for(found: Sequence[tuple[float, float, bool]]) -> float:
    """The least probability from which `PRECISION` of the values are right."""
    ordered = sorted(found, reverse=True)
    precision = np.cumsum([right for _, right, _ in ordered]) / np.arange(1, len(ordered) + 1)
    return ordered[int(np.flatnonzero(precision >= PRECISION).max(initial=0))][0]


def main(seed: Annotated[int, typer.Option(help="Of the questions.")] = 1, out: Path = FILE) -> None:
    """Fit the model and write it."""
    groups = [cases_of(document, seed=seed) for document in tagged_filings(evaluation=False)]
    weights = fit([case for group in groups for case in group])
    found = left_out(groups)
    lookups = [(chance, right) for chance, right, derived in found if not derived]
    slope, intercept = fit_logistic([log_odds(chance) for chance, _ in lookups], [right for _, right in lookups])
    record = {
        "weights": {name: round(float(weight), 3) for name, weight in zip(FEATURES, weights, strict=True)},
        "threshold": round(threshold_for(found), 3),
        "slope": round(slope, 3),
        "intercept": round(intercept, 3),
        "questions": sum(map(len, groups)),
        "filings": len(groups),
        "seed": seed,
    }
    write_atomically(out, json.dumps(record, indent=1) + "\n")
    typer.echo(json.dumps(record, indent=1))


if __name__ == "__main__":
    typer.run(main)
