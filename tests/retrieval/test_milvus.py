"""The Milvus store where it differs: servers that are lost, writers that are killed, what Milvus Lite does not honour."""

import os
import random
import signal
import threading
from collections import Counter

import numpy as np
import pytest

from retrieval.index import milvus_connection, milvus_schema
from retrieval.index.index import Index
from retrieval.index.milvus import MilvusStore
from retrieval.index.milvus_connection import Connection
from retrieval.index.store import StoreBusyError, StoreError
from retrieval.ingest import ingest
from retrieval.search import Filters
from tests.fakes import HashEmbedder, clean_processes, document

FILES = 16


@pytest.fixture
def files(tmp_path):
    """Filings of some passages each, no two alike."""
    folder, rng = tmp_path / "files", random.Random(5)
    folder.mkdir()
    for number in range(FILES):
        words = " ".join(rng.choice(["revenue", "cost", "plant", "debt", "lease"]) for _ in range(400))
        (folder / f"filing{number:02}.txt").write_text(f"Report number{number}.\n\n{words}.\n")
    return folder


def _ingest(address, files, writes=None):
    """Ingests; the process kills itself when it would write once more than so many times."""
    if writes is not None:
        asked, left = Connection.call, iter(range(writes))

        def call(self, method, *values, **options):
            if method in ("upsert", "delete") and next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return asked(self, method, *values, **options)

        Connection.call = call
    with Index.open_or_create(address, embedder=HashEmbedder()) as index:
        ingest(index, [files])


def stored(address):
    """How often each passage and part of a page is stored."""
    milvus = Connection(address)
    return [Counter(row["id"] for row in milvus.rows(part, "", ["id"])) for part in ("passages", "pages")]


def test_an_ingest_whose_process_is_killed_resumes_and_doubles_nothing(milvus_server, files, tmp_path):
    context = clean_processes(__name__)
    # settings; version, passages, pages; version, passages; the same and pages; the same and the record
    for writes, found in ((1, 0), (3, 0), (2, 0), (3, 0), (4, 1)):
        worker = context.Process(target=_ingest, args=(milvus_server.address, files, writes))
        worker.start()
        worker.join()
        assert worker.exitcode == -signal.SIGKILL
        with Index.open(milvus_server.address, embedder=HashEmbedder()) as index:
            assert len(index.documents()) == found
            for record in index.documents():  # what is found is whole
                assert len(index.store.contents(record.id)[0]) == record.passages
                assert len(list(index.pages(record))) == record.pages
            hits = index.search("revenue of the report", k=500)
            assert {hit.passage.document_id for hit in hits} == {record.id for record in index.documents()}
    _ingest(milvus_server.address, files)
    undisturbed = f"milvus+file://{tmp_path}/undisturbed.db/filings"
    _ingest(undisturbed, files)
    assert stored(milvus_server.address) == stored(undisturbed)
    assert set(stored(undisturbed)[0].values()) == {1}
    with Index.open(milvus_server.address, embedder=HashEmbedder()) as index:
        assert index.verify() == [] and len(index.documents()) == FILES


def test_a_lost_server_ends_an_ingest_with_one_line_and_it_goes_on_later(milvus_server, files, monkeypatch):
    index = Index.create(milvus_server.address, embedder=HashEmbedder())
    monkeypatch.setattr(milvus_connection, "PATIENCE", 2.0)
    with pytest.raises(StoreError, match="does not answer") as lost:
        ingest(index, [files], progress=lambda report, _: milvus_server.kill() if report.added == 6 else None)
    assert "\n" not in str(lost.value) and "give the command again" in str(lost.value)
    with pytest.raises(StoreError, match="does not answer"):
        Index.open(milvus_server.address, embedder=HashEmbedder())
    milvus_server.start()
    monkeypatch.setattr(milvus_connection, "PATIENCE", 60.0)
    with Index.open(milvus_server.address, embedder=HashEmbedder(), writable=True) as index:
        report = ingest(index, [files])
        assert (report.unchanged, report.added) == (6, FILES - 6)
        assert index.verify() == []
    assert set(stored(milvus_server.address)[0].values()) == {1}


def test_a_server_that_comes_back_in_time_is_not_lost(milvus_server):
    connection = Connection(milvus_server.address)  # which waited until it had started
    milvus_server.kill()
    later = threading.Timer(2.0, milvus_server.start)
    later.start()
    assert connection.call("has_collection", "passages") is False
    later.join()


