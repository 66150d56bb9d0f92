"""All that a study's report is made from: the judged results and the runs behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from experiments.study.known import load_study
from experiments.study.results import FOLDER, Run, score_matrix
from experiments.study.study import Size, Study
from experiments.study.verdict import ArmResult, StudyResult, judge


@dataclass(frozen=True)
class Evidence:
    """A study's results.

    Attributes:
        result: what was judged.
    """

    result: StudyResult

    @property
    def runs(self) -> Sequence[Run]:
        """The finished runs that the study names, by arm and seed."""
        return self.result.runs

    @property
    def study(self) -> Study:
        """The study as stated."""
        return self.result.study

    @property
    def metric(self) -> str:
        """The primary metric at this size."""
        return self.study.metric(self.result.size)

    @property
    def command(self) -> str:
        """Makes the report."""
        return f"financeqa study report {self.study.name} --size {self.result.size}"

    @property
    def run_command(self) -> str:
        """Makes the results."""
        return self.study.section("Command").replace("--size cpu", f"--size {self.result.size}")

    @property
    def best(self) -> ArmResult:
        """The arm with the highest mean among those with the most seeds, as one seed alone flatters the highest of many."""
        most = max(arm.seeds for arm in self.ranked)
        return next(arm for arm in self.ranked if arm.seeds == most)

    @property
    def against(self) -> str:
        """What the arms are compared with: one arm, or each with a counterpart of its own."""
        named = {self.study.against(arm.arm) for arm in self.compared}
        return named.pop() if len(named) == 1 else "its counterpart"

    @property
    def compared(self) -> list[ArmResult]:
        """The arms that were compared with another on the primary metric, confirmatory first, then by difference."""
        found = [each for each in self.result.arms if self.metric in each.comparisons]
        return sorted(found, key=lambda each: (not each.confirmatory, -each.comparisons[self.metric].difference))

    @cached_property
    def ranked(self) -> list[ArmResult]:
        """The arms with the primary metric, best mean first."""
        found = [each for each in self.result.arms if self.metric in each.metrics]
        return sorted(found, key=lambda each: -each.metrics[self.metric][0])

    def name(self, arm: str) -> str:
        """An arm's name, with what it is compared with where that is not the same for all."""
        other = self.study.against(arm)
        return arm if other in (self.against, arm) else f"{arm} over {other}"

    def runs_of(self, arm: str) -> list[Run]:
        """The runs of an arm, by seed."""
        return [run for run in self.runs if run.arm == arm]

    def untrained(self, arm: str) -> bool:
        """Whether an arm leaves the start as it is."""
        arguments = self.study.arguments(arm, self.result.size)
        return arguments.get("fit") == "none" or arguments.get("keep") == 1.0

    def sample(self, arm: str, metric: str) -> str:
        """Of how many questions, documents and seeds an arm's metric is the mean."""
        scores, documents = score_matrix(self.runs_of(arm), metric)
        return counted(scores.shape[1], len(set(documents)), len(scores))


def counted(questions: int, documents: int, seeds: int) -> str:
    """Numbers of questions, documents and seeds in words."""
    plural = "" if seeds == 1 else "s"
    return f"{questions:,} questions of {documents:,} documents, {seeds} seed{plural}"


def gather(study: Study | str, size: Size, folder: Path = FOLDER) -> Evidence:
    """Reads and judges a study's results; a study may be called by its name.

    Raises:
        ValueError: no study has this name.
    """
    chosen = load_study(study) if isinstance(study, str) else study
    return Evidence(judge(chosen, size, folder))
