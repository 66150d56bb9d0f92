"""A passage is read twice: whole, and then the sentence of its answer alone.

Among a passage's other sentences a reader is drawn to the word that answers most often, and its margin over "no answer"
is small. Of the sentence alone it gives the clause that answers, as it does of the short contexts that it learned from;
that a sentence is mostly all that a question needs is what Min et al. (2018, arXiv 1805.08092) found. Both readings have
a say in which span of the sentence answers and in how likely it does: without its surroundings a reader believes too
much of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.decoding import Candidate, agreed
from qa.reader import Reader, Span, span_of
from retrieval.sentences import sentence_spans

# both chosen on the companies that calibrate the reader (experiments.inventions.sentence_alone)
CLOSER = 2 / 3  # of the say has the sentence alone
WORTH = -5.0  # margin of the whole passage's answer below which no second reading makes one of it


def read_closely(reader: Reader, question: str, text: str) -> list[Span]:
    """The spans of a passage of prose, the one to give first, which lies in the sentence that was read alone.

    Args:
        reader: reads both times.
        question: any text.
        text: the passage.
    """
    spans = reader.read(question, [text])
    if not spans or spans[0].margin < WORTH:
        return spans
    first = spans[0]
    touched = [(a, b) for a, b in sentence_spans(text) if a < first.end and first.start < b]
    start, end = touched[0][0], touched[-1][1]
    inside = [span for span in spans if start <= span.start and span.end <= end]
    closer = reader.read(question, [text[start:end]])
    both = sorted(_of_both(inside, closer, start), key=lambda candidate: -candidate.score)
    chosen, null = agreed(both, text), _mixed(first.null_score, closer[0].null_score)
    found = [span_of(text, 0, c, null, first.probability, agreed=i == chosen) for i, c in enumerate(both)]
    return [*sorted(found, key=lambda span: not span.agreed), *(span for span in spans if span not in inside)]


def _of_both(whole: Sequence[Span], closer: Sequence[Span], start: int) -> Iterator[Candidate]:
    """The spans of either reading with both readings' logits; one that a reading lacks has there those of its last.

    Args:
        whole: spans of the passage, inside the sentence.
        closer: those of the sentence.
        start: its first character in the passage.
    """
    in_whole = {(span.start, span.end): span for span in whole}
    in_closer = {(span.start + start, span.end + start): span for span in closer}
    lasts = [min(spans, key=lambda span: span.score) for spans in (whole, closer)]
    for place in in_whole | in_closer:
        one, other = in_whole.get(place, lasts[0]), in_closer.get(place, lasts[1])
        yield Candidate(*place, _mixed(one.start_logit, other.start_logit), _mixed(one.end_logit, other.end_logit))


def _mixed(whole: float, closer: float) -> float:
    return (1 - CLOSER) * whole + CLOSER * closer
