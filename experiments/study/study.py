"""What a study is: arms, which are small overrides of one default, and seeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from experiments.sections import section

Size = Literal["smoke", "cpu", "full"]
SECTIONS = (
    "Question", "Hypothesis", "Prediction", "Primary metric", "Smallest effect", "Decision rule", "Cost", "Command",
)  # fmt: skip
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """What a run found.

    Attributes:
        rows: one a question, each with `dataset`, `id`, `document` (what questions are clustered by), and values.
        scored: which of the values are scores, 0 to 1, whose means are the run's metrics.
        facts: whatever else describes the run and depends on its arguments alone, such as digests and counts.
        training_seconds: of CPU, over all threads, that the trainings of the run's model took, also those that it
            shares with other runs; none where nobody measured it.
    """

    rows: Sequence[Mapping[str, Any]]
    scored: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    training_seconds: float | None = None


@dataclass(frozen=True)
class Arm:
    """One thing that is compared.

    Attributes:
        change: what it overrides of the study's default.
        smoke: what it overrides besides at smoke size.
        seeds: by size how many seeds, where it is not the study's own number.
        against: the arm that it is compared with, where it is not the study's baseline.
        curve: in a learning curve, which series it belongs to and how many examples it learned from.
    """

    change: Arguments = field(default_factory=dict)
    smoke: Arguments = field(default_factory=dict)
    seeds: Mapping[Size, int] = field(default_factory=dict)
    against: str | None = None
    curve: tuple[str, int] | None = None


@dataclass(frozen=True)
class Prediction:
    """A difference that is predicted before the runs.

    Attributes:
        says: the prediction in words.
        arm: whose metric it is about.
        over: the arm that it is compared with; itself, where two metrics of one arm are.
        low: what the difference is at least, in points; of facts, in percent of the other arm's value.
        high: what it is at most.
        metric: `dataset.score` or `facts.NAME`; the study's primary metric where none is named.
        over_metric: of the other arm, where it is not the same.
    """

    says: str
    arm: str
    over: str
    low: float = -math.inf
    high: float = math.inf
    metric: str = ""
    over_metric: str = ""


@dataclass(frozen=True)
class Study:
    """A study, stated before it is run.

    Attributes:
        name: as the command takes it.
        text: the script's docstring, with a paragraph for each of `SECTIONS`.
        primary: the metric that decides, as `dataset.score`.
        baseline: the arm that the others are compared with.
        default: the arguments that arms override.
        arms: by name.
        seeds: by size how many.
        smoke: what smoke size overrides in every arm, so that it takes seconds and no data.
        full: what full size overrides.
        measure: does a run: arguments, seed and a folder that is its own.
        confirmatory: the arms whose comparisons are corrected together; the others are exploratory.
        smallest: the smallest effect that matters, in points of the primary metric.
        predictions: what the docstring predicts, as numbers.
        sources: metrics of what the start had learned before, and may forget.
        facts: those of the runs' facts that are numbers to be shown of each arm.
        ships: the arm that was chosen to ship; none where the study is not about that, or nothing was chosen yet.
    """

    name: str
    text: str
    primary: str
    smallest: float
    baseline: str
    arms: Mapping[str, Arm]
    measure: Callable[[Arguments, int, Path], Measured]
    default: Arguments = field(default_factory=dict)
    seeds: Mapping[Size, int] = field(default_factory=lambda: {"smoke": 1, "cpu": 5, "full": 5})
    smoke: Arguments = field(default_factory=dict)
    full: Arguments = field(default_factory=dict)
    confirmatory: tuple[str, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    sources: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    ships: str | None = None

    def __post_init__(self) -> None:
        missing = [section for section in SECTIONS if not self.section(section)]
        if missing:
            raise ValueError(f"study {self.name}: its docstring does not say {', '.join(missing)}")
        named = {
            self.baseline,
            self.ships or self.baseline,
            *self.confirmatory,
            *(self.against(name) for name in self.arms),
        }
        named |= {name for prediction in self.predictions for name in (prediction.arm, prediction.over)}
        unknown = named - self.arms.keys()
        if unknown:
            raise ValueError(f"study {self.name}: no arm called {', '.join(sorted(unknown))}")

    def section(self, name: str) -> str:
        """A paragraph of the docstring, on one line."""
        return section(self.text, name)

    @property
    def remarks(self) -> list[str]:
        """What the docstring says besides its title and `SECTIONS`, a paragraph each."""
        paragraphs = [" ".join(paragraph.split()) for paragraph in self.text.strip().split("\n\n")[1:]]
        return [text for text in paragraphs if not text.startswith(tuple(f"{name}:" for name in SECTIONS))]

    def planned(self, arm: str, size: Size) -> int:
        """How many seeds an arm has at a size."""
        return self.arms[arm].seeds.get(size, self.seeds[size])

    def runs(self, size: Size) -> list[tuple[str, int]]:
        """The runs of a size as (arm, seed), seed by seed, so that a stopped study has something of every arm."""
        counts = {name: self.planned(name, size) for name in self.arms}
        return [(name, seed) for seed in range(1, max(counts.values()) + 1) for name in counts if seed <= counts[name]]

    def against(self, arm: str) -> str:
        """The arm that another is compared with; the baseline is compared with itself, which means with none."""
        return self.arms[arm].against or self.baseline

    def metric(self, size: Size) -> str:
        """The primary metric; smoke size has it on generated questions."""
        return f"generated.{self.primary.rsplit('.', 1)[1]}" if size == "smoke" else self.primary

    def arguments(self, arm: str, size: Size) -> Arguments:
        """The arguments of an arm: the default, overridden by the arm and then by the size."""
        chosen = {**self.default, **self.arms[arm].change}
        if size == "smoke":
            return {**chosen, **self.smoke, **self.arms[arm].smoke}
        return {**chosen, **self.full} if size == "full" else chosen
