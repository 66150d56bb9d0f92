import json

import pytest

from retrieval.evaluation.evaluate import evaluate_retrieval
from retrieval.evaluation.judged import Judged, covered, load_judged
from retrieval.index.index import Index
from tests.fakes import HashEmbedder, document


@pytest.fixture
def index(tmp_path):
    with Index.create(tmp_path / "index", embedder=HashEmbedder()) as index:
        for name, company in (("lamps", "Acme"), ("boats", "Bolt"), ("trains", "Crane")):
            text = f"{company} makes many {name} and sells them."
            index.add(document(name, text, company=company, year=2022), path=name, digest="1")
        yield index


def judged(index, question, relevant, **fields):
    titles = {record.id: record.title for record in index.documents()}
    ids = {title: i for i, title in titles.items()}
    return Judged(
        id=question,
        question=question,
        kind=fields.pop("kind", "all"),
        relevant=frozenset(relevant),
        unit=lambda hit: titles[hit.passage.document_id],
        filings=frozenset(ids[title] for title in relevant if title in ids),
        **fields,
    )


def test_scores_are_those_worked_out_by_hand(index, tmp_path):
    questions = [judged(index, "who sells lamps", ["lamps"]), judged(index, "who makes boats", ["trains", "absent"])]
    result = evaluate_retrieval(index, questions, dataset="toy", split="all")
    first, second = result.rows
    assert first.found[0] == "lamps" and first.filing_rank == 1
    place = second.found.index("trains") + 1
    assert place > 1
    assert result.metrics["page_hit@1"] == 0.5
    assert result.metrics["page_hit@3"] == 1.0
    assert result.metrics["page_recall@3"] == 0.75
    assert result.metrics["mrr"] == pytest.approx((1 + 1 / place) / 2)
    assert result.metrics["filing_recall@1"] == 0.5
    assert result.intervals["mrr"][0] <= result.metrics["mrr"] <= result.intervals["mrr"][1]
    result.write(tmp_path / "r.json")
    assert json.loads((tmp_path / "r.json").read_text())["rows"][0]["found"][0] == "lamps"


def test_an_index_that_no_question_is_about_is_refused(index, tmp_path, monkeypatch):
    import gzip

    records = {
        "beir_test_qrels": {"query_id": "q1", "corpus_id": "absent", "score": 1},
        "beir_test_queries": {"_id": "q1", "text": "who sells lamps"},
    }
    (tmp_path / "fiqa").mkdir()
    for name, record in records.items():
        (tmp_path / "fiqa" / f"{name}.jsonl.gz").write_bytes(gzip.compress(json.dumps(record).encode()))
    monkeypatch.setenv("FINANCEQA_DATA", str(tmp_path))
    questions = load_judged("fiqa", "test", index)
    with pytest.raises(ValueError, match="holds nothing that a question of fiqa is about; give an index of its"):
        evaluate_retrieval(index, questions, dataset="fiqa", split="test")


def test_each_rung_of_the_ladder_tells_search_more(index):
    question = judged(index, "who makes things", ["boats"], company="Bolt")
    ranks = {
        given: evaluate_retrieval(index, [question], dataset="toy", split="all", given=given).rows[0].filing_rank
        for given in ("company", "filing", "statement")
    }
    assert ranks == {"company": 1, "filing": 1, "statement": 1}


def test_covered_is_the_share_of_the_wanted_text_in_long_common_runs():
    wanted = "abcdefghijklmnopqrstuvwxyz0123456789"
    assert covered(wanted, f"xx{wanted}xx") == 1.0
    assert covered(wanted, wanted[:30]) == 30 / 36
    assert covered(wanted, "abc") == 0.0
    assert covered("abc", "xabcx") == 1.0
    assert covered("", "abc") == 0.0


def test_an_index_without_the_filings_is_refused(index, tmp_path, monkeypatch):
    import gzip

    folder = tmp_path / "financebench"
    folder.mkdir()
    record = {"financebench_id": "f1", "question": "q", "question_type": "t", "doc_name": "ACME_2022",
              "evidence": [{"doc_name": "ACME_2022", "evidence_page_num": 0}]}  # fmt: skip
    (folder / "questions.jsonl.gz").write_bytes(gzip.compress(json.dumps(record).encode()))
    monkeypatch.setenv("FINANCEQA_DATA", str(tmp_path))
    with pytest.raises(ValueError, match="lacks 1 of the filings"):
        load_judged("financebench", "train", index)
    with pytest.raises(ValueError, match="unknown retrieval data set 'nosuch'"):
        load_judged("nosuch", "train", index)
