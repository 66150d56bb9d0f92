import html
import json
import math
import random
import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import etree

from experiments.report.curve import series_of
from experiments.report.evidence import gather
from experiments.report.figure import spread
from experiments.report.heat_map import heat_map
from experiments.report.overview import report_all
from experiments.report.reliability import reliability
from experiments.report.scatter import Point, pareto
from experiments.report.study_report import report_study
from experiments.report.tables import later_seeds
from experiments.study.planning import detectable
from experiments.study.study import SECTIONS, Arm, Prediction, Study
from experiments.study.verdict import judge
from qa.data.generated import COMPANIES
from qa.data.squad_form import load_examples

TEXT = (
    "A study.\n\nCommand: financeqa study run fake --size cpu\n\n"
    + "\n\n".join(f"{section}: what <script>alert('{section}')</script> & more." for section in SECTIONS[:-1])
    + "\n\nOne arm had been seen before."
)
EVALUATE = [{"dataset": "generated", "split": "train"}]
EFFECTS = {"none": 0.1, "full": 0.5, "few": 0.3, "<b>&low": 0.05, "same": 0.5}


def never(*_):
    raise AssertionError("a report must not run anything")


STUDY = Study(
    name="fake",
    text=TEXT,
    primary="generated.f1",
    smallest=1.0,
    baseline="full",
    default={"evaluate": EVALUATE},
    seeds={"smoke": 1, "cpu": 3, "full": 5},
    measure=never,
    confirmatory=("<b>&low", "same"),
    sources=("squad.f1",),
    predictions=(
        Prediction("few is up to 50 points below full", "few", "full", -50, 20),
        Prediction("few is far above full", "few", "full", low=20),
        Prediction("nothing is remembered", "full", "full", low=-1, metric="squad.f1", over_metric="generated.f1"),
        Prediction(
            "it trains a thousandth of the weights", "full", "<b>&low", high=-99, metric="facts.trained_weights"
        ),
        Prediction("it is no cheaper", "full", "full", high=5, metric="facts.unknown"),
    ),
    arms={
        "none": Arm({"fit": "none"}),
        "full": Arm(curve=("full", 100)),
        "few": Arm(curve=("full", 10)),
        "<b>&low": Arm(),
        "same": Arm(),
    },
)


def rows_of(arm, seed):
    drawn = random.Random(f"{arm} {seed}")
    examples = load_examples("generated", "train")
    rows = []
    for dataset in ("generated", "squad"):
        for example in examples:
            right = drawn.random() < EFFECTS[arm]
            rows.append(
                {
                    "dataset": dataset, "id": example.id, "document": example.group, "exact_match": float(right),
                    "f1": 1.0 if right else 0.2, "margin": drawn.gauss(2.0 * right, 1.5), "start": 3, "length": 7,
                }
            )  # fmt: skip
    return rows


def write_run(folder, arm, seed):
    path = folder / "fake" / "cpu" / f"{arm}-{seed}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = rows_of(arm, seed)
    pq.write_table(pa.Table.from_pylist(rows), path.with_suffix(".parquet"))
    metrics = {
        f"{dataset}.{score}": 100 * sum(row[score] for row in rows if row["dataset"] == dataset) / (len(rows) / 2)
        for dataset in ("generated", "squad")
        for score in ("exact_match", "f1")
    }
    record = {
        "study": "fake", "size": "cpu", "arm": arm, "seed": seed, "arguments": STUDY.arguments(arm, "cpu"), "commit": "c0ffee" * 6,
        "changed": [], "machine": {"processor": "abacus", "cores": 2, "system": "Linux"}, "versions": {"python": "3.11"},
        "cost": {"seconds": 90.0 + len(arm), "training_seconds": 60.0 + 9 * len(arm), "peak_memory_mb": 500, "started": "2026-01-01T00:00:00+00:00"},
        "facts": {"trained_weights": 10 ** (2 + len(arm)), "data": {"generated": "d1"}, "start": "s1"}, "metrics": metrics,
    }  # fmt: skip
    path.write_text(json.dumps(record), encoding="utf-8")


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    for arm, seed in STUDY.runs("cpu"):
        if (arm, seed) != ("same", 3):
            write_run(folder, arm, seed)
    return folder


