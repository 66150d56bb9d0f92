"""The steps from a text to an answer, and how they are printed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import BatchEncoding, PreTrainedTokenizerBase

_WIDTH = 120
_NAME = 16  # characters before a value
_SHOWN = 12  # numbers of a tensor


@dataclass(frozen=True)
class Value:
    """Something that a step takes or gives: its name, what is in it, and its shape where it is a tensor."""

    name: str
    text: str
    shape: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Step:
    """One of the three: what it does, and the values it gives."""

    title: str
    told: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Steps:
    """From a text to the answer, which is what transformers' pipeline gives for the same."""

    steps: Sequence[Step]
    answer: list[dict[str, Any]]


def tensor(name: str, values: Tensor) -> Value:
    """A tensor: its shape and the first of its numbers."""
    flat = values.flatten()[:_SHOWN].tolist()
    numbers = " ".join(f"{number:.2f}" if isinstance(number, float) else str(number) for number in flat)
    return Value(name, numbers + (" ..." if values.numel() > _SHOWN else ""), tuple(values.shape))


def tokenised(tokenizer: PreTrainedTokenizerBase, inputs: BatchEncoding) -> list[Value]:
    """What a tokenizer gives for one text, and the tokens that its numbers stand for."""
    names = [name for name in tokenizer.model_input_names if name in inputs]
    tokens = tokenizer.convert_ids_to_tokens(inputs["input_ids"][0])
    return [Value("tokens", " ".join(tokens), (len(tokens),)), *(tensor(name, inputs[name]) for name in names)]


def printed(steps: Steps) -> Iterator[str]:
    """The steps, a line or more a value, and the answer."""
    for number, step in enumerate(steps.steps, start=1):
        yield f"\n{number}  {step.title}"
        yield from textwrap.wrap(step.told, _WIDTH, initial_indent="   ", subsequent_indent="   ")
        for value in step.values:
            shape = "" if value.shape is None else f"[{', '.join(map(str, value.shape))}] "
            head = f"   {value.name:{_NAME}} "
            yield from textwrap.wrap(
                f"{shape}{value.text}", _WIDTH, initial_indent=head, subsequent_indent=" " * len(head)
            ) or [head]
    yield "\nanswer"
    for each in steps.answer:
        yield f"   {each}"
