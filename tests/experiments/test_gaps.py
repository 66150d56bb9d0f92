import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.gaps.contrast import contrast
from experiments.gaps.finding import find
from experiments.gaps.from_file import file_source
from experiments.gaps.from_study import study_source
from experiments.gaps.opening import open_gaps
from experiments.gaps.picture import gap_picture, picture_of
from experiments.gaps.slices import of_context, of_lookup, of_question, of_span
from experiments.gaps.source import Source
from experiments.study.results import result_path, write_result
from experiments.study.study import SECTIONS, Arm, Measured, Study
from qa.data.squad_form import Example, load_examples
from research.gaps.record import gap_path, read_gap, read_gaps, to_text

DOCUMENTS = [f"d{i % 20}" for i in range(400)]
HARD = np.array([i % 3 == 0 for i in range(400)])  # in all documents


def scores(mean, hard=0.0, seed=0):
    """Scores whose mean is less on the hard questions."""
    drawn = np.random.default_rng(seed).normal(0, 0.1, 400)
    return np.clip(mean - hard * HARD + drawn, 0, 1)


def source(arms, **given):
    fields = {
        "name": "toy", "metric": "toy.f1", "scores": {name: {1: s} for name, s in arms.items()},
        "baseline": "full", "rivals": [name for name in arms if name != "full"], "documents": DOCUMENTS,
        "slices": [{"difficulty": "hard" if hard else "easy", "company": "d1" if d == "d1" else "all others"} for hard, d in zip(HARD, DOCUMENTS, strict=True)],
        "runs": ["toy, seed 1"], "command": "financeqa gaps open",
    }  # fmt: skip
    return Source(**{**fields, **given})


def by_slice(found):
    return {(each.dimension, each.value): each for each in found}


# --- the test of one slice


def simulated(seed, effect):
    """Scores of 16 documents of unequal sizes whose means differ; a slice that lies in them in unequal shares."""
    rng = np.random.default_rng(seed)
    place = np.repeat(np.arange(16), rng.integers(5, 40, 16))
    inside = rng.random(len(place)) < rng.beta(2, 6, 16)[place]
    chance = 0.5 + rng.normal(0, 0.1, 16)[place] + inside * (rng.normal(0, 0.1, 16)[place] + effect)
    return (rng.random(len(place)) < chance).astype(float), inside, place.astype(str).tolist()


def test_intervals_cover_and_the_level_is_held():
    found = [contrast(*simulated(seed, -0.1), smallest=0.1, resamples=499, seed=seed) for seed in range(200)]
    assert 0.92 <= np.mean([each.low <= -0.1 <= each.high for each in found]) <= 0.985
    assert np.mean([each.p < 0.05 for each in found]) <= 0.08


def test_a_large_effect_is_found_and_questions_of_a_document_hang_together():
    assert contrast(*simulated(1, -0.4), smallest=0.1).p < 0.01
    rng = np.random.default_rng(0)
    values, inside = np.repeat(rng.random(20), 30), np.repeat(np.arange(20) < 10, 30)
    clustered = contrast(values, inside, np.repeat(np.arange(20), 30).astype(str).tolist(), smallest=0.0)
    alone = contrast(values, inside, [str(i) for i in range(600)], smallest=0.0)
    assert clustered.high - clustered.low > 3 * (alone.high - alone.low)


def test_one_document_does_not_tell():
    with pytest.raises(ValueError, match="two documents each"):
        contrast(np.array([0.0, 1.0, 1.0]), np.array([True, False, False]), ["a", "b", "c"], smallest=0.0)
    with pytest.raises(ValueError, match="do not vary"):
        contrast(np.ones(4), np.array([True, True, False, False]), ["a", "b", "c", "d"], smallest=0.0)


# --- which slices are gaps


def test_a_slice_that_is_worse_is_a_gap_and_its_complement_is_not():
    found = by_slice(find(source({"full": scores(0.8, 0.2)})))
    hard, easy = found["difficulty", "hard"], found["difficulty", "easy"]
    assert hard.reasons == ("worse than the rest",) and easy.reasons == ()
    assert hard.low < -20 < hard.high and hard.difference == pytest.approx(hard.mean - hard.rest, abs=0.02)
    assert (hard.questions, hard.documents, hard.tested) == (134, 20, 3)
    assert {each.reasons for key, each in found.items() if key[0] == "company"} == {()}
    assert "over questions" in found["company", "d1"].method and "over documents" in hard.method


def test_less_than_the_smallest_effect_is_none():
    assert by_slice(find(source({"full": scores(0.8, 0.2)}), smallest=25.0))["difficulty", "hard"].reasons == ()


