"""From a question and a context to the windows that the encoder reads, and back to characters.

A context longer than the encoder's input is cut into overlapping windows, each one
`[CLS] question [SEP] piece of context [SEP]` (order and special tokens as the tokenizer has them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

MAX_QUESTION_TOKENS = 64


@dataclass(frozen=True)
class Window:
    """One input of the encoder. Lists have one entry a token.

    Attributes:
        pair: which (question, context) pair it belongs to, by position in the call.
        inputs: `input_ids`, `attention_mask` and, where the model has them, `token_type_ids`.
        offsets: start and end character in the context; `None` for tokens that are not context.
        null_index: the position that stands for "no answer" (`[CLS]`).
    """

    pair: int
    inputs: dict[str, list[int]]
    offsets: list[tuple[int, int] | None]
    null_index: int


def encode_windows(
    tokenizer: PreTrainedTokenizerBase,
    questions: Sequence[str],
    contexts: Sequence[str],
    *,
    max_length: int,
    stride: int,
    max_question_tokens: int = MAX_QUESTION_TOKENS,
) -> list[Window]:
    """The windows of each pair, in order; every token of every context is in at least one.

    Args:
        tokenizer: a fast tokenizer.
        questions: one question a pair; tokens beyond `max_question_tokens` are cut off.
        contexts: one context a pair; an empty one has one window without context tokens.
        max_length: tokens in a window, question and special tokens included.
        stride: context tokens that neighbouring windows share.
        max_question_tokens: the longest question.

    Raises:
        ValueError: the tokenizer is not a fast one, or the question leaves no room for the context.
    """
    if not tokenizer.is_fast:
        raise ValueError(f"{type(tokenizer).__name__} gives no character offsets; load the fast tokenizer")
    questions = [_shorten(tokenizer, question, max_question_tokens) for question in questions]
    room = max_length - max_question_tokens - tokenizer.num_special_tokens_to_add(pair=True)
    if room <= stride:
        raise ValueError(
            f"windows of {max_length} tokens leave {room} for the context, not more than the stride of {stride}; "
            "make max_length larger or stride smaller"
        )
    encoded = tokenizer(
        list(questions),
        list(contexts),
        truncation="only_second",
        max_length=max_length,
        stride=stride,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    names = [name for name in tokenizer.model_input_names if name in encoded]
    windows = []
    for row, pair in enumerate(encoded["overflow_to_sample_mapping"]):
        inputs = {name: list(encoded[name][row]) for name in names}
        windows.append(
            Window(
                pair=pair,
                inputs=inputs,
                offsets=_context_offsets(encoded, row, contexts[pair]),
                null_index=_null_index(tokenizer, inputs["input_ids"]),
            )
        )
    return windows


def label_positions(window: Window, start: int, end: int) -> tuple[int, int] | None:
    """First and last token of the context characters [start, end); `None` if the window lacks any of them."""
    inside = [i for i, span in enumerate(window.offsets) if span is not None and span[0] < end and start < span[1]]
    if not inside:
        return None
    first, last = window.offsets[inside[0]], window.offsets[inside[-1]]
    if first is None or last is None or first[0] > start or last[1] < end:
        return None
    return inside[0], inside[-1]


def _shorten(tokenizer: PreTrainedTokenizerBase, question: str, limit: int) -> str:
    """The question, cut after `limit` tokens."""
    if len(question) <= limit:  # a token holds at least one character
        return question
    offsets = tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    return question if len(offsets) <= limit else question[: offsets[limit - 1][1]]


def _context_offsets(encoded: Any, row: int, context: str) -> list[tuple[int, int] | None]:  # noqa: ANN401
    """Offsets of the context's tokens, without the leading space that some tokenizers count in."""
    offsets: list[tuple[int, int] | None] = []
    for (start, end), sequence in zip(encoded["offset_mapping"][row], encoded.sequence_ids(row), strict=True):
        if sequence != 1:
            offsets.append(None)
            continue
        while start < end and context[start].isspace():
            start += 1
        offsets.append((start, end) if start < end else None)
    return offsets


def _null_index(tokenizer: PreTrainedTokenizerBase, input_ids: list[int]) -> int:
    """Where `[CLS]` stands: first in BERT's kin, last in XLNet's; 0 where the tokenizer has none."""
    return input_ids.index(tokenizer.cls_token_id) if tokenizer.cls_token_id in input_ids else 0
