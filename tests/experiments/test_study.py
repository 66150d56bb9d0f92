import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from experiments.study.asked import asked_examples
from experiments.study.known import load_study, study_modules
from experiments.study.results import Run, read_runs, score_matrix
from experiments.study.running import StudyFailedError, run_study
from experiments.study.study import SECTIONS, Arm
from experiments.study.verdict import judge
from tests.experiments.toy_study import STUDY

MODULE = "tests.experiments.toy_study"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The folder of the toy study's results at cpu size, of its errors, and what was raised."""
    folder = tmp_path_factory.mktemp("toy")
    with pytest.raises(StudyFailedError) as told:
        run_study(MODULE, "cpu", folder=folder / "results", failed=folder / "failed", workers=2, tell=lambda _: None)
    return folder / "results", folder / "failed", str(told.value)


def test_a_run_that_fails_is_kept_apart_and_the_others_go_on(ran):
    results, failed, told = ran
    assert {(run.arm, run.seed) for run in read_runs(results, "toy", "cpu")} == {
        (arm, seed) for arm in ("plain", "better", "same") for seed in (1, 2, 3)
    }
    assert "broken-1 (ValueError: this arm cannot be measured)" in told and "deadly-1" in told
    error = json.loads((failed / "toy" / "cpu" / "broken-1.json").read_text())["error"]
    assert "Traceback" in error and "cannot be measured" in error
    assert "code -9" in json.loads((failed / "toy" / "cpu" / "deadly-1.json").read_text())["error"]


def test_a_result_holds_what_it_takes_to_do_the_run_again(ran):
    run = next(run for run in read_runs(ran[0], "toy", "cpu") if (run.arm, run.seed) == ("better", 2))
    record = run.record
    assert record["arguments"] == {"adds": 0.2, "does": "score"} and record["facts"] == {"seen": 2}
    assert record["versions"]["torch"] and record["machine"]["cores"] and "commit" in record
    assert record["cost"]["seconds"] >= 0 and record["cost"]["peak_memory_mb"] > 10
    assert record["metrics"]["toy.score"] == pytest.approx(100 * sum(run.scores()["score"].to_pylist()) / 80)


def test_the_verdict_is_by_the_rule(ran):
    found = judge(STUDY, "cpu", ran[0])
    verdicts = {arm.arm: arm.verdict for arm in found.arms}
    assert verdicts == {"plain": "baseline", "better": "better", "same": "no difference found"}
    assert found.missing == ["broken 1", "deadly 1"]
    better = found.arm("better")
    assert better.comparisons["toy.score"].difference == pytest.approx(0.2, abs=1e-6)
    assert (better.seeds, better.confirmatory, better.adjusted < 0.05) == (3, True, True)
    assert better.metrics["toy.score"][0] - found.arm("plain").metrics["toy.score"][0] == pytest.approx(20, abs=1e-4)


def test_arms_may_be_compared_with_one_another(ran):
    arms = {**STUDY.arms, "better": replace(STUDY.arms["better"], against="same")}
    found = judge(replace(STUDY, arms=arms), "cpu", ran[0])
    assert found.arm("better").comparisons["toy.score"].difference == pytest.approx(0.2, abs=1e-6)
    assert found.arm("same").comparisons["toy.score"].difference == 0


def test_scores_of_other_questions_are_not_compared(ran):
    runs = [run for run in read_runs(ran[0], "toy", "cpu") if run.arm == "plain"]
    scores, documents = score_matrix(runs, "toy.score")
    assert scores.shape == (3, 80) and len(set(documents)) == 8
    with pytest.raises(ValueError, match="no questions in common"):
        score_matrix(runs, "other.score")


def without_cost(folder):
    """What the results say, costs apart."""
    records = {}
    for path in sorted(folder.rglob("*.json")):
        record = json.loads(path.read_text())
        del record["cost"]
        records[path.name] = record, pq.read_table(path.with_suffix(".parquet")).to_pylist()
    return records


def test_a_study_that_is_killed_goes_on_to_the_same_results(tmp_path):
    """Killed with no warning while runs are under way; no process of it outlives it."""
    program = "import sys; from pathlib import Path; from experiments.study.running import run_study; "
    program += f"run_study({MODULE!r}, 'smoke', folder=Path(sys.argv[1]), failed=Path('f'), workers=2)"
    command = [sys.executable, "-c", program, str(tmp_path / "killed")]
    environment = {**os.environ, "TOY_SECONDS": "0.5", "PYTHONPATH": str(Path.cwd())}
    begun = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list((tmp_path / "killed").rglob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.1)
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    done = len(list((tmp_path / "killed").rglob("*.json")))
    assert 0 < done < 10
    time.sleep(2)
    assert len(list((tmp_path / "killed").rglob("*.json"))) == done
    for name in ("killed", "whole"):
        run_study(MODULE, "smoke", folder=tmp_path / name, failed=tmp_path / "f", workers=2, tell=lambda _: None)
    assert len(without_cost(tmp_path / "whole")) == 10
    assert without_cost(tmp_path / "killed") == without_cost(tmp_path / "whole")


@pytest.mark.parametrize("name", sorted(study_modules()))
def test_every_study_says_what_it_is(name):
    study = load_study(name)
    assert study.name == name
    assert all(len(study.section(section)) > 10 for section in SECTIONS)
    assert f"financeqa study run {name} --size cpu" in study.section("Command")
    assert study.baseline in study.arms and study.runs("cpu") and study.runs("smoke")


def test_the_questions_of_a_run_are_found_by_what_its_metrics_call_them(tmp_path):
    read = {"dataset": "generated", "split": "dev", "held_out": True}
    sets = [{**read, "called": "lookups"}, {**read, "called": "attacked", "attacked": True}]
    run = Run({"arm": "words", "arguments": {"evaluate": sets, "held_out": ["Aldermoor"]}}, tmp_path)
    found = asked_examples(run, "attacked")
    assert len(found) == 12 and all(example.group == "Aldermoor" for example in found.values())
    with pytest.raises(ValueError, match="words has no evaluation set generated; it has lookups, attacked"):
        asked_examples(run, "generated")


def test_a_study_that_says_too_little_or_names_no_arm_is_refused():
    with pytest.raises(ValueError, match="does not say Cost, Command"):
        replace(STUDY, text=STUDY.text.partition("Cost:")[0])
    with pytest.raises(ValueError, match="no arm called nope"):
        replace(STUDY, confirmatory=("nope",))
    with pytest.raises(ValueError, match="no arm called nope"):
        replace(STUDY, arms={**STUDY.arms, "plain": Arm(against="nope")})
    with pytest.raises(ValueError, match="no study 'nope'"):
        load_study("nope")


def test_a_study_runs_at_smoke_size(tmp_path):
    run_study("experiments.studies.transfer", "smoke", folder=tmp_path, failed=tmp_path / "f", tell=lambda _: None)
    assert not judge(load_study("transfer"), "smoke", tmp_path).missing


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", sorted(study_modules()))
def test_every_study_runs_at_smoke_size(name, tmp_path):
    run_study(study_modules()[name], "smoke", folder=tmp_path, failed=tmp_path / "f", tell=lambda _: None)
    assert not judge(load_study(name), "smoke", tmp_path).missing
