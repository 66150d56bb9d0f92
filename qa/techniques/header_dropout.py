"""Header lines that are missing or wrong, so that a reader does not lean on them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field

from qa.data.squad_form import Example
from qa.techniques.technique import Stage, Technique

_MARK = " | "  # parts the fields of a header line


class HeaderDropout(Technique):
    """Takes the header line (company, form, year, title, unit) from a share of the contexts, or puts another's there.

    Ours; word dropout (Iyyer et al., 2015) of what is the same in all of a table's questions.

    Knobs:
        share: of the contexts with a header line that are changed; half of them lose it, half get another's.

    Changes: the examples of the last stage.
    """

    name: Literal["header_dropout"] = "header_dropout"
    share: float = Field(default=0.15, gt=0, le=1)

    def stages(self, stages: list[Stage], source: Sequence[Example], draw: random.Random) -> list[Stage]:
        """The last stage's examples, some with their header changed."""
        last = stages[-1]
        headers = [header for each in last.examples if (header := header_of(each))]
        changed = [
            with_header(each, draw.choice(["", draw.choice(headers)]))
            if header_of(each) and draw.random() < self.share
            else each
            for each in last.examples
        ]
        return [*stages[:-1], replace(last, examples=changed)]


def header_of(example: Example) -> str:
    """The header line that a context begins with; empty where it has none."""
    first, newline, _ = example.context.partition("\n")
    return first if newline and _MARK in first else ""


def with_header(example: Example, header: str) -> Example:
    """The example with another header line in place of its own; none where `header` is empty."""
    rest = example.context[len(header_of(example)) + 1 :]
    context = f"{header}\n{rest}" if header else rest
    shift = len(context) - len(example.context)
    return replace(example, context=context, starts=tuple(start + shift for start in example.starts))
