"""Source and target in one training, the target seen more often."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from qa.data.squad_form import Example
from qa.techniques.technique import Stage, Technique


class Merge(Technique):
    """Trains on source and target together, the target oversampled; for low budgets better than one after the other
    (arXiv 2401.09168).

    Knobs:
        repeat: how often each target example is seen in a pass.

    Changes: the examples of the last stage.
    """

    reads_source: ClassVar[bool] = True

    name: Literal["merge"] = "merge"
    repeat: int = Field(default=3, ge=1)

    def stages(self, stages: list[Stage], source: Sequence[Example], draw: random.Random) -> list[Stage]:
        """The last stage's examples repeated, and the source's."""
        last = stages[-1]
        repeated = [replace(e, id=f"{e.id}~{turn}") for turn in range(self.repeat) for e in last.examples]
        return [*stages[:-1], replace(last, examples=[*repeated, *source])]