def test_what_a_stopped_writer_left_does_not_count_and_is_removed_by_rebuild(tmp_path, monkeypatch):
    address = f"milvus+file://{tmp_path}/lite.db/filings"
    with Index.create(address, embedder=HashEmbedder()) as index:
        index.add(document("whole", "Revenue rose by ten percent."), path="whole", digest="1")
        whole = index.documents()[0].id
        with monkeypatch.context() as stopped:
            stopped.setattr(type(index.store), "_put_source", lambda *_: None)  # killed before the record is written
            half = document("half", *(f"Revenue of half {i} rose." for i in range(200)))
            index.add(half, path="half", digest="1")
        assert {hit.passage.document_id for hit in index.search("revenue", k=2)} == {whole}
        assert [len(index.nearest(index.embedder.embed(["revenue of half"])[0], k=1))] == [1]
        assert [p.document_id for p, _ in index.search_lexical("revenue", k=1)] == [whole]
        with pytest.raises(KeyError):
            index.page(half.id, 1)
        assert "parts of 1 documents" in index.verify()[0]
        index.rebuild()
        assert index.verify() == [] and index.size == 1
        (problem,) = _with_a_passage_less(index, whole)
        assert f"document {whole} has 0 passages and 1 pages, its record says 1 and 1" in problem


def test_a_page_that_lacks_a_part_is_not_sound(tmp_path):
    address = f"milvus+file://{tmp_path}/lite.db/filings"
    noise = "".join(map(chr, random.Random(0).choices(range(33, 0x2FFF), k=100_000)))
    with Index.create(address, embedder=HashEmbedder()) as index:
        index.add(document("large", "A first sentence stands here.", noise), path="large", digest="1")
        assert index.verify() == []
        Connection(address).call("delete", "pages", filter="part == 1")
        assert "and 0 pages, its record says" in index.verify()[0]


def _with_a_passage_less(index, document_id):
    Connection(index.address).call("delete", "passages", filter=f'document == "{document_id}"')
    return index.verify()


def test_a_creation_drops_nothing_that_another_has_made_meanwhile(tmp_path, monkeypatch):
    address = f"milvus+file://{tmp_path}/lite.db/filings"
    with Index.create(address, embedder=HashEmbedder()) as first:
        first.add(document("a", "Revenue rose by ten percent."), path="a", digest="1")
        monkeypatch.setattr(MilvusStore, "exists", classmethod(lambda *_: False))  # as it was when they looked
        with Index.create(address, embedder=HashEmbedder()) as second:
            assert [record.title for record in second.documents()] == ["a"] and second.verify() == []
        with pytest.raises(StoreError, match="made with another model"):
            Index.create(address, embedder=HashEmbedder(fingerprint="other"))


@pytest.mark.parametrize("indexed", [True, False])
def test_what_a_killed_creation_left_is_made_anew(tmp_path, indexed):
    address = f"milvus+file://{tmp_path}/lite.db/filings"
    killed = Connection(address, make=True)
    schema, indexes = milvus_schema.passages(8 if indexed else 16, lite=True)  # of another model, or half made
    killed.call("create_collection", "passages", schema=schema)
    if indexed:
        killed.call("create_index", "passages", index_params=indexes, sync=False)
    killed.close()
    with Index.create(address, embedder=HashEmbedder()) as index:
        index.add(document("a", "Revenue rose by ten percent."), path="a", digest="1")
        assert len(index.search("revenue", k=1)) == 1 and index.verify() == []


def test_to_look_for_an_index_makes_no_file(tmp_path):
    assert not MilvusStore.exists(f"milvus+file://{tmp_path}/mistyped/lite.db/filings")
    assert list(tmp_path.iterdir()) == []


def test_a_document_whose_replacement_was_stopped_comes_back(tmp_path, monkeypatch):
    address = f"milvus+file://{tmp_path}/lite.db/filings"
    with Index.create(address, embedder=HashEmbedder()) as index:
        index.add(document("old", "The old report."), path="a", digest="1")
        with monkeypatch.context() as stopped:
            stopped.setattr(type(index.store), "_write", lambda *_: None)  # nothing is written any more
            index.add(document("new", "The new report."), path="a", digest="2")
    with Index.open(address, embedder=HashEmbedder(), writable=True) as index:
        assert index.documents() == [] and index.sources() == {}  # so that the file, whatever it is now, is read again
        index.add(document("old", "The old report."), path="a", digest="1")
        assert [record.title for record in index.documents()] == ["old"] and index.verify() == []


