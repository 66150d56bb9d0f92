"""From a question and a context to the windows that the encoder reads, and back to characters.

A context longer than the encoder's input is cut into overlapping windows, each one
`[CLS] question [SEP] piece of context [SEP]` (order and special tokens as the tokenizer has them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerBase

MAX_QUESTION_TOKENS = 64
_KEPT_AS = {"input_ids": "ids", "token_type_ids": "type_ids", "attention_mask": "attention_mask"}


class WindowTokenizer(Protocol):
    """What cutting windows needs of a tokenizer; all fast ones of `transformers` have it."""

    is_fast: bool
    model_max_length: int
    cls_token_id: int | None

    @property
    def model_input_names(self) -> Sequence[str]:
        """What the model is given, such as `input_ids`."""

    @property
    def backend_tokenizer(self) -> Tokenizer:
        """The `tokenizers` object that does the work."""


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
    tokenizer: WindowTokenizer,
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
    backend = tokenizer.backend_tokenizer
    special = backend.num_special_tokens_to_add(True)
    room = max_length - max_question_tokens - special
    if room <= stride:
        raise ValueError(
            f"windows of {max_length} tokens leave {room} for the context, not more than the stride of {stride}; "
            "make max_length larger or stride smaller"
        )
    backend.no_truncation()
    backend.no_padding()
    asked = backend.encode_batch(list(questions), add_special_tokens=False)
    read = backend.encode_batch(list(contexts), add_special_tokens=False)
    windows = []
    for pair, (question, context) in enumerate(zip(asked, read, strict=True)):
        question.truncate(max_question_tokens)
        context.truncate(max_length - len(question.ids) - special, stride=stride)
        for piece in (context, *context.overflowing):
            window = backend.post_process(question, piece)
            inputs = {name: list(getattr(window, _KEPT_AS[name])) for name in tokenizer.model_input_names}
            offsets = _context_offsets(window.sequence_ids, piece.offsets, contexts[pair])
            windows.append(Window(pair, inputs, offsets, _null_index(tokenizer.cls_token_id, window.ids)))
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


def whole_words(tokenizer: PreTrainedTokenizerBase, context: str, start: int, end: int) -> tuple[int, int]:
    """The characters [start, end) of a context widened to whole words, as the tokenizer tells words apart."""
    encoded = tokenizer(context, add_special_tokens=False)
    first, last = encoded.char_to_word(start), encoded.char_to_word(end - 1)
    if first is None or last is None:
        return start, end
    left, right = encoded.word_to_chars(first).start, encoded.word_to_chars(last).end
    while left < start and context[left].isspace():
        left += 1
    return min(left, start), max(right, end)


def _context_offsets(
    sequence_ids: Sequence[int | None], of_context: Sequence[tuple[int, int]], context: str
) -> list[tuple[int, int] | None]:
    """Offsets of the context's tokens, without the leading space that some tokenizers count in.

    Args:
        sequence_ids: for each token of the window which text it is of; 1 for the context.
        of_context: offsets of the context's tokens; in the window, some tokenizers would trim them twice.
        context: the text.
    """
    offsets: list[tuple[int, int] | None] = []
    remaining = iter(of_context)
    for sequence in sequence_ids:
        if sequence != 1:
            offsets.append(None)
            continue
        start, end = next(remaining)
        while start < end and context[start].isspace():
            start += 1
        offsets.append((start, end) if start < end else None)
    return offsets


def _null_index(cls: int | None, input_ids: list[int]) -> int:
    """Where `[CLS]` stands: first in BERT's kin, last in XLNet's; 0 where the tokenizer has none."""
    return input_ids.index(cls) if cls in input_ids else 0
