"""Numbers in a tokenizer: every digit by itself, or one token a number that says its shape."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from qa.vocabulary.changed import Changed, copied, pieces_of, rebuilt

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_PLAIN = ["0" * digits for digits in range(1, 7)]
_GROUPED = [f"{10**power:,}".replace("1", "0") for power in range(3, 12)]
SHAPES = tuple(whole + decimals for whole in _PLAIN + _GROUPED for decimals in ("", ".0", ".00", ".000"))


def digits_apart(tokenizer: PreTrainedTokenizerBase) -> Changed:
    """The tokenizer with every digit a token of its own, so that 1234 begins like 1235 and unlike 123.

    No token is new: the vocabulary has the ten digits.
    """
    from tokenizers.pre_tokenizers import Digits, Sequence

    backend = copied(tokenizer)
    backend.pre_tokenizer = Sequence([backend.pre_tokenizer, Digits(individual_digits=True)])
    return Changed(rebuilt(backend, tokenizer))


def numbers_as_slots(tokenizer: PreTrainedTokenizerBase) -> Changed:
    """The tokenizer with one token a number, which says magnitude and shape and forgets the digits (Loukas et al.,
    2022, "FiNER", call it SEC-BERT-shape): 1,234.5 is `0,000.0`, and so are all numbers that are written like it.

    A number of a shape beyond `SHAPES` falls into parts. Every digit is replaced by a zero, character by character:
    where the library replaces a string by a longer one, all of it points at the string's last character, and the answer
    would lose its first digits. A shape's embedding is the mean of the tokens of 1,111.1, 2,222.2 and so on.
    """
    from tokenizers import AddedToken, Regex
    from tokenizers.normalizers import Replace, Sequence

    backend = copied(tokenizer)
    backend.normalizer = Sequence([backend.normalizer, Replace(Regex(r"\d"), "0")])
    changed = rebuilt(backend, tokenizer)
    changed.add_tokens([AddedToken(shape, single_word=True, normalized=True) for shape in SHAPES])
    pieces = {changed.convert_tokens_to_ids(shape): _pieces(tokenizer, shape) for shape in SHAPES}
    return Changed(changed, pieces)


def _pieces(tokenizer: PreTrainedTokenizerBase, shape: str) -> list[int]:
    """The ids of the tokens of ten numbers of a shape, each of one digit."""
    return [id_ for ids in pieces_of(tokenizer, [shape.replace("0", digit) for digit in string.digits]) for id_ in ids]
