import pytest
import torch
from sentence_transformers import SentenceTransformer

from retrieval.bundled import BUNDLED, resolve_model
from retrieval.data_folder import data_folder
from retrieval.embedding import Embedder
from retrieval.training import by_company, train
from retrieval.training_pairs import Pair, fact_pairs, held_out_tickers, question_pairs


def pairs(company, count, wrong=None):
    return [
        Pair(company, f"What did unit {i} earn?", f"Unit {i} of {company} earned {i} million.", wrong)
        for i in range(count)
    ]


def test_batches_mix_neither_companies_nor_kinds():
    datasets = by_company([*pairs("A", 9), *pairs("A", 8, "nothing"), *pairs("B", 12), *pairs("C", 2)])
    assert {name: len(rows) for name, rows in datasets.items()} == {"A facts": 8, "A questions": 9, "B questions": 12}
    assert datasets["A facts"].column_names == ["anchor", "positive", "negative"]


def test_training_changes_the_layers_and_not_the_words(tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.training.EPOCHS", 1)
    before = SentenceTransformer(resolve_model(BUNDLED), device="cpu")[0].auto_model.state_dict()
    after = train(pairs("A", 70), tmp_path)[0].auto_model.state_dict()
    assert torch.equal(before["embeddings.word_embeddings.weight"], after["embeddings.word_embeddings.weight"])
    assert not torch.equal(before["encoder.layer.0.output.dense.weight"], after["encoder.layer.0.output.dense.weight"])


def test_the_shipped_encoder_is_not_the_bundled_one():
    ours, theirs = Embedder(), Embedder(BUNDLED)
    assert ours.fingerprint != theirs.fingerprint and ours.dimensions == theirs.dimensions
    cosine = float(ours.embed(["net income of the year"])[0] @ theirs.embed(["net income of the year"])[0])
    assert 0.2 < cosine < 0.999


@pytest.fixture
def held_out():
    if not (data_folder() / "financial_qa_10k").is_dir():
        pytest.skip(f"no financial_qa_10k in {data_folder()}")
    return held_out_tickers()


@pytest.mark.data
def test_nothing_of_the_held_out_companies_is_trained_on(held_out):
    assert len(held_out) == 15
    found = question_pairs(held_out)
    assert len(found) == 2700 and not {pair.company for pair in found} & held_out


@pytest.mark.slow
@pytest.mark.data
def test_a_fact_question_has_the_same_line_elsewhere_as_its_wrong_passage(held_out):
    found = fact_pairs(held_out, seed=1)
    assert len(found) > 500
    wrong = [pair for pair in found if pair.wrong]
    assert len(wrong) > len(found) / 4 and all(pair.wrong != pair.passage for pair in wrong)
