"""From start and end logits to answer spans.

A span's score is the sum of its start and its end logit (Devlin et al., 2019); the score of "no
answer" is that sum at the null position. One softmax over every candidate of every window of every
passage, with the null candidate, makes scores comparable across documents (the shared normalisation
of Clark and Gardner, 2018); a softmax per window, as most toolkits do, does not.

Of a context's spans the one that is given is not the likeliest but the one with the highest expected token F1: where
several long answers share most of their words, a short one that none of them confirms need not win (minimum Bayes risk
decoding; Kumar and Byrne, 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.metrics.normalise import normalise_answer

TEMPERATURE = 0.5  # of the spans' probabilities in the expected F1, chosen on the groups that calibrate the reader
AGREEING = 20  # spans that have a say in it

Floats = npt.NDArray[np.float32]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Characters [start, end) of one context and their logits."""

    start: int
    end: int
    start_logit: float
    end_logit: float

    @property
    def score(self) -> float:
        """Start logit plus end logit."""
        return self.start_logit + self.end_logit


def best_spans(
    start_logits: Floats,
    end_logits: Floats,
    offsets: Sequence[Place | None],
    *,
    n_best: int,
    max_answer_tokens: int,
) -> list[Candidate]:
    """The best spans of one window, best first.

    Args:
        start_logits: [tokens].
        end_logits: [tokens].
        offsets: each token's characters in the context; `None` where it is not context.
        n_best: how many at most.
        max_answer_tokens: length of a span at most.
    """
    tokens = np.array([i for i, place in enumerate(offsets) if place is not None], dtype=np.int64)
    if not len(tokens):
        return []
    starts, ends = start_logits[tokens], end_logits[tokens]
    # widths[w, i]: score of the span from token i over w + 1 tokens
    width = min(max_answer_tokens, len(tokens))
    scores = np.full((width, len(tokens)), -np.inf, dtype=np.float32)
    for w in range(width):
        scores[w, : len(tokens) - w] = starts[: len(tokens) - w] + ends[w:]
    flat = scores.ravel()
    possible = int(np.isfinite(flat).sum())
    count = min(4 * n_best, possible)
    while True:
        found = _distinct(flat, count, len(tokens), tokens, offsets, starts, ends)
        if len(found) >= n_best or count == possible:
            return found[:n_best]
        count = min(4 * count, possible)  # several tokens of one character gave the same span


def _distinct(
    flat: Floats,
    count: int,
    columns: int,
    tokens: npt.NDArray[np.int64],
    offsets: Sequence[Place | None],
    starts: Floats,
    ends: Floats,
) -> list[Candidate]:
    """The distinct spans among the `count` best token pairs, best first; `flat` is [widths * columns]."""
    top = np.argpartition(-flat, count - 1)[:count]
    top = top[np.lexsort((top, -flat[top]))]
    found: dict[Place, Candidate] = {}
    for w, i in zip(*np.divmod(top, columns), strict=True):
        first, last = offsets[tokens[i]], offsets[tokens[i + w]]
        if first is not None and last is not None and (first[0], last[1]) not in found:
            found[first[0], last[1]] = Candidate(first[0], last[1], float(starts[i]), float(ends[i + w]))
    return list(found.values())


def admissible_spans(
    start_logits: Floats, end_logits: Floats, offsets: Sequence[Place | None], allowed: Sequence[Place]
) -> list[Candidate]:
    """The spans of `allowed` (characters of the context) that lie whole in one window, best first."""
    starts = {place[0]: i for i, place in reversed(list(enumerate(offsets))) if place is not None}
    ends = {place[1]: i for i, place in enumerate(offsets) if place is not None}
    found = [
        Candidate(start, end, float(start_logits[starts[start]]), float(end_logits[ends[end]]))
        for start, end in allowed
        if start in starts and end in ends
    ]
    return sorted(found, key=lambda c: -c.score)


def merge_windows(windows: Sequence[Sequence[Candidate]], n_best: int) -> list[Candidate]:
    """The best spans of one context over its windows; a span that several windows hold counts once, at its best."""
    best: dict[Place, Candidate] = {}
    for candidate in (c for window in windows for c in window):
        place = (candidate.start, candidate.end)
        if place not in best or candidate.score > best[place].score:
            best[place] = candidate
    return sorted(best.values(), key=lambda c: (-c.score, c.start, c.end))[:n_best]


def agreed(candidates: Sequence[Candidate], context: str) -> int:
    """Which candidate of one context has the highest token F1 with all of them, each counted by its probability.

    Args:
        candidates: best first; one at least.
        context: that they are characters of.
    """
    heard = candidates[:AGREEING]
    scores = np.array([candidate.score for candidate in heard], dtype=np.float64)
    weights = np.exp((scores - scores.max()) / TEMPERATURE)
    return int(np.argmax(_token_f1s([context[c.start : c.end] for c in heard]) @ weights))


def _token_f1s(texts: Sequence[str]) -> npt.NDArray[np.float64]:
    """`token_f1` of each text with each, [texts, texts]."""
    split = [normalise_answer(text).split() for text in texts]
    column = {token: i for i, token in enumerate(dict.fromkeys(token for tokens in split for token in tokens))}
    counts = np.zeros((len(texts), len(column)))
    for row, tokens in zip(counts, split, strict=True):
        for token in tokens:
            row[column[token]] += 1
    shared = np.minimum(counts[:, None], counts[None]).sum(axis=2)
    lengths = counts.sum(axis=1)
    both: npt.NDArray[np.float64] = lengths[:, None] + lengths[None]
    return np.where(both > 0, 2 * shared / np.maximum(both, 1), 1.0)


def probabilities(scores: Sequence[float], null_score: float | None) -> list[float]:
    """Softmax over all candidates of a question, "no answer" among them where `null_score` is given."""
    if not scores:
        return []
    values = np.array([*scores, *([] if null_score is None else [null_score])], dtype=np.float64)
    weights = np.exp(values - values.max())
    return [float(w) for w in weights[: len(scores)] / weights.sum()]
