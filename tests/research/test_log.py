import subprocess

import pytest

from research.log.check import ROOT, check_log, has_history
from research.log.record import LogError, read_entries, read_goals
from tests.commands import fault_of

GOAL = """key = "toy"
goal = "To be better than before."
measure = "F1 on toys"
unit = "F1"
target = 80
better = "higher"
stated = 2026-01-02
now = 79.5
read_in = "report.md"
command = "financeqa study show techniques"
"""
ENTRY = """day = 2026-01-03
title = "Toys"
goal = "Better toys."
goals = ["toy"]
hypothesis = "They are easy."
ran = ["financeqa study run techniques --size cpu"]
result = "F1 79.5 on 1,200 toys, from 70.0."
sources = ["report.md", "scores.json"]
next = "More toys."
"""


@pytest.fixture
def root(tmp_path):
    """A repository with one goal, one entry, and their sources."""
    for folder, name, text in (("goals", "toy", GOAL), ("entries", "2026-01-03-1-toys", ENTRY)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "report.md").write_text("Toys: 79.5 F1 of 1,200.\n", encoding="utf-8")
    (tmp_path / "scores.json").write_text('{"f1": {"before": 69.9961}}', encoding="utf-8")
    return tmp_path


def faults(root):
    return check_log(root / "goals", root / "entries", root)


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_log_rests_on_what_exists():
    """Every source is there, and every figure stands in one that is cited."""
    assert check_log() == []
    assert len(read_entries()) >= 10 and len(read_goals()) >= 5


def test_the_past_is_looked_up():
    if not has_history(ROOT):
        pytest.skip("no history is at hand: sources of the past were not looked up")
    assert sum(" at " in source for _, entry in read_entries() for source in entry.sources) >= 5


def test_every_command_can_be_given():
    commands = [command for _, entry in read_entries() for command in entry.ran] + [
        goal.command for goal in read_goals()
    ]
    assert {command: fault for command in commands if (fault := fault_of(command))} == {}


def test_a_log_that_rests_on_its_sources_passes(root):
    assert faults(root) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("goals/toy.toml", "79.5", "79.4", "toy: 79.4 is not in report.md"),
        ("goals/toy.toml", "report.md", "rapport.md", "toy: there is no rapport.md"),
        ("goals/toy.toml", 'better = "higher"', 'better = "higher"\nstated_in = "scores.json"', "toy: 80 is not in scores.json"),
        ("goals/toy.toml", "2026-01-02", "2026-01-04", "there was no goal 'toy' by then"),
        ("entries/2026-01-03-1-toys.toml", '["toy"]', '["boy"]', "there was no goal 'boy' by then"),
        ("entries/2026-01-03-1-toys.toml", "70.0", "70.1", "70.1 is not in report.md, scores.json"),
        ("entries/2026-01-03-1-toys.toml", "1,200", "1,201", "1,201 is not in report.md, scores.json"),
        ("entries/2026-01-03-1-toys.toml", "scores.json", "scores.csv", "there is no scores.csv"),
    ],
)  # fmt: skip
def test_what_rests_on_nothing_is_told(root, file, old, new, fault):
    edit(root / file, old, new)
    assert any(fault in each for each in faults(root)), faults(root)


def test_a_source_of_the_past_is_read_as_it_was(root):
    def git(*arguments):
        command = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "toys")
    commit = git("rev-parse", "--short=7", "HEAD")
    edit(root / "report.md", "1,200", "1,300")
    assert any("1,200 is not in" in each for each in faults(root))
    edit(root / "entries" / "2026-01-03-1-toys.toml", '"report.md"', f'"report.md at {commit}"')
    assert faults(root) == []
    edit(root / "entries" / "2026-01-03-1-toys.toml", f"at {commit}", "at 0000000")
    assert "2026-01-03-1-toys.toml: there is no report.md at 0000000" in faults(root)


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("goals/toy.toml", "now = 79.5\n", "", "give now and read_in, or neither"),
        ("goals/toy.toml", 'key = "toy"', 'key = "boy"', r"call the file boy\.toml"),
        ("goals/toy.toml", '"higher"', '"up"', "better"),
        ("goals/toy.toml", '"report.md"', '"the report"', "is no source"),
        ("entries/2026-01-03-1-toys.toml", 'next = "More toys."\n', "", "next"),
        ("entries/2026-01-03-1-toys.toml", "day = 2026-01-03", "day = 2026-01-04", "begin the file's name with it"),
        ("entries/2026-01-03-1-toys.toml", '["report.md", "scores.json"]', "[]", "sources"),
    ],
)  # fmt: skip
def test_broken_records_are_refused(root, file, old, new, fault):
    edit(root / file, old, new)
    with pytest.raises(LogError, match=fault):
        faults(root)


@pytest.mark.parametrize(
    ("target", "better", "status"), [(79, "higher", "reached"), (80, "higher", "not reached"), (80, "lower", "reached")]
)
def test_a_goal_says_whether_it_was_reached(root, target, better, status):
    edit(root / "goals" / "toy.toml", 'target = 80\nbetter = "higher"', f'target = {target}\nbetter = "{better}"')
    assert [goal.status for goal in read_goals(root / "goals")] == [status]
