"""When an answer counts as right.

Task: write the scores that every figure of this project rests on, as SQuAD defines them. `normalise(text)` gives the
text in lower case, without punctuation (`string.punctuation`), then without the articles a, an, the, then with single
spaces. `exact_match(prediction, gold)` is 1.0 or 0.0. `token_f1(prediction, gold)` is the harmonic mean of the shares
of tokens in common, where a token that both have twice counts twice; where either has no tokens, it is 1.0 if both
have none, else 0.0.

Hypothesis: by exact match, `$1.2 million` is ___ (right or wrong) where `$12 million` is the answer, because ___.

Reading: `research/guide/1-a-question-read.md`, section 7; `financeqa literature show rajpurkar-2016-squad`.

Size: fifteen lines; the check takes a second.
"""

from collections.abc import Iterator
from types import ModuleType

from experiments.exercises.finding import Measured, Said, near, same
from experiments.exercises.prediction import Choice
from qa.metrics.normalise import exact_match, normalise_answer, token_f1

ASKED = Choice("what exact match says of $1.2 million for $12 million", among=("right", "wrong"))
_TEXTS = ("The freight, and  Wages", "theatre and an ant", "A", "$1,577 million", "the-company's\tanswer", "")
_PAIRS = (
    ("freight and wages", "The freight, and wages."),
    ("freight and wages", "freight and wages cost more"),
    ("cost cost cost", "cost more"),
    ("a lamp of the plant", "plant"),
    ("revenue", "net income"),
    ("", "revenue"),
    ("revenue", ""),
    ("", ""),
    ("the", "an"),
)


def check(yours: ModuleType) -> Iterator[Said]:
    """Holds texts and pairs against the project's own scores."""
    for text in _TEXTS:
        yield same(f"normalise {text!r}", yours.normalise(text), normalise_answer(text))
    for prediction, gold in _PAIRS:
        pair = f"{prediction!r} for {gold!r}"
        yield near(
            f"exact match of {pair}", yours.exact_match(prediction, gold), exact_match(prediction, gold), within=0
        )
        yield near(f"F1 of {pair}", yours.token_f1(prediction, gold), token_f1(prediction, gold), within=1e-9)
    right = exact_match("$1.2 million", "$12 million")
    yield Measured("right" if right else "wrong", "exact match of $1.2 million for $12 million")
