"""The reader as a judge of passages: what it can answer from is what was looked for."""

from __future__ import annotations

from collections.abc import Sequence

from qa.reader import Reader
from retrieval.passage import Passage
from retrieval.precision import fast_products
from retrieval.ranking import Judge

# chosen on the companies that calibrate the reader (experiments.inventions.sentence_alone)
WEIGHT = 0.03  # of a margin, against a search score of at most 1
LARGEST = 10.0  # margin; more says no more


def judged(score: float, margin: float) -> float:
    """The score that search gave a passage with what the reader's best margin in it says."""
    return score + WEIGHT * min(margin, LARGEST)


def reader_judge(reader: Reader) -> Judge:
    """Adds to a passage's score the margin by which the reader's best answer in it beats "no answer"."""

    def judge(question: str, passages: Sequence[Passage]) -> list[float]:
        # a ranking does not need the last digits, which cost half the speed
        with fast_products():
            spans = reader.read_each([question] * len(passages), [passage.text for passage in passages])
        return [judged(0.0, span.margin) if span else 0.0 for span in spans]

    return judge