@pytest.fixture(scope="module")
def out(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    report_all("cpu", results, folder, studies=[STUDY])
    return folder


@pytest.fixture(scope="module")
def page(out):
    return (out / "fake.html").read_text(encoding="utf-8")


def words(page):
    """What a reader sees of a page apart from its plots."""
    seen = re.sub(r"<style>.*?</style>|<svg.*?</svg>", " ", page.replace("<wbr>", ""), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", seen)).split())


def test_the_same_results_give_the_same_bytes(results, out, tmp_path):
    report_all("cpu", results, tmp_path, studies=[STUDY])
    names = sorted(path.relative_to(out) for path in out.rglob("*.*"))
    assert len(names) > 8 and names == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert all((out / name).read_bytes() == (tmp_path / name).read_bytes() for name in names)


def test_its_figures_are_those_of_judge(results, out, page):
    text = words(page)
    markdown = (out / "fake.md").read_text(encoding="utf-8").replace("\\", "").replace(" |", "")
    plot = html.unescape((out / "figures" / "fake-forest.svg").read_text(encoding="utf-8"))
    for arm in judge(STUDY, "cpu", results).arms:
        shown = "{} {:.1f} ± {:.1f}".format(arm.arm, *arm.metrics["generated.f1"])
        if arm.comparisons:
            points = arm.comparisons["generated.f1"].points
            p = "<0.001" if arm.adjusted < 0.001 else f"{arm.adjusted:.3f}"
            shown += f" {points} {p} {arm.verdict}"
            assert f"{arm.arm}: {points}, adjusted p {p}" in text and points in plot
        assert shown in text and shown in markdown


def test_it_takes_nothing_from_outside(out):
    for path in [*out.glob("*.html"), *out.rglob("*.svg")]:
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"""(?:src|href)\s*=\s*["']([^"'#][^"']*)""", text)) <= {"fake.html"}
        assert not re.search(r"<script|<link|<iframe|@import|url\((?!#)|\son\w+=", text)
        assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_missing_runs_and_the_origin_are_named(page):
    text = words(page)
    assert "14 of 15 runs of size cpu are done. Missing, as arm and seed: same 3." in text
    assert "c0ffeec0ffee" in text and "abacus, 2 cores, Linux" in text and "financeqa study run fake --size cpu" in text


def test_what_was_stated_is_escaped_and_no_name_is_given_twice(page):
    assert "<script" not in page and "&lt;script&gt;alert(&#39;Question&#39;)&lt;/script&gt; &amp; more." in page
    assert "<b>" not in page and "&lt;b&gt;&amp;low" in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    used = {name for found in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page) for name in found if name}
    assert used <= set(ids)


def test_every_plot_is_well_formed_and_described(out, page):
    plots = sorted(out.rglob("*.svg"))
    assert [path.stem.removeprefix("fake-") for path in plots] == [
        "curve", "forest", "forgetting-squad-f1", "frontier-trained_weights", "frontier-training_seconds", "reliability",
    ]  # fmt: skip
    for path in plots:
        assert etree.fromstring(path.read_bytes()).get("aria-label")
    assert page.count("<figure") == page.count("<figcaption>") == page.count('role="img"') == len(plots)
    assert page.count("<table>") == page.count("<caption>")


def test_negative_results_are_stated(results, out):
    text = words((out / "index.html").read_text(encoding="utf-8"))
    found = judge(STUDY, "cpu", results)
    assert found.arm("<b>&low").verdict == "worse" and found.arm("same").verdict == "not decided yet"
    negative = text[text.index("Negative results fake") :]
    for arm in ("<b>&low", "same"):
        assert f"{arm}: {found.arm(arm).comparisons['generated.f1'].points}" in negative
    assert "[fake](fake.md)" in (out / "README.md").read_text(encoding="utf-8")


def test_sampled_errors_show_what_was_answered(page):
    table = page[page.index('<section id="errors"') :]
    wrong = [row for row in rows_of("full", 1) if row["dataset"] == "generated" and not row["exact_match"]]
    examples = {example.id: example for example in load_examples("generated", "train")}
    assert f"30 of the {len(wrong)} questions of {len(examples)} that full, seed 1, does not answer exactly" in table
    shown = [
        [html.unescape(cell).replace("<wbr>", "") for cell in re.findall(r">([^\n]*)</t[hd]>", row)]
        for row in table.split("<tr>")[2:]
    ]
    possible = {(examples[row["id"]].question, examples[row["id"]].answers[0], " ".join(examples[row["id"]].context[3:10].split()), "0.20", row["document"]) for row in wrong}  # fmt: skip
    assert len(shown) == 30 and {tuple(row) for row in shown} <= possible


def test_errors_of_data_that_are_not_here_are_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("FINANCEQA_DATA", str(tmp_path / "nowhere"))
    write_run(tmp_path, "full", 1)
    path = tmp_path / "fake" / "cpu" / "full-1.json"
    path.write_text(path.read_text().replace('"dataset": "generated"', '"dataset": "squad"'), encoding="utf-8")
    study = Study(**{**vars(STUDY), "primary": "squad.f1"})
    document = report_study(study, "cpu", tmp_path, tmp_path / "out")
    said = next(section for section in document.sections if section.name == "errors").blocks[0].text
    assert said.startswith("Not shown: no data for squad/train")


def test_a_study_without_results_says_so(tmp_path):
    report_study(STUDY, "cpu", tmp_path, tmp_path)
    text = words((tmp_path / "fake.html").read_text(encoding="utf-8"))
    assert "0 of 15 runs of size cpu are done" in text and "No run of size cpu is done." in text


