"""A little of the source task among the target."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from qa.data.squad_form import Example
from qa.techniques.technique import Stage, Technique


class Replay(Technique):
    """Experience replay: a sample of the source among the target, so that it is not forgotten (Rolnick et al., 2019).

    Knobs:
        share: source examples over target examples.

    Changes: the examples of the last stage.
    """

    reads_source: ClassVar[bool] = True

    name: Literal["replay"] = "replay"
    share: float = Field(default=0.25, gt=0)

    def stages(self, stages: list[Stage], source: Sequence[Example], draw: random.Random) -> list[Stage]:
        """The last stage's examples and a sample of the source's."""
        last = stages[-1]
        count = min(len(source), round(self.share * len(last.examples)))
        return [*stages[:-1], replace(last, examples=[*last.examples, *draw.sample(list(source), count)])]
