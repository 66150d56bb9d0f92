import json

from typer import Typer
from typer.testing import CliRunner

from experiments.benchmarks.wrong_company import main
from experiments.benchmarks.wrong_company_questions import pairs
from retrieval.index.index import Index


def test_pairs_are_drawn_by_seed_and_differ_in_the_company_only(sample_index):
    with Index.open(sample_index) as index:
        drawn = pairs(index, 10, seed=3)
        assert drawn == pairs(index, 10, seed=3) != pairs(index, 10, seed=4)
    assert drawn and all("{}" not in pair.held + pair.swapped and pair.held != pair.swapped for pair in drawn)


def test_on_the_samples_only_held_companies_are_answered(sample_index):
    app = Typer()
    app.command()(main)
    result = CliRunner().invoke(app, ["--index", str(sample_index), "--count", "40", "--json"])
    counts = json.loads(result.output)
    assert counts["pairs"] > 5
    assert counts["answered_though_swapped"] == counts["refused_though_held"] == 0, counts["failing"]
