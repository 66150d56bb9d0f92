"""The service over an index on a Milvus server: nothing of it lies on this machine but uploads and feedback."""

import time

from retrieval.index.index import Index
from tests.qa.conftest import service

QUESTION = "What was Larkfield's cost of revenue in fiscal 2023?"


def test_the_service_answers_takes_in_and_deletes(milvus_server, sample_index, tmp_path):
    with Index.open(sample_index) as samples, Index.create(milvus_server.address) as index:
        assert len(list(index.copy_from(samples))) == 4
    with service(milvus_server.address, files=tmp_path / "files") as api:
        answer = api.post("/v1/ask", json={"question": QUESTION}).json()
        citation = answer["citations"][0]
        page = api.get(f"/v1/documents/{citation['document']}/pages/{citation['page']}").json()["text"]
        assert answer["answer"] == page[citation["start"] : citation["end"]] == "528"
        assert api.get("/v1/search", params={"q": "cost of revenue", "company": "Larkfield Instruments"}).json()["hits"]
        upload = api.post("/v1/documents", files={"file": ("walrus.txt", b"The walrus was sold for a profit of 5.")})
        end = time.monotonic() + 120
        while (state := api.get(f"/v1/uploads/{upload.json()['id']}").json())["state"] != "done":
            assert state["state"] != "failed" and time.monotonic() < end
            time.sleep(0.2)
        assert api.delete(f"/v1/documents/{state['document']}").status_code == 204
        assert api.get("/v1/documents").json()["total"] == 4
    assert (tmp_path / "files" / "uploads").is_dir()
