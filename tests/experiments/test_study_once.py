from dataclasses import replace
from types import SimpleNamespace

import pytest

from experiments.studies.interpolation import STUDY as INTERPOLATION
from experiments.study import fine_tuning, interpolated, once
from experiments.study.defaults import SMOKE
from experiments.study.fine_tuning import EvaluationSet, read_set, task_of
from experiments.study.once import made_once
from experiments.study.training import depends_on
from qa.data.generated import generated_examples
from qa.evaluation import Prediction
from qa.training.recipe import Part


@pytest.fixture(autouse=True)
def shared(tmp_path, monkeypatch):
    monkeypatch.setattr(once, "FOLDER", tmp_path / "shared")
    return tmp_path / "shared"


def test_what_is_shared_is_made_once_and_a_half_made_one_is_not_kept(shared):
    made = []

    def make(folder):
        made.append(folder)
        (folder / "it").write_text("whole")

    def stop(folder):
        (folder / "it").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made_once({"a": 1}, stop)
    assert list(shared.iterdir()) == []
    first = made_once({"a": 1}, make)
    assert made_once({"a": 1}, make) == first and (first / "it").read_text() == "whole" and len(made) == 1
    assert made_once({"a": 2}, make) != first and len(list(shared.iterdir())) == 2


def test_of_two_that_make_it_at_once_the_first_to_end_keeps_it():
    def make(folder):
        made_once({"a": 1}, lambda other: (other / "it").write_text("first"))
        (folder / "it").write_text("second")

    assert (made_once({"a": 1}, make) / "it").read_text() == "first"


def test_a_recipe_is_told_from_others_by_all_but_its_folders(tmp_path):
    first = task_of(SMOKE, 1, tmp_path / "a").recipe
    again = task_of(SMOKE, 1, tmp_path / "b").recipe
    assert first.model != again.model and depends_on(first) == depends_on(again)
    others = [
        replace(first, seed=2), replace(first, learning_rate=1.0), replace(first, model="all-MiniLM-L6-v2"),
        replace(first, mixture=[Part("generated", "dev")]),
    ]  # fmt: skip
    assert all(depends_on(other) != depends_on(first) for other in others)


def test_arms_go_on_from_a_start_that_is_trained_once(tmp_path, shared):
    start = {"mixture": [{"dataset": "generated", "split": "dev", "limit": 16}], "seed": 3}
    by_seed = {
        seed: fine_tuning.measure({**SMOKE, "start": start, "fit": fit}, seed, tmp_path / f"{seed}")
        for seed, fit in ((1, "none"), (2, "trainer"))
    }
    assert by_seed[1].facts["start"] == by_seed[2].facts["start"] and len(list(shared.iterdir())) == 1
    assert [by_seed[seed].facts["trained_weights"] > 0 for seed in (1, 2)] == [False, True]
    assert by_seed[2].training_seconds > by_seed[1].training_seconds > 0  # both with the start's
    plain = fine_tuning.measure({**SMOKE, "fit": "none"}, 1, tmp_path / "plain")
    assert plain.training_seconds == 0.0
    assert plain.facts["start"] != by_seed[1].facts["start"]


def test_a_mean_of_both_ends_is_between_them(tmp_path, shared):
    def margins(keep):
        found = interpolated.measure(
            {**INTERPOLATION.arguments("kept_0", "smoke"), "keep": keep}, 1, tmp_path / f"{keep}"
        )
        return [row["margin"] for row in found.rows]

    start = margins(1.0)
    assert not shared.exists()
    trained, nearly = margins(0.0), margins(1e-9)
    assert trained != start and nearly == pytest.approx(trained, abs=1e-4) and len(list(shared.iterdir())) == 1


@pytest.mark.parametrize(("margin", "answered", "unanswerable"), [(0.5, 1.0, 0.0), (-0.5, 0.0, 1.0)])
def test_where_abstaining_counts_no_answer_is_one(monkeypatch, margin, answered, unanswerable):
    first = next(example for example in generated_examples("train") if example.answerable)
    examples = [first, replace(first, id="twin", answers=(), starts=())]
    found = [
        Prediction(e.id, first.answers[0], first.starts[0], margin, 0.5, *3 * (float(e.answerable),), e.answerable)
        for e in examples
    ]  # fmt: skip
    monkeypatch.setattr(fine_tuning, "predict", lambda *_: found)
    reader = SimpleNamespace()
    abstaining, not_abstaining = (
        read_set(reader, EvaluationSet(dataset="generated", split="train", abstains=abstains), examples)
        for abstains in (True, False)
    )
    assert [row["exact_match"] for row in abstaining] == [row["f1"] for row in abstaining] == [answered, unanswerable]
    assert [row["exact_match"] for row in not_abstaining] == [1.0, 0.0]