@pytest.mark.parametrize(
    "address",
    [
        "milvus+http://localhost:19530",
        "milvus+http://localhost:19530/",
        "milvus+http://localhost:19530/a-b",
        "milvus+http://user:secret@localhost:19530/name",
        "milvus+file:///tmp/x/name",
        "milvus+file://relative.db/name",
        "milvus+ftp://host/name",
    ],
)
def test_what_is_no_address_is_told_how_to_write_one(address):
    with pytest.raises(StoreError, match=r"write milvus\+http://HOST:19530/NAME") as refused:
        Index.open(address, embedder=HashEmbedder())
    assert "\n" not in str(refused.value)


def test_user_and_password_come_from_the_environment(monkeypatch):
    seen = {}

    class Client:
        def __init__(self, uri, **options):
            seen.update(options, uri=uri)

    monkeypatch.setattr("pymilvus.MilvusClient", Client)
    monkeypatch.setenv("FINANCEQA_MILVUS_TOKEN", "me:secret")
    Connection("milvus+https://host/name")
    assert (seen["uri"], seen["token"]) == ("https://host", "me:secret")


# --- what Milvus Lite does not honour, each as the documentation says it


def _open(address):
    try:
        Index.open(address, embedder=HashEmbedder())
    except StoreBusyError as error:
        os._exit(7 if "one process at a time" in str(error) else 1)


def test_lite_is_used_by_one_process_at_a_time(tmp_path):
    address = f"milvus+file://{tmp_path}/lite.db/filings"
    with Index.create(address, embedder=HashEmbedder()):
        other = clean_processes(__name__).Process(target=_open, args=(address,))
        other.start()
        other.join()
    assert other.exitcode == 7


def test_lite_takes_no_values_beside_a_filter_and_gives_bm25_a_minus(tmp_path):
    from pymilvus import MilvusClient
    from pymilvus.exceptions import MilvusException

    address = f"milvus+file://{tmp_path}/lite.db/filings"
    with Index.create(address, embedder=HashEmbedder()) as index:
        index.add(document("a", "Revenue rose by ten percent.", company="Acme"), path="a", digest="1")
        client = MilvusClient(f"{tmp_path}/lite.db")
        with pytest.raises(MilvusException):
            client.query("filings_passages", filter="company in {names}", filter_params={"names": ["Acme"]})
        ((hit,),) = client.search("filings_passages", data=["revenu"], anns_field="bm25", limit=1)
        assert hit["distance"] < 0 < index.search_lexical("revenue", k=1)[0][1]
        client.close()


def test_lite_counts_words_by_segment_not_in_all(tmp_path):
    """What was flushed earlier is scored by its own statistics, so the same text has two scores."""
    address = f"milvus+file://{tmp_path}/lite.db/filings"
    texts = [*(f"Revenue of plant {i} rose." for i in range(20)), "The walrus rose."]
    for number, some in enumerate((texts, ["The walrus rose."])):
        with Index.open_or_create(address, embedder=HashEmbedder()) as index:
            for text in some:
                index.add(document(f"{number}", text, company="Acme", year=number), path=f"{number}{text}", digest="1")
    with Index.open(address, embedder=HashEmbedder()) as index:
        first, second = (
            index.search_lexical("walrus", k=1, filters=Filters(fiscal_years=(year,)))[0][1] for year in (0, 1)
        )
        assert first > 2 * second


@pytest.mark.parametrize(("lite", "all_found"), [(True, True), (False, False)])
def test_lite_finds_too_little_with_a_filter_within_its_index_of_vectors(tmp_path, lite, all_found):
    from pymilvus import MilvusClient

    client = MilvusClient(f"{tmp_path}/lite.db")
    schema, indexes = milvus_schema.passages(16, lite=lite)
    client.create_collection("passages", schema=schema)
    client.create_index("passages", indexes, sync=False)
    client.release_collection("passages")
    rng = np.random.default_rng(0)
    documents = rng.normal(size=(60, 16))  # passages of one document are near each other
    vectors = documents[np.arange(3000) % 60] + 0.1 * rng.normal(size=(3000, 16))
    same = {"company": "", "form": "", "statement": "", "digest": "", "quarter": 0, "words": "w", "passage": ""}
    rows = [
        {**same, "id": i, "document": str(i % 60), "fiscal_year": 0, "vector": vectors[i].tolist()} for i in range(3000)
    ]
    client.upsert("passages", rows)
    client.flush("passages")
    client.load_collection("passages")  # builds the indexes
    (found,) = client.search(
        "passages", data=[vectors[1].tolist()], anns_field="vector", limit=50, filter='document in ["7"]'
    )
    assert (len(found) == 50) is all_found
    client.close()
