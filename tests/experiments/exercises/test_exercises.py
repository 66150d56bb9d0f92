"""Every exercise: its model solution meets it, plausible wrong ones do not, and neither does the script to begin with."""

import re
from pathlib import Path

import pytest

from experiments.exercises.exercise import LAST, SECTIONS, Exercise, exercise_modules, load_exercise
from experiments.exercises.prediction import Choice
from experiments.exercises.running import run_check
from experiments.exercises.script import read_script
from experiments.sections import section
from research.literature.record import RECORDS, work_path
from tests.experiments.exercises.filling import filled, solution
from tests.experiments.exercises.wrong import WRONG

ROOT = Path(__file__).parents[3]
NUMBERS = range(1, LAST + 1)


def checked(number, text, folder, **limits):
    """What came of a script, and what does not hold of it."""
    path = folder / "yours.py"
    path.write_text(text)
    found = []
    outcome = run_check(number, path, tell=found.append, **limits)
    return outcome, [finding.text for finding in found if not finding.holds]


def test_there_are_fifteen():
    assert list(exercise_modules()) == list(NUMBERS)
    assert {wrong.number for wrong in WRONG} == set(NUMBERS)
    with pytest.raises(ValueError, match="no exercise 16; there are 1 to 15"):
        load_exercise(16)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_task_says_everything(number):
    chosen = load_exercise(number)
    assert len(chosen.title) < 80 and all(section(chosen.text, name) for name in SECTIONS)
    assert "___" in section(chosen.text, "Hypothesis") and max(map(len, chosen.text.splitlines())) <= 120
    reading = section(chosen.text, "Reading")
    paths = [name for name in re.findall(r"`([^`\s]+)`", reading) if "/" in name]
    assert paths and all((ROOT / path).exists() for path in paths), paths
    works = [key for each in re.findall(r"show (\S+)`(?: and `(\S+)`)?", reading) for key in each if key]
    assert all(work_path(RECORDS, key).is_file() for key in works), works


@pytest.mark.parametrize("number", NUMBERS)
def test_the_starting_script_is_incomplete(number, tmp_path):
    chosen, path = load_exercise(number), tmp_path / "yours.py"
    path.write_text(chosen.starter)
    script = read_script(path)
    faults = script.faults(chosen.asked)
    assert script.holes and script.hypothesis == "" and script.prediction is None
    assert "HYPOTHESIS is empty" in faults[0] and "PREDICTION is None" in faults[1]
    assert all(fault.startswith("left to write, line ") for fault in faults[2:])
    assert "___" in chosen.starter and chosen.starter.startswith(f'"""Exercise {number}: ')


@pytest.mark.parametrize("number", NUMBERS)
def test_the_model_solution_meets_it(number, tmp_path):
    outcome, not_held = checked(number, filled(number, solution(number)), tmp_path)
    assert not_held == []
    asked, measured = load_exercise(number).asked, outcome.measured
    assert outcome.met and asked.fault(measured.value) is None
    assert not isinstance(asked, Choice) or measured.value in asked.among
    script = read_script(tmp_path / "yours.py")
    assert script.faults(asked) == []
    assert asked.came_true(script.prediction, measured.value) == (number not in REFUTED)


REFUTED = {1, 2, 3, 7, 9, 12}  # the model solutions' own predictions that did not come true


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.number}: {wrong.what}")
def test_a_wrong_solution_does_not(wrong, tmp_path):
    outcome, not_held = checked(wrong.number, filled(wrong.number, solution(wrong.number), wrong.part), tmp_path)
    assert not outcome.met
    assert any(wrong.told in text for text in not_held), not_held


def test_an_exercise_says_all_of_its_sections():
    asked = load_exercise(1).asked
    with pytest.raises(ValueError, match="exercise 1: its docstring does not say Reading, Size"):
        Exercise(1, "e01", "A title.\n\nTask: t\n\nHypothesis: h", asked, load_exercise(1).check)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("while True:\n    pass", "stopped after 2 s"),
        ("import time\ntime.sleep(60)", "stopped after 2 s"),
        ("import os\nos._exit(0)", "the process ended in the middle"),
        ("import sys\nsys.exit(0)", "line 3, in <module>: SystemExit: 0"),
        ("input('?')", "line 2, in <module>: EOFError"),
        ("def normalise(text):\n    return text[1000]", "line 3, in normalise: IndexError: string index out of range"),
        ("def normalise(text):\n    return normalise(text)", "in normalise: RecursionError"),
        ("def normalise():\n    return ''", "what the script gave cannot be used: TypeError"),
        ("x = 1", "what the script gave cannot be used: AttributeError"),
        ("eval('1 +')", "SyntaxError"),
    ],
)
def test_a_script_that_fails_is_told_in_a_line(body, told, tmp_path):
    outcome, not_held = checked(2, f"HYPOTHESIS = 'x'\n{body}\n", tmp_path, seconds=2 if "2 s" in told else 300)
    assert not outcome.met and outcome.measured is None
    assert told in not_held[-1] and "\n" not in not_held[-1]
