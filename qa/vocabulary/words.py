"""Words in a tokenizer: common ones that it splits, added whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qa.vocabulary.changed import Changed, copied, pieces_of, rebuilt

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_WORD = re.compile(r"[a-z]{2,}")


def split_words(tokenizer: PreTrainedTokenizerBase, texts: Iterable[str], count: int) -> list[str]:
    """The words that most texts have, in small letters, and that the tokenizer splits; `count` of them at most.

    Texts are counted, as a company's name fills its own filing.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_WORD.findall(text.lower())))
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    pieces = pieces_of(tokenizer, ordered)
    return [word for word, ids in zip(ordered, pieces, strict=True) if len(ids) > 1][:count]


def with_words(tokenizer: PreTrainedTokenizerBase, words: Sequence[str]) -> Changed:
    """The tokenizer with these words as whole tokens, each with the mean of its pieces as embedding."""
    from tokenizers import AddedToken

    changed = rebuilt(copied(tokenizer), tokenizer)
    changed.add_tokens([AddedToken(word, single_word=True, normalized=True) for word in words])
    ids = [changed.convert_tokens_to_ids(word) for word in words]
    return Changed(changed, dict(zip(ids, pieces_of(tokenizer, words), strict=True)))
