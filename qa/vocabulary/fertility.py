"""Into how many tokens a tokenizer cuts words and numbers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")


@dataclass(frozen=True)
class Fertility:
    """Mean numbers of tokens (Rust et al., 2021, "How Good is Your Tokenizer?"); not a number where there are none.

    Attributes:
        word: of a run of letters.
        number: of a number with its commas and point.
    """

    word: float
    number: float


def fertility(tokenizer: PreTrainedTokenizerBase, texts: Iterable[str]) -> Fertility:
    """The fertility of a fast tokenizer on texts. A token counts for each word or number that it holds a character of."""
    words: list[int] = []
    numbers: list[int] = []
    for text in texts:
        encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        offsets = encoded["offset_mapping"]
        starts, ends = [start for start, _ in offsets], [end for _, end in offsets]
        for pattern, counts in ((_WORD, words), (_NUMBER, numbers)):
            counts += [
                bisect_left(starts, found.end()) - bisect_right(ends, found.start()) for found in pattern.finditer(text)
            ]
    return Fertility(_mean(words), _mean(numbers))


def _mean(counts: list[int]) -> float:
    return sum(counts) / len(counts) if counts else float("nan")
