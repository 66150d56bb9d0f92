"""How many of the encoder's tokens a text has."""

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
