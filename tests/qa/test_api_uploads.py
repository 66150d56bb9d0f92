"""Uploads: what becomes of good, broken and hostile files, told by events; deletion; processes that are killed."""

import gzip
import json
import shutil
import sqlite3

import pytest

from qa.api import ingest_process
from qa.api.holdings import Holdings
from qa.api.ingest_process import Ingest
from qa.api.upload_store import UploadStore
from retrieval.document import Identity
from retrieval.index.index import Index
from retrieval.index.store import StoreError
from tests.fakes import HashEmbedder
from tests.hostile import HTML, READABLE, pdf
from tests.qa.conftest import service
from tests.qa.test_api import problem

REPORT = b"Acme Lamps opened 187 stores in 29 states in the year. Revenue was $5 million.\n"


def uploaded(api, data, name="report.txt", **said):
    """An upload's last state, as its events tell it, and all states before."""
    accepted = api.post("/v1/documents", files={"file": (name, data)}, data=said)
    assert accepted.status_code == 202, accepted.text
    assert accepted.headers["location"] == f"/v1/uploads/{accepted.json()['id']}"
    told = events(api, accepted.json()["id"])
    assert told[-1] == api.get(accepted.headers["location"]).json()
    return told[-1], [each["state"] for each in told]


def events(api, upload):
    """All events of an upload, up to its end."""
    with api.stream("GET", f"/v1/uploads/{upload}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line.startswith("data: ")]


def listed(api):
    return {document["id"] for document in api.get("/v1/documents").json()["documents"]}


def kept(api):
    """Names of the files that uploads have left."""
    folder = api.app.state.service.uploads.folder
    return {path.name for path in folder.iterdir() if not path.name.startswith("uploads.sqlite")}


def test_an_uploaded_filing_is_ingested_answered_from_and_deleted(api):
    end, states = uploaded(api, REPORT, company="Acme Lamps", form="10-K", year="2022")
    assert states[-1] == "done" and end["title"] == "Acme Lamps 10-K FY2022"
    assert (end["pages"], end["embedded"]) == (1, end["to_embed"]) and end["embedded"] > 0
    document = api.get(f"/v1/documents/{end['document']}").json()
    assert (document["company"], document["form"], document["fiscal_year"]) == ("Acme Lamps", "10-K", 2022)
    question = "How many stores did Acme Lamps open in 2022?"
    citation = api.post("/v1/ask", json={"question": question, "k": 3}).json()["citations"][0]
    assert citation["document"] == end["document"] and "187" in citation["quote"]
    assert api.get("/v1/search", params={"q": question, "k": 1}).json()["hits"][0]["document"] == end["document"]
    files = kept(api)
    assert api.delete(f"/v1/documents/{end['document']}").status_code == 204
    problem(api.delete(f"/v1/documents/{end['document']}"), 404, "no-document")
    problem(api.get(f"/v1/documents/{end['document']}/pages/1"), 404, "no-document")
    hits = api.get("/v1/search", params={"q": question, "k": 50}).json()["hits"]
    assert end["document"] not in {hit["document"] for hit in hits} and len(files - kept(api)) == 1


def test_an_uploaded_pdf_has_an_image_until_its_file_is_another(api):
    end, _ = uploaded(api, pdf(READABLE), name="../../etc/report.pdf")
    assert (end["state"], end["name"], end["title"]) == ("done", "report.pdf", "report.pdf")
    place = f"/v1/documents/{end['document']}/pages/1"
    assert READABLE in api.get(place).json()["text"]
    assert api.get(f"{place}/image").content.startswith(b"\x89PNG")
    (file,) = api.app.state.service.holdings.files(end["document"])
    file.write_bytes(pdf(READABLE, mediabox=(300, 300)))
    assert "no longer" in problem(api.get(f"{place}/image"), 404, "no-image")["detail"]
    file.write_bytes(b"%PDF-1.7\n")
    problem(api.get(f"{place}/image"), 404, "no-image")
    file.unlink()
    problem(api.get(f"{place}/image"), 404, "no-image")
    api.delete(f"/v1/documents/{end['document']}")


@pytest.mark.parametrize(
    ("name", "data"), [("a.html.gz", gzip.compress(HTML)), ("a.md", b"# Item 7\n\nRevenue rose.\n")]
)
def test_each_kind_of_filing_is_taken(api, name, data):
    end, _ = uploaded(api, data, name=name)
    assert (end["state"], end["title"]) == ("done", name)
    api.delete(f"/v1/documents/{end['document']}")


@pytest.mark.parametrize(
    ("name", "data", "status", "kind"),
    [
        ("empty.pdf", b"", 422, "empty-file"),
        ("sheet.csv", b"item,2022\n", 415, "file-type"),
        ("sheet.csv.gz", gzip.compress(b"item,2022\n"), 415, "file-type"),
        ("photo.pdf", b"\x89PNG\r\n\x1a\n", 415, "file-type"),
        ("office.html", b"PK\x03\x04", 415, "file-type"),
        ("program.txt", b"\x7fELF", 415, "file-type"),
    ],
)
def test_what_is_plainly_no_filing_is_not_taken(api, name, data, status, kind):
    before = kept(api)
    problem(api.post("/v1/documents", files={"file": (name, data)}), status, kind)
    assert kept(api) == before


@pytest.mark.parametrize("said", [{"year": "0"}, {"quarter": "4"}, {"period_end": "0"}])
def test_what_is_said_wrongly_of_a_filing_is_told(api, said):
    problem(api.post("/v1/documents", files={"file": REPORT}, data=said), 422, "invalid-request")


def test_an_upload_without_a_file_or_form_is_told(api):
    problem(api.post("/v1/documents"), 422, "invalid-request")
    problem(api.post("/v1/documents", data={"file": "text"}), 422, "invalid-request")
    broken = {"content-type": "multipart/form-data; boundary=x"}
    problem(api.post("/v1/documents", content=b"--x\r\nbroken", headers=broken), 422, "invalid-request")
    problem(api.post("/v1/documents", content=b"--y\r\n\r\n", headers={"content-type": "multipart/form-data"}), 400)


def test_uploads_that_are_not_there_are_told(api):
    for place in ("", "/events"):
        problem(api.get(f"/v1/uploads/{'0' * 32}{place}"), 404, "no-upload")
        problem(api.get(f"/v1/uploads/..%2f..%2fetc{place}"), 404)
        problem(api.get(f"/v1/uploads/x{place}"), 422, "invalid-request")


def test_too_many_uploads_at_once_are_refused(api, monkeypatch):
    monkeypatch.setattr("qa.api.upload_store.MAX_WAITING", 0)
    refused = api.post("/v1/documents", files={"file": REPORT})
    problem(refused, 429, "uploads-full")
    assert int(refused.headers["retry-after"]) > 0


def test_while_another_process_writes_uploads_wait_and_deletion_is_told(api, monkeypatch):
    monkeypatch.setattr("qa.api.documents.DELETE_PATIENCE", 0.1)
    folder = api.app.state.service.settings.index
    with Index.open(folder, writable=True) as index:
        accepted = api.post("/v1/documents", files={"file": ("b.txt", b"Beta Corp. sold lamps in the year.\n")}).json()
        refused = api.delete(f"/v1/documents/{index.documents()[0].id}")
        problem(refused, 409, "index-busy")
        assert int(refused.headers["retry-after"]) > 0
        assert api.get(f"/v1/uploads/{accepted['id']}").json()["state"] == "waiting"
    end = events(api, accepted["id"])[-1]
    assert end["state"] == "done"
    api.delete(f"/v1/documents/{end['document']}")


@pytest.mark.parametrize("ended", ["left", "killed"])
def test_what_an_ended_service_left_is_ingested_by_the_next(sample_index, tmp_path, ended):
    shutil.copytree(sample_index, tmp_path / "index")
    text = b"".join(b"In store %d of Acme Lamps revenue was $%d million in the year.\n\n" % (i, i) for i in range(400))
    with service(tmp_path / "index") as first:
        accepted = first.post("/v1/documents", files={"file": ("stores.txt", text)}).json()
        state = first.get(f"/v1/uploads/{accepted['id']}").json()["state"]
        while state == "waiting":
            state = first.get(f"/v1/uploads/{accepted['id']}").json()["state"]
        if ended == "killed":
            first.app.state.service.ingesting._process.kill()
    with service(tmp_path / "index") as second:
        end = events(second, accepted["id"])[-1]
        assert end["state"] == "done" and listed(second) >= {end["document"]}
    with Index.open(tmp_path / "index") as index:
        assert index.verify() == [] and len(index.documents()) == 5


@pytest.fixture
def store(tmp_path):
    """The uploads of an empty index."""
    Index.create(tmp_path / "index", embedder=HashEmbedder()).close()
    store = UploadStore(tmp_path / "index")
    yield store
    store.close()


def accept(store, tmp_path, data=REPORT):
    (tmp_path / "report").write_bytes(data)
    with (tmp_path / "report").open("rb") as file:
        return store.accept(file, name="report.txt", suffix=".txt", identity=Identity(company="Acme Lamps"))


def ingest_all(store, tmp_path, embedder=None):
    """Ingests as a new process would, until nothing is left."""
    ingest = Ingest(tmp_path / "index", store, embedder or HashEmbedder())
    while ingest.next() != "none":
        pass


def test_what_a_killed_process_left_is_gone_on_with(store, tmp_path):
    upload = accept(store, tmp_path)
    store.update(upload, state="embedding", tries=1)
    ingest_all(store, tmp_path)
    again = UploadStore(tmp_path / "index").get(upload.id)
    assert (again.state, again.tries) == ("done", 2)
    with Index.open(tmp_path / "index", embedder=HashEmbedder()) as index:
        assert [record.id for record in index.documents()] == [again.document] and not index.verify()


def test_a_document_that_a_killed_process_had_no_time_to_report_is_not_read_again(store, tmp_path):
    upload = accept(store, tmp_path)
    ingest_all(store, tmp_path)
    store.update(upload, state="embedding", document=None)
    store.path(upload).unlink()
    ingest_all(store, tmp_path)
    again = store.get(upload.id)
    with Index.open(tmp_path / "index", embedder=HashEmbedder()) as index:
        assert again.state == "done" and [record.id for record in index.documents()] == [again.document]


def test_an_upload_that_is_broken_off_by_an_end_is_not_counted_as_tried(store, tmp_path):
    class Ended(HashEmbedder):
        def embed(self, texts):
            raise SystemExit

    upload = accept(store, tmp_path)
    with pytest.raises(SystemExit):
        ingest_all(store, tmp_path, Ended())
    again = store.get(upload.id)
    assert (again.state, again.tries, again.embedded) == ("waiting", 0, 0)
    ingest_all(store, tmp_path)
    assert store.get(upload.id).state == "done"


def test_a_filing_of_too_many_passages_is_refused(store, tmp_path, monkeypatch):
    monkeypatch.setattr(ingest_process, "MAX_PASSAGES", 2)
    text = "".join(f"Store {i} of Acme Lamps sold {i} lamps. " * 40 + "\n\n" for i in range(9)).encode()
    upload = accept(store, tmp_path, text)
    ingest_all(store, tmp_path)
    assert "passages, more than 2; split it" in store.get(upload.id).reason and not store.path(upload).exists()
    with Index.open(tmp_path / "index", embedder=HashEmbedder()) as index:
        assert index.size == 0


def test_an_upload_that_ends_the_process_each_time_is_given_up(store, tmp_path):
    upload = accept(store, tmp_path)
    store.update(upload, state="embedding", tries=3)
    ingest_all(store, tmp_path)
    assert "broke off 3 times" in store.get(upload.id).reason and store.path(upload).exists()


def fail(monkeypatch, error, upload=None):
    """Has the index take in none of the uploads, or all but one."""
    add = Index.add

    def failing(index, document, *, path, digest):
        if upload is None or upload.id in path:
            raise error
        return add(index, document, path=path, digest=digest)

    monkeypatch.setattr(Index, "add", failing)


def test_a_fault_ends_one_upload_and_not_the_others(store, tmp_path, monkeypatch):
    first, second = accept(store, tmp_path), accept(store, tmp_path)
    fail(monkeypatch, ValueError("a cell of /secret/path has no row"), first)
    ingest_all(store, tmp_path)
    assert store.get(first.id).reason == "cannot be ingested (ValueError)" and store.get(second.id).state == "done"
    assert not store.path(first).exists()


@pytest.mark.parametrize("fault", [OSError(28, "no space left"), sqlite3.OperationalError("database or disk is full")])
def test_while_the_disk_is_full_uploads_wait(store, tmp_path, monkeypatch, fault):
    uploads = [accept(store, tmp_path) for _ in range(2)]
    with monkeypatch.context() as full:
        fail(full, fault)
        for _ in range(8):
            with pytest.raises(type(fault)):
                ingest_all(store, tmp_path)
    for upload in map(store.get, [each.id for each in uploads]):
        assert (upload.state, upload.tries, store.path(upload).exists()) == ("waiting", 0, True)
    ingest_all(store, tmp_path)
    assert [store.get(each.id).state for each in uploads] == ["done", "done"]


@pytest.mark.parametrize("fault", [MemoryError(), StoreError("the server refuses")])
def test_an_upload_that_provokes_a_fault_holds_up_no_other_and_ends_with_its_file_kept(
    store, tmp_path, monkeypatch, fault
):
    first, second = accept(store, tmp_path), accept(store, tmp_path)
    fail(monkeypatch, fault, first)
    with pytest.raises(type(fault)):
        ingest_all(store, tmp_path)
    assert [store.get(each.id).state for each in (first, second)] == ["waiting", "waiting"]
    for _ in range(2):
        with pytest.raises(type(fault)):
            ingest_all(store, tmp_path)
        assert [store.get(each.id).state for each in (first, second)] == ["waiting", "done"]
    ingest_all(store, tmp_path)
    assert "broke off 3 times" in store.get(first.id).reason and store.path(first).exists()


def test_files_that_nobody_knows_are_swept_away_after_a_while(store, tmp_path, monkeypatch):
    upload = accept(store, tmp_path)
    stray, fresh, ingested = (store.folder / name for name in ("stray.txt", "fresh.txt", "ingested.txt"))
    for path in (stray, fresh, ingested):
        path.touch()
    monkeypatch.setattr("qa.api.upload_store._ABANDONED", -1.0)
    store.sweep({str(ingested), str(fresh)})
    assert not stray.exists() and ingested.exists() and store.path(upload).exists()
    monkeypatch.setattr("qa.api.upload_store._KEPT", -1.0)
    store.update(upload, state="done")
    store.sweep({str(store.path(upload))})
    assert store.get(upload.id) is None and store.path(upload).exists()


def test_an_index_that_was_moved_keeps_what_was_uploaded_to_it(store, tmp_path, monkeypatch):
    upload = accept(store, tmp_path)
    ingest_all(store, tmp_path)
    document = store.get(upload.id).document
    shutil.move(tmp_path / "index", tmp_path / "moved")
    moved = UploadStore(tmp_path / "moved")
    monkeypatch.setattr("qa.api.upload_store._ABANDONED", -1.0)
    monkeypatch.setattr("qa.api.upload_store._KEPT", -1.0)
    with Index.open(tmp_path / "moved", embedder=HashEmbedder()) as index:
        moved.sweep(index.sources().keys())
    assert moved.get(upload.id) is None
    assert Holdings(tmp_path / "moved", moved.folder).files(document) == [moved.path(upload)]
