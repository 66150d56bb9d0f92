"""The state of research on one page: what `research/README.md` says of goals, techniques, gaps, inventions and the log.

    python -m experiments.research_state

writes these parts from their records, in place of what stood there. A test holds the page to them.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import typer

from experiments.studies.techniques import STUDY
from experiments.study.verdict import StudyResult, judge
from qa.techniques.known import AnyTechnique
from research.gaps.record import RECORDS, STATUSES, gap_path, read_gaps
from research.inventions.page import PAGES, read_inventions, run_of
from research.log.record import GOALS, read_entries, read_goals
from retrieval.files import write_atomically

_BOUNDS = {"higher": "≥", "lower": "≤"}
PAGE = Path(__file__).resolve().parents[1] / "research" / "README.md"
_PART = re.compile(r"(?P<begin><!-- (?P<name>\w+): written by [^>]*-->\n).*?(?P<end><!-- end -->)", re.DOTALL)


def goals() -> str:
    """Each goal and where it stands."""
    rows = [
        [
            _link(goal.key, GOALS / f"{goal.key}.toml"), goal.measure, f"{_BOUNDS[goal.better]} {goal.target:g}, {goal.unit}",
            "" if goal.now is None else f"{goal.now:g}", goal.status, str(goal.stated),
        ]
        for goal in read_goals()
    ]  # fmt: skip
    return _table(["goal", "measured", "to reach", "now", "status", "stated"], rows)


def techniques() -> str:
    """Each technique, what it changes, and what study 1 found of it."""
    result = judge(STUDY, "cpu")
    rows = []
    for technique in get_args(get_args(AnyTechnique)[0]):
        what, *others = (inspect.getdoc(technique) or "").split("\n\n")
        changes = next(each.removeprefix("Changes: ") for each in others if each.startswith("Changes: "))
        name, path = technique.model_fields["name"].default, Path(inspect.getfile(technique))
        rows.append([_link(name, path), what, changes, "; ".join(_effects(result, name))])
    return _table(
        ["technique", "what it does", "what it changes", "points over full fine-tuning in study 1 [95%]"], rows
    )


def _effects(result: StudyResult, technique: str) -> Iterator[str]:
    """What the arms that have this technique alone, in one or another setting, have over full fine-tuning."""
    for arm in result.arms:
        named = [each["name"] for each in STUDY.arguments(arm.arm, "cpu")["technique"]]
        found = arm.comparisons.get(STUDY.primary)
        if named == [technique] and found is not None:
            claim = f", {arm.verdict}" if arm.confirmatory else ""
            yield f"{arm.arm} {found.points}, {found.seeds} seed{'s' if found.seeds > 1 else ''}{claim}"


def gaps() -> str:
    """The gaps by status, the largest first."""
    found = sorted(read_gaps(), key=lambda gap: (STATUSES.index(gap.status), gap.found.difference))
    rows = [
        [
            gap.status, _link(gap.id, gap_path(RECORDS, gap.id)),
            f"{gap.found.difference:+.1f} [{gap.found.low:+.1f}, {gap.found.high:+.1f}]",
            "; ".join(gap.found.reasons) or "not found any more",
            ", ".join(_link(name, PAGES / f"{name}.md") for name in gap.inventions),
        ]
        for gap in found
    ]  # fmt: skip
    return _table(["status", "gap", "points from the rest [95%]", "why it is one", "inventions that bear on it"], rows)


def inventions() -> str:
    """Each invention with its verdict and its run."""
    rows = []
    for invention in read_inventions():
        run = run_of(invention)
        kept = _link(run.name, run) if run else "none yet" if invention.is_open else "not kept"
        rows.append([_link(invention.title, PAGES / f"{invention.name}.md"), invention.verdict, kept])
    return _table(["invention", "verdict", "run"], rows)


def log() -> str:
    """The entries, the newest first."""
    rows = [[str(entry.day), _link(entry.title, path), entry.goal] for path, entry in reversed(read_entries())]
    return _table(["day", "what was done", "what was wanted"], rows)


PARTS: dict[str, Callable[[], str]] = {part.__name__: part for part in (goals, techniques, gaps, inventions, log)}


def with_state(page: str) -> str:
    """The page with its written parts as the records have them.

    Raises:
        ValueError: it lacks one of the parts.
    """
    missing = PARTS.keys() - {part["name"] for part in _PART.finditer(page)}
    if missing:
        raise ValueError(f"the page lacks <!-- {min(missing)}: written by ... --> and <!-- end -->")
    return _PART.sub(lambda part: f"{part['begin']}\n{PARTS[part['name']]()}\n{part['end']}", page)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |\n" for line in lines)


def _link(text: str, path: Path) -> str:
    return f"[{text}]({Path(os.path.relpath(path, PAGE.parent)).as_posix()})"


def main() -> None:
    """Write the parts of the page."""
    write_atomically(PAGE, with_state(PAGE.read_text(encoding="utf-8")))
    typer.echo(PAGE)


if __name__ == "__main__":
    typer.run(main)
