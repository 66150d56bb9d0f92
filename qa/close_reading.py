"""A passage is read twice: whole, and then the sentence of its answer alone.

Among a passage's other sentences a reader is drawn to the word that answers most often, and its margin over "no answer"
is small. Of the sentence alone it gives the clause that answers, as it does of the short contexts that it learned from;
that a sentence is mostly all a question needs is what Min et al. (2018, arXiv 1805.08092) found. Both readings have an
equal say in how likely the answer is: of a sentence without its surroundings a reader believes too much.
"""

from __future__ import annotations

from dataclasses import replace

from qa.reader import Reader, Span
from retrieval.sentences import sentence_spans

WORTH = -5.0  # margin of the whole passage's answer below which a second reading would not make one of it


def read_closely(reader: Reader, question: str, text: str) -> list[Span]:
    """The spans of a passage of prose, the one to give first: it is that of its sentence alone, with the mean margin.

    Args:
        reader: reads both times.
        question: any text.
        text: the passage.
    """
    spans = reader.read(question, [text])
    if not spans or spans[0].margin < WORTH:
        return spans
    first, *others = spans
    touched = [(a, b) for a, b in sentence_spans(text) if a < first.end and first.start < b]
    start, end = touched[0][0], touched[-1][1]
    (closer,) = reader.read(question, [text[start:end]], top_k=1)
    return [_of_both(first, closer, start), *others]


def _of_both(first: Span, closer: Span, start: int) -> Span:
    """The closer reading's span, which begins to count at `start`, with the means of both readings' logits."""
    return replace(
        closer,
        start=start + closer.start,
        end=start + closer.end,
        start_logit=(first.start_logit + closer.start_logit) / 2,
        end_logit=(first.end_logit + closer.end_logit) / 2,
        null_score=(first.null_score + closer.null_score) / 2,
        probability=first.probability,
    )
