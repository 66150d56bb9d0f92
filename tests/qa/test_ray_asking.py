"""Batches of questions on a Ray cluster of two nodes, which are processes of this machine."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from experiments.benchmarks.ray_ingest import local_cluster
from qa.ray_asking import answers_on_ray
from qa.reader import SHIPPED
from retrieval.ray_cluster import ClusterError

QUESTIONS = [
    "What was Larkfield's cost of revenue in fiscal 2022?",
    "What was Hollowmere Robotics' revenue?",
    "What was the percentage change in Larkfield's cost of revenue from 2022 to 2023?",
    "How many stores did Brindlevale Outfitters operate as of January 28, 2023?",
]


@pytest.fixture(scope="module")
def cluster():
    pytest.importorskip("ray", reason="needs the extra `ray`")
    with local_cluster(nodes=2) as started:
        yield started


@pytest.mark.slow
def test_a_cluster_answers_as_one_machine_does(cluster, sample_index, system):
    options = {"reader": SHIPPED, "k": 12, "n_best": 2, "address": cluster.address}
    found = list(answers_on_ray(sample_index, QUESTIONS, **options))
    expected = [system.ask(question, n_best=2) for question in QUESTIONS]
    assert [replace(answer, seconds=0) for answer in found] == [replace(answer, seconds=0) for answer in expected]
    assert [answer.found for answer in found] == [True, False, True, True]


@pytest.mark.slow
def test_an_index_that_is_not_there_is_told_in_one_line(cluster, tmp_path):
    with pytest.raises(ClusterError, match="no index in") as error:
        list(answers_on_ray(tmp_path / "none", QUESTIONS, reader=SHIPPED, k=12, address=cluster.address))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["What?"], 2, "add --batch FILE"),
        (["--batch", "questions.jsonl"], 1, "pip install 'finance-qa[ray]'"),
        (["--batch", "questions.jsonl", "--csv"], 1, "pip install 'finance-qa[ray]'"),
    ],
)
def test_the_flag_says_what_it_needs(tmp_path, arguments, status, message):
    (tmp_path / "questions.jsonl").write_text(json.dumps({"question": "What?"}))
    program = "import sys; sys.modules['ray'] = None; from experiments.cli import main; main()"
    command = [sys.executable, "-c", program, "ask", "--index", "x", "--engine", "ray", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr
