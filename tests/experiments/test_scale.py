import json
import tomllib
from pathlib import Path

import pytest

from experiments.benchmarks import scale
from experiments.benchmarks.scale_corpus import COMPANIES, recombined
from experiments.benchmarks.scale_cost import PARTS
from experiments.benchmarks.scale_plan import FILINGS, knee, plan
from experiments.benchmarks.scale_plan import main as write_plan
from experiments.benchmarks.scale_report import main as write_report
from retrieval.index.index import Index
from retrieval.passages import passages_of
from retrieval.samples import sample_folder
from retrieval.tokens import count_tokens
from tests.fakes import HashEmbedder

PRICES = tomllib.loads(Path("experiments/benchmarks/prices.toml").read_text())
QUESTIONS = ["What was revenue in 2022?", "Which risks are named?", "How much was the cost of revenue?"]


def run(folder, sizes):
    return scale.run(
        sizes,
        folder,
        folder / "figures.json",
        embedder=HashEmbedder(),
        questions=QUESTIONS,
        paths=[sample_folder()],
        say=lambda _: None,
    )


def test_it_runs_from_filings_to_report_and_goes_on(tmp_path):
    run(tmp_path, [50])
    result = run(tmp_path, [50, 900])
    assert json.loads((tmp_path / "figures.json").read_text()) == result
    small, large = result["sizes"]
    assert (small["size"], large["size"]) == (50, 900)
    assert small["passages"] == small["real_passages"] < large["real_passages"] < 900 <= large["passages"] < 1350
    assert large["recall_at_10"] == {"none": 1.0, "company": 1.0, "year": 1.0}
    assert large["embedded"] > small["embedded"] > 0 and large["build_seconds"] > small["build_seconds"]
    with Index.open(tmp_path / "index", embedder=HashEmbedder()) as index:
        assert index.size == large["passages"] and index.verify() == []
    write_report(tmp_path / "figures.json", tmp_path / "scale.md")
    text = (tmp_path / "scale.md").read_text()
    assert f"{large['passages']:,}" in text and "hybrid, filter: company" in text and str(tmp_path) not in text
    assert (tmp_path / "scale.png").read_bytes().startswith(b"\x89PNG")
    assert result["cost"]["filings"] == 4 and all(result["cost"][part] > 0 for part in PARTS)
    write_plan(tmp_path / "figures.json", tmp_path / "plan.md")
    assert f"{FILINGS:,} filings" in (tmp_path / "plan.md").read_text()


def row(passages, milliseconds, recall=1.0, real=None):
    times = {"none": {name: {"p50": milliseconds, "p95": milliseconds} for name in ("dense", "hybrid")}}
    return {
        "passages": passages,
        "real_passages": passages if real is None else real,
        "times": times,
        "recall_at_10": {"none": recall},
        "first_search_seconds": 0.1,
        "add_document_seconds": 0.1,
        "resident_megabytes": 100 + passages / 1e4,
        "megabytes": {"index.sqlite": passages / 250},
    }


def test_the_knee_is_the_first_size_beyond_a_limit():
    rows = [row(1_000, 10), row(10_000, 199), row(100_000, 201, recall=0.9), row(1_000_000, 900)]
    assert knee(rows[:2]).startswith("No limit was met up to 10,000 passages")
    assert knee(rows) == (
        "Leave the embedded store between 10,000 and 100,000 passages, where hybrid search, p95 without filter is "
        "201 ms; recall@10 without filter is 0.900."
    )
    assert knee(rows[2:]).startswith("Leave the embedded store below 100,000 passages")


def test_the_plan_carries_the_cost_of_a_passage_to_its_size():
    cost = {"parse": 10.0, "cut": 2.0, "embed": 24.0, "store": 0.9, "passages": 1000, "filings": 2}
    result = {"environment": {"cores": 2}, "cost": cost, "sizes": [row(100_000, 10), row(110_000, 20, real=100_000)]}
    text = plan(result, PRICES)
    assert "| embed | 24.00 | 1,333 |" in text  # 24 ms times 200 million, in hours
    assert "2,000 hours of a core: 6 machines of type m7i.4xlarge" in text  # 36 ms; 16 cores, 24 hours
    assert "101 USD" in text and "busy for 50 hours" in text
    assert "| disk, index.sqlite | 4,000 bytes | 800 GB |" in text
    assert "199.9 s for a dense search and 20 GB of memory" in text  # 10 ms and 1 MB more for each 10,000 passages
    assert "No limit was met up to 110,000 passages" in text
    level = plan(result | {"sizes": [row(100_000, 10), row(110_000, 10)]}, PRICES)
    assert "did not grow, so neither is carried further" in level and "for a dense search and" not in level
    small = plan(result | {"sizes": [row(1_000, 10), row(11_000, 900)]}, PRICES)
    assert small.count("Not measured yet") == 2 and "Leave the embedded store" not in small
    with pytest.raises(ValueError, match="a size that was searched"):
        plan(result | {"sizes": []}, PRICES)


def test_a_size_that_is_passed_already_is_refused(tmp_path):
    run(tmp_path, [900])
    with pytest.raises(ValueError, match="give another --work"):
        run(tmp_path, [50])


def test_a_recombined_document_is_always_the_same_and_its_passages_are_short():
    material = ["Net sales: 2023 $ 1,234", "Revenue rose by ten percent in the year.", "Rent is paid monthly."]
    source = recombined(material, 301)
    assert source == recombined(material, 301) != recombined(material, 1)
    assert (source.document.identity.company, source.document.identity.fiscal_year) == (COMPANIES[1], 2006)
    passages = passages_of(source.document)
    assert len(passages) == len(source.document.pages)
    assert max(count_tokens([passage.indexed_text for passage in passages])) <= 40
