import json

import pytest

from experiments.ablations import retrieval
from experiments.ablations.retrieval_parts import (
    PARTS,
    as_printed,
    lexical_only,
    reciprocal_ranks,
    semantic_only,
    without_header,
    without_title,
)
from experiments.ablations.retrieval_report import main as write_report
from retrieval.document import Document
from retrieval.evaluation.judged import Judged
from retrieval.index.index import Index
from retrieval.loading.load import load_documents
from retrieval.passages import passages_of
from retrieval.samples import sample_folder

COSINES, BM25 = {1: 0.9, 2: 0.5, 3: 0.1}, {2: 8.0, 3: 4.0}
TASKS = [("financebench", "question"), ("financial_qa_10k", "question"), ("financial_qa_10k", "company")]


def questions(index):
    """A question a company whose answer stands in its cash flow statement."""
    asked = {
        "Brindlevale": "What was Brindlevale's capex in fiscal 2022?",
        "Larkfield": "What was Larkfield's capex in 2023?",
    }
    filings = {
        name: next(r for r in index.documents() if (r.identity.company or "").startswith(name)) for name in asked
    }
    return [
        Judged(
            id=name,
            question=question,
            kind="toy",
            relevant=frozenset(("cash flow statement",)),
            unit=lambda hit: hit.passage.statement or "",
            filings=frozenset((filings[name].id,)),
            company=filings[name].identity.company,
        )
        for name, question in asked.items()
    ]


@pytest.fixture(scope="module")
def filing() -> Document:
    loaded = load_documents([sample_folder()])
    return next(x.document for x in loaded if x.document and "Brindlevale" in x.document.title)


def test_fusions_by_hand():
    assert lexical_only(COSINES, BM25) == [(2, 1.0), (3, 0.5), (1, 0.0)]
    assert lexical_only(COSINES, BM25, [1])[0] == (1, 1.0)
    assert semantic_only(COSINES, BM25, [3])[0] == (3, 1.1)
    found = dict(reciprocal_ranks(COSINES, BM25))
    assert found[2] == pytest.approx(0.5 * 61 / 62 + 0.5 * 61 / 61)
    assert found[1] == pytest.approx(0.5)


def test_passages_without_a_part(filing):
    whole = passages_of(filing)
    table = next(p for p in whole if p.statement == "cash flow statement")
    assert without_header(filing, table).indexed_text == table.text
    shorter = without_title(filing, table).header
    assert "cash flow statement" not in shorter and "(In thousands)" not in shorter
    assert shorter.startswith("Brindlevale Outfitters, Inc. | 10-K | FY2022") and "Item 8" in shorter
    printed = as_printed(filing, table)
    page = filing.pages[table.page - 1].text
    assert ": January" in table.text and ": January" not in printed.text
    for s in printed.segments:
        assert printed.text[s.start : s.end] == page[s.page_start : s.page_start + s.end - s.start]
    prose = next(p for p in whole if p.kind == "text")
    assert as_printed(filing, prose) == without_title(filing, prose) == prose


def test_it_runs_from_index_to_report_and_goes_on(sample_index, tmp_path, monkeypatch):
    monkeypatch.setattr(retrieval, "load_judged", lambda dataset, split, index: questions(index))
    asked = []

    def judge(question, passages):
        asked.extend(passages)
        return [0.0] * len(passages)

    out = tmp_path / "scores.json"
    chosen = [p for p in PARTS if p.name in ("statements called for", "rows in words", "reader as judge")]
    said = []
    first = retrieval.run(sample_index, tmp_path, out, judge=judge, parts=chosen[:2], tasks=TASKS, say=said.append)
    assert len(said) == 3 * len(TASKS)
    found = first["parts"]["everything"]["scores"]["financebench/question"]
    assert found == {"Brindlevale": [1.0, 1.0], "Larkfield": [1.0, 1.0]}
    assert first["companies"]["Larkfield"] == "Larkfield Instruments, Inc."
    texts = [p.text for p in asked]
    assert len(texts) == len(set(texts))
    again = retrieval.run(sample_index, tmp_path, out, judge=judge, parts=chosen, tasks=TASKS, say=said.append)
    assert len(said) == 4 * len(TASKS) and json.loads(out.read_text()) == again
    with Index.open(sample_index) as whole, Index.open(tmp_path / "rows-in-words") as other:
        assert [r.id for r in other.documents()] == [r.id for r in whole.documents()]
        assert other.size == whole.size and other.verify() == []
    write_report(out, tmp_path / "report.md")
    report = (tmp_path / "report.md").read_text()
    assert report.count("| rows in words | as printed | 100.0 | +0.0 [+0.0, +0.0] | 0 | 0 | 1 | +0.000 |") >= 1
    assert "Not measured yet: companies of the question, periods and form of the question, line items" in report
    with pytest.raises(ValueError, match="every 1"):
        retrieval.run(sample_index, tmp_path, out, judge=judge, every=2)
