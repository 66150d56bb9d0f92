"""Does the log rest on what exists? Every source must be there, and every figure must stand in one that is cited.

What a file was at a commit is asked of git. Where the history is not at hand, as in a copy without it, what rests on
the past is taken as it is said.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from research.figures import numbers_of_file, unsupported
from research.log.record import ENTRIES, GOALS, SOURCE, read_entries, read_goals

ROOT = Path(__file__).resolve().parents[2]


def check_log(goals: Path = GOALS, entries: Path = ENTRIES, root: Path = ROOT) -> list[str]:
    """What is wrong with the log, a line each.

    Raises:
        research.log.record.LogError: a record is broken.
    """
    return list(_faults(goals, entries, root))


def _faults(goals: Path, entries: Path, root: Path) -> Iterator[str]:
    known = read_goals(goals)
    for goal in known:
        if goal.stated_in:
            yield from _unread(goal.key, f"{goal.target:g}", [goal.stated_in], root)
        if goal.now is not None:
            yield from _unread(goal.key, f"{goal.now:g}", [goal.read_in], root)
    for path, entry in read_entries(entries):
        stated = {goal.key for goal in known if goal.stated <= entry.day}
        yield from (f"{path.name}: there was no goal {key!r} by then" for key in entry.goals if key not in stated)
        yield from _unread(path.name, entry.result, entry.sources, root)


def _unread(where: str, text: str, sources: Sequence[str], root: Path) -> Iterator[str]:
    """The sources that are not there, and the figures of a text that stand in none of them."""
    if not has_history(root) and any(" at " in source for source in sources):
        return
    known: set[float] = set()
    for source in sources:
        content = _content(source, root)
        if content is None:
            yield f"{where}: there is no {source}"
        else:
            known |= numbers_of_file(content, Path(source.partition(" at ")[0]).suffix)
    yield from (f"{where}: {value:,.10g} is not in {', '.join(sources)}" for value in unsupported(text, known))


def _content(source: str, root: Path) -> str | None:
    """What a source says; `None` where there is no such file, or was none."""
    named = SOURCE.fullmatch(source)
    if named is None:
        return None
    if named["commit"]:
        return _git(root, "show", f"{named['commit']}:{named['path']}")
    file = root / named["path"]
    return file.read_text(encoding="utf-8") if file.is_file() else None


@cache
def has_history(root: Path) -> bool:
    """Whether the commits of the repository are at hand."""
    return _git(root, "rev-parse", "--is-shallow-repository") == "false\n"


def _git(root: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
