"""From logits to a span, or to no answer.

Task: write `best_span(start_logits, end_logits, offsets, null_index, max_tokens)`: the characters (start, end) of the
best span of one window, or `None` for "not found". A span's score is the start logit of its first token plus the end
logit of its last; it has at most `max_tokens` tokens, all of the context, whose `offsets` are not `None`. "Not found"
has the score of both logits at `null_index`, and wins where no span has as much. A system that must answer invents;
one that may decline does not.

Hypothesis: taking the token with the best start logit and the one with the best end logit gives something else than
the best span in ___ % of windows, because ___. (The windows are simulated: 40 tokens, 30 of them context, a true span
of 1 to 8 tokens whose logits stand out by twice the noise.)

Reading: `research/guide/1-a-question-read.md`, sections 3 to 5; `qa/decoding.py`.

Size: fifteen lines; the check takes a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import numpy.typing as npt

from experiments.exercises.finding import Measured, Said, same
from experiments.exercises.prediction import Number
from qa.decoding import best_spans

ASKED = Number("per cent of windows", within=5.0)
Floats = npt.NDArray[np.float32]
Place = tuple[int, int]
LONGEST = 8  # tokens of a span
_QUESTION = 9  # tokens before the context, [CLS] the first of them
_CONTEXT = 30
_WINDOWS = 1000


def simulated_window(rng: np.random.Generator, noise: float = 1.5) -> tuple[Floats, Floats, list[Place | None]]:
    """Start and end logits [40] and the tokens' characters, three each with a space between."""
    tokens = _QUESTION + _CONTEXT + 1
    start, end = (rng.normal(0.0, noise, tokens).astype(np.float32) for _ in range(2))
    length = int(rng.integers(1, LONGEST + 1))
    first = _QUESTION + int(rng.integers(_CONTEXT - length + 1))
    start[first] += 2 * noise
    end[first + length - 1] += 2 * noise
    inside: list[Place | None] = [(4 * i, 4 * i + 3) for i in range(_CONTEXT)]
    return start, end, [*([None] * _QUESTION), *inside, None]


def expected(start: Floats, end: Floats, offsets: list[Place | None], null_index: int, longest: int) -> Place | None:
    """What `best_span` must give."""
    found = best_spans(start, end, offsets, n_best=1, max_answer_tokens=longest)
    null = float(start[null_index] + end[null_index])
    return (found[0].start, found[0].end) if found and found[0].score >= null else None


def check(yours: ModuleType) -> Iterator[Said]:
    """Tries cases that go wrong easily, then many windows."""
    for case, start, end, offsets, longest in _cases():
        found = yours.best_span(start, end, offsets, 0, longest)
        yield same(case, _plain(found), expected(start, end, offsets, 0, longest))
    rng = np.random.default_rng(3)
    right = apart = 0
    for _ in range(_WINDOWS):
        start, end, offsets = simulated_window(rng)
        right += _plain(yours.best_span(start, end, offsets, 0, LONGEST)) == expected(start, end, offsets, 0, LONGEST)
        apart += _each_alone(start, end, offsets) != expected(*_without_null(start, end), offsets, 0, LONGEST)
    yield same(f"right of {_WINDOWS} windows", right, _WINDOWS)
    yield Measured(100 * apart / _WINDOWS, "per cent of windows in which each best logit alone gives something else")


def _plain(found: Place | None) -> Place | None:
    return None if found is None else (int(found[0]), int(found[1]))


def _each_alone(start: Floats, end: Floats, offsets: list[Place | None]) -> Place | None:
    """From the context token of the best start logit to that of the best end logit, wherever that is."""
    inside = [i for i, place in enumerate(offsets) if place is not None]
    first, last = (offsets[max(inside, key=lambda i: logits[i])] for logits in (start, end))
    return (first[0], last[1]) if first and last else None


def _without_null(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    start, end = start.copy(), end.copy()
    start[0] = end[0] = -100.0
    return start, end


def _cases() -> Iterator[tuple[str, Floats, Floats, list[Place | None], int]]:
    """Name, start and end logits, offsets, and the tokens of a span at most; the null position is the first."""
    places: list[Place | None] = [None, None, (0, 3), (4, 9), (9, 10), (11, 15), None]

    def logits(**at: float) -> Floats:
        return np.array([at.get(f"t{i}", -5.0) for i in range(len(places))], dtype=np.float32)

    yield "a plain answer", logits(t3=4), logits(t4=3), places, 30
    yield "an answer of one token", logits(t5=4), logits(t5=3), places, 30
    yield "an end before its start", logits(t5=4, t2=1), logits(t3=4, t5=-1), places, 30
    yield "a better start in the question", logits(t1=9, t3=2), logits(t4=3, t6=9), places, 30
    yield "a span that is too long", logits(t2=4, t4=3), logits(t5=4), places, 2
    yield "no answer", logits(t0=5, t3=4), logits(t0=5, t4=4), places, 30
    yield "no answer has as much", logits(t0=4, t3=4), logits(t0=4, t4=4), places, 30
    yield "all below zero", logits(t0=-9, t3=-4), logits(t0=-9, t4=-3), places, 30
    yield "no context", logits(t0=-9), logits(t0=-9), [None] * len(places), 30
