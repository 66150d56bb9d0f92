"""The service over an index on a Milvus server: nothing of it lies on this machine but uploads and feedback."""

import time

from retrieval.index import milvus_connection
from retrieval.index.index import Index
from tests.qa.conftest import service
from tests.qa.test_api import problem

QUESTION = "What was Larkfield's cost of revenue in fiscal 2023?"


def copy(sample_index, milvus_server):
    with Index.open(sample_index) as samples, Index.create(milvus_server.address) as index:
        assert len(list(index.copy_from(samples))) == 4


def ingested(api, upload):
    """The state of an upload once it is done."""
    end = time.monotonic() + 200
    while (state := api.get(f"/v1/uploads/{upload.json()['id']}").json())["state"] != "done":
        assert state["state"] != "failed" and time.monotonic() < end
        time.sleep(0.2)
    return state


def test_the_service_answers_takes_in_and_deletes(milvus_server, sample_index, tmp_path):
    copy(sample_index, milvus_server)
    with service(milvus_server.address, files=tmp_path / "files") as api:
        answer = api.post("/v1/ask", json={"question": QUESTION}).json()
        citation = answer["citations"][0]
        page = api.get(f"/v1/documents/{citation['document']}/pages/{citation['page']}").json()["text"]
        assert answer["answer"] == page[citation["start"] : citation["end"]] == "528"
        assert api.get("/v1/search", params={"q": "cost of revenue", "company": "Larkfield Instruments"}).json()["hits"]
        upload = api.post("/v1/documents", files={"file": ("walrus.txt", b"The walrus was sold for a profit of 5.")})
        assert api.delete(f"/v1/documents/{ingested(api, upload)['document']}").status_code == 204
        assert api.get("/v1/documents").json()["total"] == 4
    assert (tmp_path / "files" / "uploads").is_dir()


def test_while_the_server_is_lost_the_service_says_so_and_uploads_wait(
    milvus_server, sample_index, tmp_path, monkeypatch
):
    copy(sample_index, milvus_server)
    with service(milvus_server.address, files=tmp_path / "files") as api:
        with monkeypatch.context() as hasty:
            hasty.setattr(milvus_connection, "PATIENCE", 1.0)
            milvus_server.kill()
            for answer in (
                api.post("/v1/ask", json={"question": QUESTION}),
                api.get("/v1/search", params={"q": QUESTION}),
                api.get("/v1/documents"),
                api.get("/readyz"),
            ):
                problem(answer, 503, "index")
                assert int(answer.headers["retry-after"]) > 0
            assert api.get("/healthz").status_code == 200
            upload = api.post(
                "/v1/documents", files={"file": ("walrus.txt", b"The walrus was sold for a profit of 5.")}
            )
            assert upload.status_code == 202
        milvus_server.start()
        ingested(api, upload)
        assert api.get("/v1/documents").json()["total"] == 5
