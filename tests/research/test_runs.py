"""Do the runs exist that gaps and inventions rest on?"""

import json

import pytest

from research.gaps.check import check_gaps
from research.gaps.record import Gap, gap_path, to_text
from research.inventions.page import PAGES, InventionError, check_inventions, read_invention, read_inventions, run_of
from tests.research.test_gap_records import FOUND

PAGE = """# A toy

**Gap.** None.

**Hypothesis.** Toys help.

**Prediction.** By 5 points.

**Refuted if** by less than 2.

**Measure.** Toys.

**Known before.** Nothing.

    python -m experiments.inventions.toy

**Verdict.** Kept. Toys bring +4.5 [+1.0, +8.0] points on 1,200 questions.
"""
PRINTED = ["1200 questions", "with toys over without: +4.5 [+1.0, +8.0] points"]


@pytest.fixture
def invention(tmp_path):
    """A page and its run."""
    (tmp_path / "inventions").mkdir()
    page, run = tmp_path / "toy.md", tmp_path / "inventions" / "toy.json"
    page.write_text(PAGE, encoding="utf-8")
    run.write_text(
        json.dumps({"command": "python -m experiments.inventions.toy", "printed": PRINTED}), encoding="utf-8"
    )
    return page, run


def test_every_invention_rests_on_a_run():
    """Figures of verdicts are those that the kept run printed; a verdict without a run says so."""
    assert check_inventions() == []
    assert any(run_of(invention) for invention in read_inventions())


def test_the_table_of_inventions_has_them_all():
    table = (PAGES / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in read_inventions() if f"({page.name}.md)" not in table] == []


def test_a_verdict_that_its_run_printed_passes(invention):
    assert check_inventions(invention[0].parent, invention[0].parent) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("+4.5", "+4.6", "toy: 4.6 was not printed"),
        ("1,200", "1,300", "toy: 1,300 was not printed"),
        ("inventions.toy", "inventions.boy", "the page runs 'python -m experiments.inventions.boy'"),
        ("Kept. Toys", "Kept. What it printed was not kept. Toys", "toy: there is a run"),
    ],
)
def test_a_verdict_that_its_run_did_not_print_is_told(invention, old, new, fault):
    page, _ = invention
    page.write_text(PAGE.replace(old, new), encoding="utf-8")
    assert any(fault in each for each in check_inventions(page.parent, page.parent))


def test_a_verdict_without_a_run_says_so(invention):
    page, run = invention
    run.unlink()
    assert "toy: there is no run" in check_inventions(page.parent, page.parent)[0]
    page.write_text(PAGE.replace("Kept. ", "Kept. What it printed was not kept. "), encoding="utf-8")
    assert check_inventions(page.parent, page.parent) == []
    page.write_text(PAGE.replace("Kept. ", "Open: not run yet. "), encoding="utf-8")
    assert check_inventions(page.parent, page.parent) == []


@pytest.mark.parametrize(
    "gone", ["# A toy\n", "**Known before.** Nothing.\n", "    python -m experiments.inventions.toy\n"]
)
def test_a_page_without_a_part_is_refused(invention, gone):
    invention[0].write_text(PAGE.replace(gone, ""), encoding="utf-8")
    with pytest.raises(InventionError, match="a page has a title, one command"):
        read_invention(invention[0])


def test_every_gap_rests_on_runs_that_exist():
    assert check_gaps() == []


@pytest.fixture
def gap(tmp_path):
    """Checks a gap that rests on some runs, in a repository where one run of a study and one evaluation are kept."""
    (tmp_path / "experiments" / "results" / "toys" / "cpu").mkdir(parents=True)
    (tmp_path / "experiments" / "results" / "toys" / "cpu" / "full-1.json").write_text('{"commit": "c0ffee1234"}')
    (tmp_path / "saved.json").write_text("{}")

    def check(run, note=""):
        found = Gap(found=FOUND.model_copy(update={"runs": (run,)}), note=note)
        gap_path(tmp_path, found.id).write_text(to_text(found), encoding="utf-8")
        return [fault.partition(": ")[2] for fault in check_gaps(tmp_path, tmp_path)]

    return check


@pytest.mark.parametrize("run", ["toys/cpu/full, seeds 1, commit c0ffee1", "saved.json, sha256 44136fa355b3678a"])
def test_a_gap_with_its_runs_passes(gap, run):
    assert gap(run) == []


@pytest.mark.parametrize(
    ("run", "fault"),
    [
        ("toys/cpu/full, seeds 1 2, commit c0ffee1", "there is no toys/cpu/full-2.json"),
        ("toys/cpu/full, seeds 1, commit badcafe", "toys/cpu/full-1.json is of another commit"),
        ("saved.json, sha256 0000", "not there; evaluate and open it again"),
        ("lost.json, sha256 44136fa355b3678a", "not there; evaluate and open it again"),
        ("some runs", "names no run"),
    ],
)
def test_a_gap_without_its_runs_is_told(gap, run, fault):
    assert fault in gap(run)[0]


def test_a_gap_says_that_its_evaluation_was_not_kept(gap):
    note = "The evaluation was not kept."
    assert gap("lost.json, sha256 44136fa355b3678a", note) == []
    assert "is there" in gap("saved.json, sha256 44136fa355b3678a", note)[0]
