"""The benchmark beside peers, at a size of seconds: our system and the plain script over a sample filing."""

import json
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pytest

from experiments.benchmarks.peers import figures, system, with_faiss
from experiments.benchmarks.peers.corpora import Corpus
from experiments.benchmarks.peers.models import ENCODER, READER, export
from experiments.benchmarks.peers.report import main as write_report
from experiments.benchmarks.peers.report import training_line
from experiments.benchmarks.peers.running import Settings, run
from experiments.benchmarks.peers.worker import Worker, WorkerError
from qa.data.squad_form import Example
from qa.reader import Reader
from retrieval.embedding import Embedder
from retrieval.samples import sample_folder

QUESTION = "Why did Larkfield's gross margin rise in 2023?"
REASON = "Gross margin rose because of lower prices for electronic parts."


def example(number, group, answer):
    return Example(str(number), group, QUESTION, answer, (answer,), (0,), "made")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    export(folder)
    return folder


@pytest.fixture(scope="module")
def filing():
    return sample_folder() / "larkfield-10k-2023.html"


def test_the_exported_models_are_the_packaged_ones(models):
    from sentence_transformers import SentenceTransformer

    texts = ["Net sales rose in 2023.", "475"]
    plain = SentenceTransformer(str(models / ENCODER), device="cpu")
    assert np.allclose(plain.encode(texts), Embedder().embed(texts), atol=0.01)  # ours may compute in bfloat16
    assert not np.allclose(plain.encode(texts), Embedder("all-MiniLM-L6-v2").embed(texts), atol=0.01)
    theirs, ours = (
        reader.read(QUESTION, [REASON])[0]
        for reader in (Reader.from_pretrained(models / READER), Reader.from_pretrained())
    )
    assert theirs.text == ours.text and theirs.score == pytest.approx(ours.score, abs=1e-3)


def test_it_runs_from_files_to_report_and_does_nothing_twice(tmp_path, filing, monkeypatch):
    monkeypatch.setattr(system, "version", lambda name: version(name) if "haystack" not in name else not_there(name))
    answers = ("because of lower prices for electronic parts", "higher prices")
    corpus = Corpus("samples", (filing,), tuple(example(i, f"company {i}", answer) for i, answer in enumerate(answers)))
    settings = Settings(("finance_qa", "with_faiss", "with_haystack"), ks=(2,), cold_starts=1)
    out = tmp_path / "figures.json"
    result = run([lambda: corpus], settings, tmp_path / "work", out, say=lambda _: None)
    assert json.loads(out.read_text()) == result
    assert "haystack-ai is not installed" in result["skipped"]["with_haystack"]
    (measured,) = result["corpora"]
    assert measured["pages"] > 1
    for name in ("finance_qa", "with_faiss"):
        filled, asked = measured["ingest"][name], measured["asked"][0]["systems"][name]
        assert filled["passages"] > 5 and filled["seconds"] > 0 and filled["index_megabytes"] > 0.01
        assert filled["peak_megabytes"] > 200 and asked["peak_megabytes"] > 200
        assert measured["cold_seconds"][name][0] > asked["seconds"][0] > 0
        assert len(asked["seconds"]) == len(asked["f1"]) == 2 and not asked["raised"]
    assert measured["asked"][0]["systems"]["finance_qa"]["exact"] == [1.0, 0.0]
    assert 0 < figures.encoder_share(measured) < 2  # of two measurements, one of which others may have slowed

    again = run([lambda: corpus], settings, tmp_path / "work", out, say=lambda _: None)
    assert again == result  # times and all: nothing was measured again
    with pytest.raises(ValueError, match="other settings"):
        run([], Settings(("finance_qa",), ks=(2,), cold_starts=1), tmp_path / "work", out, say=lambda _: None)

    write_report(out, tmp_path / "peers.md")
    text = (tmp_path / "peers.md").read_text()
    assert "k = 2: questions/s" in text and "transformers + FAISS" in text and str(tmp_path) not in text
    assert "with_haystack** was left out" in text
    assert (tmp_path / "peers.png").read_bytes().startswith(b"\x89PNG")


def not_there(name):
    raise PackageNotFoundError(name)


@pytest.mark.parametrize("name", ["with_haystack", "with_txtai"])
def test_a_peer_is_filled_and_asked(name, models, filing, tmp_path):
    reason = system.missing(name)
    if reason:
        pytest.skip(reason)
    with Worker(name, "Ingest", tmp_path / name, models, log=tmp_path / "ingest.log") as worker:
        worker.call("add", [str(filing)])
        assert worker.call("finish").value > 5
    with Worker(name, "Ask", tmp_path / name, models, 3, log=tmp_path / "ask.log") as worker:
        reply = worker.call("ask", QUESTION)
    assert reply.error is None and "prices" in reply.value


def test_the_plain_script_cuts_texts_into_pieces_that_overlap():
    words = [str(i) for i in range(280)]
    pieces = [piece.split() for piece in with_faiss._pieces(" ".join(words))]
    assert [len(piece) for piece in pieces] == [150, 150, 40]
    assert pieces[0][-30:] == pieces[1][:30] and pieces[2][-1] == "279"
    assert with_faiss._pieces("three short words") == ["three short words"]


def test_a_system_that_ends_says_why(tmp_path):
    with pytest.raises(WorkerError, match=r"vectors\.faiss"):
        Worker("with_faiss", "Ask", tmp_path, tmp_path, 3, log=tmp_path / "ask.log")


def test_figures_are_those_of_the_questions():
    asked = {"exact": [1.0, 0.0], "f1": [1.0, 0.5], "not_found": 0, "raised": {}, "peak_megabytes": 100.0}
    ours = asked | {"seconds": [0.1, 0.3]}
    theirs = asked | {"seconds": [0.4, 1.2], "f1": [0.5, 0.0], "raised": {"TypeError": 1}, "peak_megabytes": 400.0}
    found = figures.answering(theirs)
    assert (found.per_second, found.p50, found.exact, found.f1, found.raised) == (1.25, 0.8, 50.0, 25.0, 1)
    corpus = {
        "questions": [{"id": "1", "group": "a"}, {"id": "2", "group": "b"}],
        "ingest": {"finance_qa": {"seconds": 10.0}, "with_faiss": {"seconds": 25.0}},
        "encoder": {"tokens": 900, "tokens_per_second": 100.0},
    }
    ahead = figures.against(corpus, {"systems": {"finance_qa": ours, "with_faiss": theirs}})["with_faiss"]
    assert (ahead.speed, ahead.ingest, ahead.memory) == (pytest.approx(4.0), 2.5, 0.25)
    assert ahead.f1.difference == 0.5 and ahead.f1.won == 2
    assert figures.encoder_share(corpus) == 0.9


def test_the_report_says_which_companies_the_reader_was_trained_on():
    result = {"systems": {name: {"title": name} for name in ("ours", "theirs")}}
    systems = {"ours": {"f1": [1.0, 0.5, 0.0]}, "theirs": {"f1": [1.0, 0.25, 0.25]}}
    corpus = {
        "name": "financial_qa_10k",
        "questions": [{"group": group} for group in ("KO", "META", "TSLA")],
        "asked": [{"k": 12, "systems": systems}],
    }
    line = training_line(result, corpus)
    assert "trained on questions of KO: 1 of these 3." in line
    assert "F1 on the other 2 with k = 12: ours 25.0, theirs 25.0." in line
    assert training_line(result, corpus | {"name": "squad"}) == ""
