"""A tokenizer made from another one, and a model fitted to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class Changed:
    """A tokenizer made from another one.

    Attributes:
        tokenizer: the new one.
        pieces: for each token that needs another embedding than its id had, the ids of the old tokens whose mean it is.
    """

    tokenizer: PreTrainedTokenizerBase
    pieces: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def fit(self, model: PreTrainedModel) -> None:
        """Gives a model of the old tokenizer one embedding a token of the new one, in place."""
        import torch

        old = model.get_input_embeddings().weight.detach().clone()
        model.resize_token_embeddings(len(self.tokenizer), mean_resizing=False)
        new = model.get_input_embeddings().weight
        with torch.no_grad():
            for token, pieces in self.pieces.items():
                new[token] = old[list(pieces)].mean(dim=0)


def copied(tokenizer: PreTrainedTokenizerBase) -> Tokenizer:
    """A copy of what a fast tokenizer works with, free of the padding and truncation of its last call."""
    from tokenizers import Tokenizer

    copy = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    copy.no_padding()
    copy.no_truncation()
    return copy


def rebuilt(backend: Tokenizer, like: PreTrainedTokenizerBase) -> PreTrainedTokenizerBase:
    """A tokenizer around `backend` with the special tokens and inputs of another one.

    Its class is the general one: `BertTokenizer` and its kin make normaliser and pre-tokenizer anew when they are
    loaded, and what was changed in them would be lost without a word.
    """
    from transformers import PreTrainedTokenizerFast

    tokenizer: PreTrainedTokenizerBase = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=like.model_max_length,
        model_input_names=like.model_input_names,
        **like.special_tokens_map,
    )
    return tokenizer


def pieces_of(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]) -> list[list[int]]:
    """The ids of each text's tokens; of a text that has none, the unknown token's."""
    encoded: list[list[int]] = tokenizer(list(texts), add_special_tokens=False)["input_ids"] if texts else []
    return [ids or [tokenizer.unk_token_id] for ids in encoded]
