"""`financeqa exercise`: listed, told, begun, checked, and the first prediction is the one that counts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.exercises.exercise import LAST, load_exercise
from experiments.exercises.prediction import Choice, Number
from experiments.exercises.script import ScriptError, read_script
from experiments.exercises.state import State, keep_outcome, read_state, state_first
from tests.experiments.exercises.filling import filled, solution


@pytest.fixture
def told(tmp_path):
    """Calls the command; returns its exit status and what it printed."""

    def call(*args):
        result = CliRunner().invoke(app, ["exercise", "--records", str(tmp_path / "records"), *map(str, args)])
        return result.exit_code, result.output, result.exception

    return call


def written(folder, text):
    path = folder / "yours.py"
    path.write_text(text)
    return path


def test_all_are_listed_with_their_state(told, tmp_path):
    state_first(tmp_path / "records", 2, "It is right, because points are punctuation.", "right")
    met = state_first(tmp_path / "records", 4, "Nine.", 9)
    keep_outcome(tmp_path / "records", 4, met, met=True, measured=9, true=True)
    status, output, _ = told()
    lines = output.splitlines()
    assert status == 0 and len(lines) == LAST
    assert "not begun" in lines[0] and load_exercise(1).title in lines[0]
    assert " stated " in lines[1] and "met, as predicted" in lines[3]


def test_a_task_is_told_whole(told):
    status, output, _ = told(3)
    assert status == 0 and load_exercise(3).text.strip() in output and "--start e03_best_span.py" in output


def test_a_script_is_begun_and_never_overwritten(told, tmp_path):
    path = tmp_path / "mine.py"
    assert told(2, "--start", path)[0] == 0
    assert path.read_text() == load_exercise(2).starter
    path.write_text("mine")
    status, _, error = told(2, "--start", path)
    assert status == 1 and isinstance(error, FileExistsError) and "stays as it is" in str(error)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_a_script_just_begun_is_told_to_be_incomplete(number, told, tmp_path):
    path = tmp_path / "mine.py"
    told(number, "--start", path)
    status, output, _ = told(number, path)
    assert status == 1 and f"exercise {number} is incomplete" in output and "HYPOTHESIS is empty" in output
    assert "left to write, line " in output and not (tmp_path / "records").exists()


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("HYPOTHESIS = ''\nPREDICTION = 'right'", "HYPOTHESIS is empty"),
        ("HYPOTHESIS = ' '\nPREDICTION = 'right'", "HYPOTHESIS is empty"),
        ("HYPOTHESIS = 'It is ___, because'\nPREDICTION = 'right'", "HYPOTHESIS has a blank left"),
        ("HYPOTHESIS = 'It is right.'\nPREDICTION = None", "PREDICTION is None; give one of 'right', 'wrong'"),
        ("HYPOTHESIS = 'It is right.'\nPREDICTION = 3", "PREDICTION is 3; give one of"),
        ("HYPOTHESIS = 'It is right.'\nPREDICTION = ...", "PREDICTION is Ellipsis"),
    ],
)
def test_without_a_hypothesis_nothing_is_checked(stated, message, told, tmp_path):
    path = written(tmp_path, filled(2, solution(2), stated))
    status, output, error = told(2, path)
    assert status == 1 and message in f"{output} {error}"
    assert "yes" not in output and not (tmp_path / "records").exists()


def test_a_refuted_prediction_meets_the_exercise(told, tmp_path):
    status, output, _ = told(2, written(tmp_path, filled(2, solution(2))))
    assert status == 0 and output.endswith("exercise 2 is met\n")
    assert "your prediction, wrong, is refuted, which is a result" in output
    assert "met, prediction refuted" in told()[1]


def test_the_prediction_that_was_stated_first_counts(told, tmp_path):
    told(2, written(tmp_path, filled(2, solution(2), "def exact_match(prediction, gold):\n    return 1.0")))
    assert "not met, prediction refuted" in told()[1]
    path = written(tmp_path, filled(2, solution(2), "PREDICTION = 'right'"))
    status, output, _ = told(2, path)
    assert status == 0 and "first you predicted 'wrong', which counts, and not 'right'" in output
    assert "your prediction, wrong, is refuted" in output
    (tmp_path / "records" / "02.json").unlink()
    assert "your prediction, right, came true" in told(2, path)[1]


def test_what_was_met_stays_met(tmp_path):
    state = state_first(tmp_path, 1, "Five.", 5)
    state = keep_outcome(tmp_path, 1, state, met=True, measured=5.6, true=False)
    keep_outcome(tmp_path, 1, state, met=False, measured=5.6, true=False)
    assert read_state(tmp_path, 1) == State("Five.", 5, met=True, measured=5.6, true=False)
    (tmp_path / "01.json").write_text(json.dumps({"nothing": 1}))
    with pytest.raises(ValueError, match=r"01.json is damaged .*; delete it"):
        read_state(tmp_path, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(:\n    pass", "line 1: SyntaxError"),
        ("HYPOTHESIS = 'a' + str(1)", "line 1: write HYPOTHESIS as a plain value"),
        ("HYPOTHESIS = 3", "HYPOTHESIS is 3; write a sentence"),
        ("PREDICTION = [1]", r"PREDICTION is \[1\]; write a number or a word"),
    ],
)
def test_a_script_that_cannot_be_read_is_told(text, message, tmp_path):
    with pytest.raises(ScriptError, match=message):
        read_script(written(tmp_path, text))


def test_holes_are_told_with_their_lines(tmp_path):
    text = "HYPOTHESIS = 'x'\nrate = ...\nclass A:\n    def f(self) -> tuple[int, ...]:\n        ...\n    x: int\n"
    assert read_script(written(tmp_path, text)).holes == ("line 2: rate = ...", "line 5: f")


def test_predictions_are_judged():
    number, choice = Number("points", within=2.0), Choice("which", among=("more", "fewer"))
    assert number.fault(3) is None and choice.fault("more") is None
    assert "give a number: points" in number.fault("3") and "True" in number.fault(True)
    assert "give one of 'more', 'fewer'" in choice.fault("less")
    assert [number.came_true(value, 5.0) for value in (3, 7.0, 7.1, None)] == [True, True, False, False]
    assert choice.came_true("more", "more") and not choice.came_true("more", "fewer")


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["16"], 2, "less than or equal to 15"),
        (["1", "/nonexistent.py"], 2, "does not exist"),
        (["--start", "x.py"], 2, "which exercise"),
        (["1", __file__, "--start", "x.py"], 2, "give none to check"),
    ],
)
def test_wrong_usage_is_told(args, status, message, told):
    found, output, _ = told(*args)
    assert found == status and message in " ".join(output.split())


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_an_exercise_from_its_task_to_its_end(number, tmp_path):
    """As a learner does it, by the real command: told, begun, written, run by itself, checked."""

    def financeqa(*args, status=0):
        command = [sys.executable, "-m", "experiments.cli", "exercise", *map(str, args), "--records", tmp_path / "r"]
        result = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert result.returncode == status and "Traceback" not in result.stderr, result.stdout + result.stderr
        return result.stdout

    script = tmp_path / "mine.py"
    assert "To begin:" in financeqa(number)
    financeqa(number, "--start", script)
    assert "is incomplete" in financeqa(number, script, status=1)
    script.write_text(filled(number, solution(number)))
    alone = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=600, cwd=Path.cwd())
    assert alone.returncode == 0 and alone.stdout, alone.stderr
    assert f"exercise {number} is met" in financeqa(number, script)