def test_reliability_is_of_companies_that_the_curve_did_not_see(results):
    runs = gather(STUDY, "cpu", results).runs_of("full")
    found = reliability(runs, "generated")
    assert found.n == (len(list(load_examples("generated", "train"))), len(COMPANIES), 3)
    assert abs(found.probability - found.accuracy).mean() == pytest.approx(found.error[0], abs=0.01)
    assert (found.low <= found.accuracy).all() and (found.accuracy <= found.high).all()
    assert (sorted(found.probability) == found.probability).all()


def test_a_learning_curve_joins_the_arms_of_a_series(results):
    assert {
        name: [(x, arm.arm) for x, arm in points] for name, points in series_of(gather(STUDY, "cpu", results)).items()
    } == {"full": [(10, "few"), (100, "full")]}


def test_predictions_are_held_to_what_was_found(results, page):
    found = judge(STUDY, "cpu", results).predicted
    assert [each.verdict for each in found] == ["held", "refuted", "open", "held", "no runs yet"]
    assert found[0].low < found[0].found < found[0].high and found[0].seeds == 3
    assert found[3].found == pytest.approx(-99.9)  # 10^6 weights over 10^9, in percent
    assert "Predictions: 2 held, 1 refuted, 1 open, 1 no runs yet." in words(page)
    assert f"few is far above full at least +20 {found[1].found:+.1f}" in words(page)


def test_what_a_study_could_have_found_is_told(results, page):
    found = detectable(STUDY, "cpu", gather(STUDY, "cpu", results).runs)
    assert set(found) == {"<b>&low", "same"}
    compared = judge(STUDY, "cpu", results).arm("<b>&low").comparisons["generated.f1"]
    half = 100 * (compared.high - compared.low) / 2
    assert half < found["<b>&low"] < 3 * half
    assert f"at the level of Holm's first step: {found['<b>&low']:.1f} for <b>&low" in words(page)


def test_all_that_was_said_before_is_shown(page):
    stated = words(page[page.index('<section id="stated"') : page.index('<section id="found"')])
    assert "One arm had been seen before." in stated


def test_no_verdict_before_all_seeds_are_in_and_none_for_arms_that_carry_no_claim_in_the_lead(page):
    text = words(page)
    assert "none better, 1 (<b>&low) worse, 1 (same) not decided yet; 2 exploratory, which carry no claim." in text
    assert "Confirmatory, not decided yet (1 of 2):" in text


def test_p_values_are_corrected_for_arms_without_runs_too(results):
    one = judge(STUDY, "cpu", results).arm("<b>&low")
    assert one.adjusted == pytest.approx(2 * one.comparisons["generated.f1"].p)


def test_arms_that_the_first_seed_may_have_chosen_are_shown_without_it(tmp_path):
    arms = {"full": Arm(seeds={"cpu": 4}), "same": Arm(seeds={"cpu": 4}), "few": Arm(seeds={"cpu": 1})}
    study = Study(**{**vars(STUDY), "arms": arms, "confirmatory": ("same",), "predictions": ()})
    for arm, seed in study.runs("cpu"):
        write_run(tmp_path, arm, seed)
    runs = tmp_path / "fake" / "cpu"
    for seed in (2, 3, 4):
        shutil.copy(runs / f"full-{seed}.parquet", runs / f"same-{seed}.parquet")
    [(arm, whole, later, left)] = later_seeds(gather(study, "cpu", tmp_path)).rows
    assert (arm, later, left) == ("same", "+0.0 [+0.0, +0.0]", "3") and whole != later


def test_runs_with_other_arguments_than_now_are_told(results, page):
    assert "Arguments as the study has them now" in words(page)
    study = Study(**{**vars(STUDY), "default": {**STUDY.default, "epochs": 3}})
    document = report_study(study, "cpu", results, results.parent / "other")
    told = dict(next(section for section in document.sections if section.name == "origin").blocks[0].items)
    assert told["Arguments"] == "other than the study has now: epochs null"


def test_pareto_leaves_out_what_another_beats():
    points = [Point(str(i), "better", x, y) for i, (x, y) in enumerate([(1, 1), (2, 3), (2, 2), (3, 3), (4, 5)])]
    assert [point.arm for point in pareto(points, low=True)] == ["0", "1", "4"]
    assert [point.arm for point in pareto(points, low=False)] == ["4"]


def test_labels_are_spread_no_more_than_they_must():
    assert spread([5, 1, 9], 2) == [5, 1, 9]
    assert spread([1.0, 1.0, 1.0], 2) == pytest.approx([-1, 1, 3])
    assert spread([], 2) == []


def test_a_heat_map_writes_its_numbers_in():
    picture = heat_map(["a<b"], ["x", "y"], [[1.25, math.nan]], title="A gap", caption="c", command="make it")
    assert ">1.2<" in picture.svg and "nan" not in picture.svg and "a&lt;b" in picture.svg
    with pytest.raises(ValueError, match="2 rows"):
        heat_map(["a", "b"], ["x", "y"], [[1.0, 2.0]], title="t", caption="c", command="m")