def test_what_no_arm_moves_needs_arms_and_room():
    flat = {name: scores(0.8, 0.2) for name in "abcde"}
    moved = {**flat, "e": scores(0.8, 0.1)}
    stuck = by_slice(find(source({"full": scores(0.8, 0.2), **flat})))
    assert stuck["difficulty", "hard"].reasons == ("worse than the rest", "no technique moves it")
    assert stuck["difficulty", "easy"].reasons == ()
    found = by_slice(find(source({"full": scores(0.8, 0.2), **moved})))["difficulty", "hard"]
    assert found.reasons == ("worse than the rest",)
    assert (found.best, found.arms) == ("e", 5) and found.gain == pytest.approx(10, abs=0.5)
    few = find(source({"full": scores(0.8, 0.2), "a": scores(0.8, 0.2)}))
    assert by_slice(few)["difficulty", "hard"].reasons == ("worse than the rest",)


def test_a_slice_is_compared_with_what_its_dimension_cuts():
    slices = [{} if i % 2 else {"unit": "USD" if HARD[i] else "shares"} for i in range(400)]
    (usd, shares) = find(source({"full": scores(0.8, 0.2)}, slices=slices))
    assert (usd.value, usd.questions, shares.questions) == ("USD", 67, 133)
    assert usd.rest == pytest.approx(shares.mean)


def test_small_slices_are_left_out():
    slices = [
        {"few": "yes" if i < 19 else "no", "held": "d1" if d == "d1" else "other"} for i, d in enumerate(DOCUMENTS)
    ]
    assert find(source({"full": scores(0.8)}, slices=slices)) == []


# --- records


def test_opening_again_keeps_what_people_wrote(tmp_path):
    first = source({"full": scores(0.8, 0.2)})
    assert open_gaps([first], tmp_path) == {"toy-difficulty-hard": "opened"}
    path = gap_path(tmp_path, "toy-difficulty-hard")
    known = read_gap(path)
    path.write_text(to_text(known.model_copy(update={"hypothesis": "it is hard", "note": "see"})), encoding="utf-8")
    again = replace(first, scores={"full": {1: scores(0.8, 0.2), 2: scores(0.8, 0.3, seed=1)}}, runs=["seeds 1 2"])
    assert open_gaps([again], tmp_path) == {"toy-difficulty-hard": "found again"}
    gap = read_gap(path)
    assert (gap.hypothesis, gap.note, gap.status) == ("it is hard", "see", "open")
    assert gap.found.runs == ("seeds 1 2",) and gap.found.difference < known.found.difference - 3
    gone = source({"full": scores(0.8)})
    assert open_gaps([gone], tmp_path) == {"toy-difficulty-hard": "not found any more"}
    assert read_gap(path).found.reasons == () and read_gap(path).hypothesis == "it is hard"


def test_two_results_of_one_name_are_refused(tmp_path):
    with pytest.raises(ValueError, match="two of the results are of toy"):
        open_gaps([source({"full": scores(0.8)})] * 2, tmp_path)


# --- slices of questions


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much did it rise?", "how much"), ("By how many?", "how much"), ("How does it work?", "how"),
        ("In which year was it sold?", "when"), ("To whom does she report?", "who"), ("Whatever it is?", "no question word"),
        ("What percentage was it?", "how much"), ("What was it?", "what"), ("Why?", "why"),
    ],
)  # fmt: skip
def test_what_a_question_asks_for(question, kind):
    assert of_question(question)["question"] == kind


def test_slices_of_a_span():
    context = "Revenue rose by 5% in 2023 because of the weather, as in 2022 and 2021."
    example = Example("a", "ACME", "Why did revenue rise in 2023, not 2022?", context, ("5% in 2023",), (16,), "x")
    found = of_span(example)
    assert found["answer"] == "with a number" and found["answer position"] == "first third"
    assert found["years named"] == "two" and found["answer length"] == "up to 5 words"
    assert found["numbers in context"] == "over 10%" and found["question words in context"] == "up to 50%"
    assert of_span(replace(example, answers=(), starts=()))["answer"] == "none"
    assert of_context("What?", "")["context length"] == "up to 20 words"


def test_slices_of_a_lookup():
    question = "What was Cost of revenue of Notes of AMC, Inc. for the three months ended June 25, 2022?"
    found = of_lookup(question, "-16000", "USD", "x")
    assert (found["company"], found["period"], found["scale"]) == ("AMC, Inc.", "three months", "thousands")
    assert (found["sign"], found["twin"], found["answer"]) == ("negative", "with a twin", "a value")
    assert "unit" not in of_lookup(question, None, "USD", "")
    with pytest.raises(ValueError, match="not worded"):
        of_lookup("Why?", None, None, "")


# --- from results


