import json

import pytest

from experiments.benchmarks import scale
from experiments.benchmarks.scale_corpus import COMPANIES, recombined
from experiments.benchmarks.scale_report import main as write_report
from retrieval.index.index import Index
from retrieval.passages import passages_of
from retrieval.samples import sample_folder
from retrieval.tokens import count_tokens
from tests.fakes import HashEmbedder

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
