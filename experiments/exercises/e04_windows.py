"""Windows over a long filing, in which no answer is lost.

Task: a filing is longer than what the encoder reads, so it is cut into windows that overlap. Write `windows(tokens,
size, stride)`: first and one past the last token of each window, in order. A window has at most `size` tokens,
neighbours share `stride` of them, the first begins at 0, every token is in one, and there is none that adds nothing.
A text without tokens has one empty window: its question still gets an answer, "not found". Raise `ValueError` where
the stride leaves a window nothing of its own.

Hypothesis: with windows of 32 tokens that share 8, the longest answer that is whole in some window wherever it stands
has ___ tokens, because ___.

Reading: `research/guide/1-a-question-read.md`, section 2; `qa/features.py`, which lets the tokenizer cut.

Size: ten lines; the check takes a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from types import ModuleType

from experiments.exercises.e01_offsets import tokenizer
from experiments.exercises.finding import Finding, Measured, Said, refuses, same
from experiments.exercises.prediction import Number

ASKED = Number("tokens of the longest answer that is never lost", within=0)
Window = tuple[int, int]
Windows = Callable[[int, int, int], Sequence[Window]]
_SIZE, _STRIDE, _TOKENS = 32, 8, 400
_REFUSED = ((10, 4, 4), (10, 4, 5), (3, 4, 4))


def check(yours: ModuleType) -> Iterator[Said]:
    """Tries the windows of every small text by what must be true of them, then a long one beside the tokenizer's."""
    yield same("a text that fits", _plain(yours.windows(10, 32, 8)), [(0, 10)])
    yield same("a text that just fits", _plain(yours.windows(32, 32, 8)), [(0, 32)])
    yield same("a token more", _plain(yours.windows(33, 32, 8)), [(0, 32), (24, 33)])
    yield same("no tokens", _plain(yours.windows(0, 32, 8)), [(0, 0)])
    for given in _REFUSED:
        yield refuses("{} tokens in windows of {} that share {}".format(*given), partial(yours.windows, *given))
    yield _all_small(yours.windows)
    yield same(
        f"{_TOKENS} tokens as the tokenizer cuts them", _plain(yours.windows(_TOKENS, _SIZE, _STRIDE)), _by_tokenizer()
    )
    yield Measured(_never_lost(yours.windows), "tokens of the longest answer that is never lost")


def _all_small(windows: Windows) -> Finding:
    """Every text of up to 40 tokens, in windows of up to 9."""
    count = 0
    for tokens in range(1, 41):
        for size in range(1, 10):
            for stride in range(size):
                found = _plain(windows(tokens, size, stride))
                fault = _fault(found, tokens, size, stride)
                if fault:
                    return Finding(False, f"{tokens} tokens, windows of {size}, stride {stride}: {fault}: {found}")
                count += 1
    return Finding(True, f"{count} small texts: nothing lost, nothing twice too often")


def _fault(found: list[Window], tokens: int, size: int, stride: int) -> str:
    """What is wrong with windows, if anything."""
    if not found or found[0][0] != 0 or found[-1][1] != tokens:
        return "the text's first or last token is in none"
    if any(not 0 < end - start <= size for start, end in found):
        return "a window is too long or empty"
    for (_, end), (start, further) in pairwise(found):
        if end - start != stride:
            return "neighbours do not share the stride"
        if further <= end:
            return "a window adds nothing"
    return ""


def _never_lost(windows: Windows) -> int:
    """The longest answer that is whole in some window at every place of a long text."""
    found = windows(_TOKENS, _SIZE, _STRIDE)
    length = 0
    while all(any(start <= at and at + length + 1 <= end for start, end in found) for at in range(_TOKENS - length)):
        length += 1
    return length


def _by_tokenizer() -> list[Window]:
    """The windows that the tokenizer cuts, whose words are a token each."""
    cut = tokenizer()
    cut.enable_truncation(_SIZE, stride=_STRIDE)
    first = cut.encode(" ".join(["revenue"] * _TOKENS), add_special_tokens=False)
    width = len("revenue ")
    return [(each.offsets[0][0] // width, each.offsets[-1][0] // width + 1) for each in (first, *first.overflowing)]


def _plain(found: Sequence[Window]) -> list[Window]:
    return [(int(start), int(end)) for start, end in found]