def company(i):
    name = ("Alder", "Birch", "Cedar", "Elm", "Hazel", "Larch", "Maple", "Rowan", "Thorn", "Willow")[i // 4 % 10]
    return f"{name} Co" if i % 2 else f"The {name} Company"


def lookups(path, dataset="filinglookup"):
    outcomes = [
        {
            "id": f"filing{i // 4 % 20}-{i}", "expected": "5" if i % 4 else None, "unit": "USD", "twin": "", "right": i % 4 > 0 or i % 12 == 0,
            "answer": {"question": f"What was Cost of {company(i)} as of June 1, 2022?"},
        }
        for i in range(200)
    ]  # fmt: skip
    path.write_text(json.dumps({"dataset": dataset, "given": "filing", "outcomes": outcomes}), encoding="utf-8")
    return path


def test_a_saved_evaluation_is_cut(tmp_path):
    read = file_source(lookups(tmp_path / "saved.json"))
    assert (read.name, read.metric) == ("filinglookup-filing", "filinglookup.right")
    assert read.documents == [slices["company"] for slices in read.slices]
    assert len(set(read.documents)) == 10  # of 20 filings, each company written in two ways
    found = by_slice(find(read))["answer", "none"]
    assert found.reasons == ("worse than the rest",) and (found.baseline, found.arms) == ("", 0)
    assert found.runs[0].startswith("saved.json, sha256 ")
    with pytest.raises(ValueError, match="no slices are known for 'fiqa'"):
        file_source(lookups(tmp_path / "other.json", "fiqa"))


STUDY = Study(
    name="toy",
    text="A study.\n\n" + "\n\n".join(f"{section}: so." for section in SECTIONS),
    primary="generated.f1",
    smallest=1.0,
    baseline="full",
    default={"evaluate": [{"dataset": "generated", "split": "train"}]},
    seeds={"smoke": 1, "cpu": 2, "full": 2},
    measure=lambda *_: Measured([], ()),
    arms={"full": Arm(), "few": Arm(), "other": Arm(against="few")},
)


def write_runs(folder):
    for arm, seed in STUDY.runs("cpu"):
        rows = [
            {
                "dataset": "generated",
                "id": e.id,
                "document": e.group,
                "f1": 0.0 if "Why" in e.question else 0.9 + len(e.id) % 2 / 20,
            }
            for e in reversed(load_examples("generated", "train"))
        ]
        record = {"arm": arm, "seed": seed, "arguments": STUDY.arguments(arm, "cpu"), "commit": "c0ffee00"}
        write_result(result_path(folder, "toy", "cpu", arm, seed), Measured(rows, ("f1",)), record)


def test_a_studys_runs_are_cut(tmp_path):
    assert study_source(STUDY, "cpu", tmp_path) is None
    write_runs(tmp_path)
    read = study_source(STUDY, "cpu", tmp_path)
    assert read.rivals == ["few"] and list(read.scores["full"]) == [1, 2]
    assert read.runs[0] == "toy/cpu/full, seeds 1 2, commit c0ffee0"
    shipping = study_source(replace(STUDY, ships="few"), "cpu", tmp_path)
    assert (shipping.baseline, shipping.rivals) == ("few", ["full", "other"])
    found = by_slice(find(read))
    assert found["question", "why"].reasons == ("worse than the rest",)
    assert found["question", "why"].mean == 0.0 and found["question", "why"].rest > 90
    assert "the mean of 2 seeds" in found["question", "why"].method


def test_the_heat_map_shows_the_gaps_arm_by_arm(tmp_path):
    picture = picture_of(source({"full": scores(0.8, 0.2), "lora": scores(0.9, 0.2)}))
    assert "difficulty: hard: full 59, lora 69" in picture.alt and "all questions: full 7" in picture.alt
    assert "the 1 gaps, of 3 slices tested" in picture.caption
    assert gap_picture("techniques", "cpu", tmp_path) is None


def test_the_command_opens_lists_and_shows(tmp_path):
    run, records = CliRunner(), ["--records", str(tmp_path / "records")]
    opened = run.invoke(
        app, ["gaps", "open", "--results", str(tmp_path), *records, str(lookups(tmp_path / "saved.json"))]
    )
    assert opened.exit_code == 0 and "1 gaps in filinglookup-filing" in opened.output
    assert [gap.id for gap in read_gaps(tmp_path / "records")] == ["filinglookup-filing-answer-none"]
    listed = run.invoke(app, ["gaps", "list", *records]).output
    assert listed.startswith("open     filinglookup-filing-answer-none") and "n   50  worse than the rest" in listed
    assert listed.endswith("1 gaps: 1 open, 0 tried, 0 closed, 0 refuted\n")
    assert (
        'dimension = "answer"' in run.invoke(app, ["gaps", "show", "filinglookup-filing-answer-none", *records]).output
    )
    assert "no gap 'x'" in str(run.invoke(app, ["gaps", "show", "x", *records]).exception)
    assert "no study has runs" in str(run.invoke(app, ["gaps", "open", "--results", str(tmp_path / "none")]).exception)
