"""The encoder's tokens of a text: how many, and which."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from retrieval.bundled import bundled_encoder

WINDOW = 256  # what the encoder was trained to read
SPECIAL = 2  # [CLS] and [SEP]


@lru_cache(maxsize=1)
def _tokenizer() -> Any:  # noqa: ANN401 (tokenizers is untyped)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(bundled_encoder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Tokens of each text, special ones left out."""
    return [len(encoding.ids) for encoding in _tokenizer().encode_batch_fast(list(texts), add_special_tokens=False)]


def encoder_inputs(texts: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """Token and type ids of each text as the encoder reads it, special tokens included, cut after `WINDOW`."""
    tokenizer = _tokenizer()
    windows = []
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        encoding.truncate(WINDOW - SPECIAL)
        windows.append(tokenizer.post_process(encoding))
    return [(window.ids, window.type_ids) for window in windows]
