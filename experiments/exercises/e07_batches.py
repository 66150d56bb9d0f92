"""Batches of like length.

Task: a batch is padded to its longest window, and padding costs as much as text. Write `batches(lengths, batch_size,
seed)`: the places of the windows, each once, in batches of `batch_size` of which one may be smaller. Windows of like
length share a batch, so that little is padded; yet the batches come in an order that the seed alone decides and that
has nothing to do with their length, since a reader that sees the short ones first learns something else.

Hypothesis: for the lengths below, batches of like length save ___ % of all tokens that shuffled batches of 16
compute, because ___. (400 windows of 24 to 256 tokens, half of them below 80.)

Reading: `qa/training/batches.py`, `LengthBatches`.

Size: ten lines; the check takes a second.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from statistics import correlation, mean
from types import ModuleType

from experiments.exercises.finding import Finding, Measured, Said
from experiments.exercises.prediction import Number
from qa.training.batches import LengthBatches

ASKED = Number("per cent of the tokens", within=5.0)
SIZE = 16  # windows a batch
_SEEDS = range(20)
Batches = Sequence[Sequence[int]]


def lengths(count: int = 400, seed: int = 0) -> list[int]:
    """Windows as filings give them: many short ones, few of full length."""
    rng = random.Random(seed)
    return [min(256, max(24, round(rng.lognormvariate(4.4, 0.6)))) for _ in range(count)]


def computed(batches: Batches, of: Sequence[int]) -> int:
    """Tokens that are computed, padding included."""
    return sum(len(batch) * max(of[i] for i in batch) for batch in batches)


def check(yours: ModuleType) -> Iterator[Said]:
    """Looks for windows that are lost, for padding, and for an order that depends on length."""
    of = lengths()
    made = [_plain(yours.batches(of, SIZE, seed)) for seed in _SEEDS]
    for case, some, size in (
        ("400 windows", of, SIZE),
        ("one left over", of[:49], SIZE),
        ("few", of[:5], 8),
        ("none", [], 8),
    ):
        yield _whole(case, _plain(yours.batches(some, size, 1)), len(some), size)
    yield Finding(_plain(yours.batches(of, SIZE, 3)) == made[3], "the same batches from the same seed")
    yield Finding(len({str(each) for each in made}) == len(made), "other batches, or another order, from another seed")
    ours = mean(computed(list(LengthBatches(of, batch_size=SIZE, epochs=1, seed=seed)), of) for seed in _SEEDS)
    theirs = mean(computed(each, of) for each in made)
    yield Finding(theirs <= 1.05 * ours, f"{theirs:.0f} tokens computed an epoch, those of training here {ours:.0f}")
    trend = mean(_trend(each, of) for each in made)
    yield Finding(
        abs(trend) < 0.2, f"the place of a batch and its length correlate by {trend:.2f} over {len(made)} seeds"
    )
    shuffled = mean(computed(_shuffled(len(of), seed), of) for seed in _SEEDS)
    yield Measured(100 * (1 - ours / shuffled), "per cent of the tokens that batches of like length save")


def _whole(case: str, batches: list[list[int]], count: int, size: int) -> Finding:
    """Whether each window is in one batch, and all batches but one are full."""
    once = sorted(i for batch in batches for i in batch) == list(range(count))
    full = len(batches) == -(-count // size) and all(0 < len(batch) <= size for batch in batches)
    fault = (
        "" if once and full else ": " + ("a batch has the wrong size" if once else "a window is lost or comes twice")
    )
    return Finding(once and full, f"{case}, {size} a batch: {len(batches)} batches{fault}")


def _trend(batches: Batches, of: Sequence[int]) -> float:
    """How the place of a batch and the mean length of its windows correlate."""
    sizes = [mean(of[i] for i in batch) for batch in batches]
    return correlation(range(len(sizes)), sizes) if len(set(sizes)) > 1 else 0.0


def _shuffled(count: int, seed: int) -> list[list[int]]:
    order = random.Random(seed).sample(range(count), count)
    return [order[i : i + SIZE] for i in range(0, count, SIZE)]


def _plain(batches: Batches) -> list[list[int]]:
    return [[int(i) for i in batch] for batch in batches]
