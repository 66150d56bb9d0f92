"""Ingest on a Ray cluster of two nodes, which are processes of this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from experiments.benchmarks.ray_ingest import differences, equal, local_cluster
from retrieval import ray_ingest
from retrieval.index.index import Index
from retrieval.ingest import ingest
from retrieval.ray_cluster import ClusterError, on_cluster
from retrieval.ray_ingest import ingest_on_ray
from retrieval.samples import sample_folder
from tests.fakes import GatedEmbedder, HashEmbedder, LargeOutcomes
from tests.hostile import TEXT


@pytest.fixture(scope="module")
def cluster():
    pytest.importorskip("ray", reason="needs the extra `ray`")
    with local_cluster(nodes=3) as started:
        yield started


@pytest.fixture
def filings(tmp_path):
    folder = tmp_path / "filings"
    folder.mkdir()
    for number in range(16):
        what = "gated lamps" if number >= 8 else "lamps"
        text = "\n\n".join(f"Segment {number} sold {part} {what} in 2022." for part in range(30))
        (folder / f"{number:02}.txt").write_text(f"{text}\n")
    (folder / "again.txt").write_bytes((folder / "03.txt").read_bytes())
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "table.csv").write_text("x,y")
    return [folder, sample_folder(), tmp_path / "absent.pdf"]


@pytest.mark.slow
@pytest.mark.parametrize("end", ["nothing", "process", "node"])
def test_a_cluster_ingests_what_one_machine_ingests_whatever_dies(cluster, filings, tmp_path, end):
    ended = []

    def lines():
        return [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]

    def kill(report, title):
        if report.added != 5:
            return
        while end != "nothing" and not any(gated for gated, _, _ in lines()):  # until a gated file is at work
            time.sleep(0.05)
        _, node, process = max(lines(), key=lambda line: line[0])
        if end == "process":
            os.kill(process, signal.SIGKILL)
        if end == "node":
            (found,) = [each for each in cluster.worker_nodes if each.node_id == node]
            cluster.remove_node(found, allow_graceful=False)
        (tmp_path / "gate").touch()
        ended.append(process)

    with Index.create(tmp_path / "one", embedder=HashEmbedder()) as index:
        expected = ingest(index, filings)
    with Index.create(tmp_path / "cluster", embedder=GatedEmbedder(tmp_path)) as index:
        report = ingest_on_ray(index, filings, progress=kill, address=cluster.address)
        assert index.verify() == []
        begun = len(lines())
        again = ingest_on_ray(index, filings, address=cluster.address)
    assert len(lines()) == begun
    found = differences(tmp_path / "one", tmp_path / "cluster")
    assert equal(found), found
    assert (report.added, report.pages, len(report.skipped)) == (expected.added, expected.pages, 3)
    assert [str(each) for each in report.skipped] == [str(each) for each in expected.skipped]
    assert (again.added, again.unchanged, len(again.skipped)) == (0, report.added, 3)
    if end == "nothing":
        assert begun == report.added
    else:
        assert begun > report.added and lines()[-1][2] != ended[0]  # the work of the dead was done again


@pytest.mark.slow
def test_a_node_with_another_model_is_refused(cluster, tmp_path):
    class Other(HashEmbedder):
        def __reduce__(self):
            return HashEmbedder, (16, "another")

    (tmp_path / "a.txt").write_bytes(TEXT)
    with Index.create(tmp_path / "index", embedder=Other()) as index:
        with pytest.raises(ClusterError, match="another version of finance-qa or another model") as error:
            ingest_on_ray(index, [tmp_path / "a.txt"], address=cluster.address)
        assert "\n" not in str(error.value)
        assert index.documents() == []


@pytest.mark.slow
def test_nodes_are_held_up_where_outcomes_are_not_taken(tmp_path):
    pytest.importorskip("ray", reason="needs the extra `ray`")
    items, count = [{"name": str(number)} for number in range(60)], tmp_path / "count"
    with local_cluster(nodes=2, object_store_memory=100_000_000) as small:
        outcomes = on_cluster(partial(LargeOutcomes, count), items, address=small.address)
        first = next(outcomes)
        time.sleep(15)  # in which all are made where the nodes have room for them
        assert len(count.read_text()) < 30
        assert [name for name, _ in (first, *outcomes)] == [item["name"] for item in items]
    assert len(count.read_text()) == 60


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_nodes_that_live_do_the_work_of_one_that_died_though_they_are_held_up(tmp_path):
    pytest.importorskip("ray", reason="needs the extra `ray`")
    items, count = [{"name": str(number)} for number in range(60)], tmp_path / "count"
    with local_cluster(nodes=2, object_store_memory=100_000_000) as small:
        outcomes = on_cluster(partial(LargeOutcomes, count), items, address=small.address)
        names = [next(outcomes)[0] for _ in range(10)]
        small.remove_node(next(iter(small.worker_nodes)), allow_graceful=False)
        assert names + [name for name, _ in outcomes] == [item["name"] for item in items]


@pytest.mark.slow
def test_an_address_without_a_cluster_is_told_at_once(tmp_path):
    pytest.importorskip("ray", reason="needs the extra `ray`")
    (tmp_path / "a.txt").write_bytes(TEXT)
    with Index.create(tmp_path / "index", embedder=HashEmbedder()) as index:
        for address in ("127.0.0.1:9", "nowhere:port"):
            with pytest.raises(ClusterError, match=f"no Ray cluster at {address}"):
                ingest_on_ray(index, [tmp_path / "a.txt"], address=address)


@pytest.mark.slow
def test_a_cluster_other_than_the_connected_one_is_refused(cluster):
    import ray

    ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
    try:
        with pytest.raises(ClusterError, match=f"connected to {cluster.address}, not to 127.0.0.1:9"):
            next(on_cluster(dict, [{"name": "a"}], address="127.0.0.1:9"))
    finally:
        ray.shutdown()


def test_a_file_that_two_paths_lead_to_is_sent_once(tmp_path, monkeypatch):
    sent = []
    monkeypatch.setattr(ray_ingest, "on_cluster", lambda worker, files, address: sent.extend(files) or ())
    (tmp_path / "a.txt").write_bytes(TEXT)
    with Index.create(tmp_path / "index", embedder=HashEmbedder()) as index:
        ingest_on_ray(index, [tmp_path / "a.txt", tmp_path / "index" / ".." / "a.txt"])
    assert [file["path"] for file in sent] == [str(tmp_path / "a.txt")]


def test_without_ray_the_flag_says_what_to_install(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    program = (
        "import sys; sys.modules['ray'] = None; from experiments.cli import main\n"
        f"sys.argv[1:] = ['ingest', '--engine', 'ray', '--index', {str(tmp_path / 'index')!r}, {str(tmp_path)!r}]\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: the engine ray needs the extra `ray` (No module named 'ray.data'")
    assert line.endswith("; run: pip install 'finance-qa[ray]'")
    assert not (tmp_path / "index").exists()


def test_nothing_imports_ray_unless_the_flag_is_given(tmp_path):
    (tmp_path / "a.txt").write_bytes(TEXT)
    program = (
        "import sys; sys.modules['ray'] = None; import retrieval.ray_ingest, qa.ray_asking; "
        "from experiments.cli import main\n"
        f"sys.argv[1:] = ['ingest', '--index', {str(tmp_path / 'index')!r}, {str(tmp_path / 'a.txt')!r}]\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("1 added"), done.stderr
