"""The source task first, then the target."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from qa.data.squad_form import Example
from qa.techniques.technique import Stage, Technique


class Sequential(Technique):
    """Sequential transfer: fine-tuning on a large source task before the small target (Phang et al., 2018, STILTs).

    Knobs:
        epochs: passes over the source.
        learning_rate: of the first stage, at its peak.

    Changes: a stage of plain fine-tuning on the recipe's `source` comes first.
    """

    reads_source: ClassVar[bool] = True

    name: Literal["sequential"] = "sequential"
    epochs: int = Field(default=1, ge=1)
    learning_rate: float = Field(default=2e-4, gt=0)

    def stages(self, stages: list[Stage], source: Sequence[Example], draw: random.Random) -> list[Stage]:
        """The source before everything else."""
        return [Stage(source, self.epochs, self.learning_rate), *stages]
