"""Questions on reports of companies that do not exist: for tests and runs that must take seconds and need no data."""

import random
from collections.abc import Iterator

from qa.data.squad_form import Example

COMPANIES = (
    "Aldermoor", "Brackwater", "Corvane", "Dunmere", "Eskfield", "Farrowgate", "Glenhollow", "Hartsmere",
    "Ivorydale", "Juniperfield", "Kestrelby", "Larchmere", "Mossgate", "Northwick", "Oakhaven", "Pennfold",
)  # fmt: skip
_FIGURES = ("revenue", "net income", "operating expenses", "capital expenditures", "long-term debt", "research costs")
_REASONS = ("higher prices", "lower volumes", "a weaker currency", "new stores", "the sale of a plant", "fewer returns")
_QUESTIONS = 12  # a company


def generated_examples(split: str) -> Iterator[Example]:
    """The questions of a split, `train` or `dev`: about different figures and years, of the same companies.

    Raises:
        ValueError: there is no such split.
    """
    if split not in ("train", "dev"):
        raise ValueError(f"no data for generated/{split}; there are train and dev")
    for company in COMPANIES:
        rng = random.Random(f"{split} {company}")
        for number in range(_QUESTIONS):
            yield _example(company, number, split, rng)


def generated_texts(seed: int) -> Iterator[str]:
    """The reports' text, a company at a time, without end."""
    rng = random.Random(seed)
    while True:
        company = rng.choice(COMPANIES)
        yield " ".join(_statement(company, rng.choice(_FIGURES), rng)[0] for _ in range(40))


def _example(company: str, number: int, split: str, rng: random.Random) -> Example:
    told = [_statement(company, figure, rng) for figure in rng.sample(_FIGURES, 3)]
    text, figure, year, amount, reason = rng.choice(told)
    context = " ".join(each[0] for each in told)
    asked, answer = rng.choice(
        [
            (f"What was {company}'s {figure} in {year}?", amount),
            (f"Why did {company}'s {figure} change in {year}?", reason),
        ]
    )
    start = context.index(text) + text.index(answer)
    return Example(f"{split}-{company}-{number}", company, asked, context, (answer,), (start,), f"generated/{split}")


def _statement(company: str, figure: str, rng: random.Random) -> tuple[str, str, int, str, str]:
    """The sentence, and of what it tells: figure, year, amount and reason."""
    year, reason = rng.randint(2010, 2024), rng.choice(_REASONS)
    amount = f"${rng.randint(10, 9999) / 10:,.1f} million"
    return f"{company} reported {figure} of {amount} in {year} because of {reason}.", figure, year, amount, reason
