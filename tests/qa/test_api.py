"""Questions, search, documents and pages over the sample filings."""

import io
import json

import pytest
from openapi_spec_validator import validate
from PIL import Image

from qa.answering import MAX_QUESTION, PASSAGES
from qa.api import schemas
from qa.api.problems import MEDIA_TYPE
from tests.qa.conftest import service

QUESTION = "What was Larkfield's cost of revenue in fiscal 2022?"
NOWHERE = "0" * 16


def problem(response, status, kind=None):
    """The body of an error, which is a problem of this status and kind."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    body = response.json()
    assert body["status"] == status and body["title"] and body["detail"]
    assert body["type"] == ("about:blank" if kind is None else f"urn:financeqa:problem:{kind}")
    return body


def documents(api):
    return {each["title"]: each for each in api.get("/v1/documents").json()["documents"]}


def test_an_answer_is_what_the_command_line_prints(api, system):
    answer = api.post("/v1/ask", json={"question": QUESTION}).json()
    assert {**answer, "seconds": 0} == {**system.ask(QUESTION).to_json(), "seconds": 0}
    assert (answer["answer"], answer["value"], answer["citations"][0]["page"]) == ("475", "475000000", 4)


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "What was the percentage change in Larkfield's cost of revenue from 2022 to 2023?",
        "How many stores did Brindlevale Outfitters operate as of January 28, 2023?",
        "What was Nowhere Corporation's revenue in 2022?",
    ],
)
def test_the_schema_of_an_answer_has_all_of_it_and_nothing_else(system, question):
    answer = system.ask(question).to_json()
    assert schemas.Answer.model_validate(answer).model_dump(mode="json") == answer


def test_filters_reach_the_system(api):
    told = {"question": "What was the cost of revenue?", "company": "Larkfield", "year": 2023}
    assert api.post("/v1/ask", json=told).json()["answer"] == "528"
    only = documents(api)["Larkfield Instruments, Inc. 10-K FY2022"]["id"]
    asked = {"question": "What was the cost of revenue in 2022?", "documents": [only], "k": 3}
    assert api.post("/v1/ask", json=asked).json()["citations"][0]["document"] == only
    assert api.post("/v1/ask", json={**told, "year": 2023.0}).json()["answer"] == "528"


def test_each_question_has_its_own_k(api_index, slow):
    slow.free.set()
    with service(api_index, opened=slow) as client:
        for told in ({"k": 3}, {}):
            client.post("/v1/ask", json={"question": QUESTION, **told})
    assert [asked["k"] for _, asked in slow.asked] == [3, PASSAGES]


@pytest.mark.parametrize(
    ("told", "answer"),
    [
        ({"form": "10-K"}, "528"),
        ({"form": "10-Q"}, "not found"),
        ({"quarter": 2}, "not found"),
        ({"form": "10-K", "documents": [NOWHERE]}, "not found"),
    ],
)
def test_questions_are_asked_of_the_filings_that_pass_all_filters(api, told, answer):
    told = {"question": "What was Larkfield's cost of revenue in fiscal 2023?", **told}
    assert api.post("/v1/ask", json=told).json()["answer"] == answer


def test_how_long_it_waited_and_took_is_told(api):
    timing = api.post("/v1/ask", json={"question": QUESTION}).headers["Server-Timing"]
    assert timing.startswith("queue;dur=") and ", answer;dur=" in timing


def test_a_batch_is_answered_in_order(api):
    batch = {"questions": [{"question": QUESTION}, {"question": QUESTION.replace("2022", "2023")}]}
    answers = api.post("/v1/ask/batch", json=batch).json()["answers"]
    assert [answer["answer"] for answer in answers] == ["475", "528"]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/batch"])
@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b'{"question": '])
def test_a_body_that_is_no_json_is_told(api, path, body):
    response = api.post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422) and response.headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ({}, "body.question"),
        ({"question": ""}, "body.question"),
        ({"question": "a" * (MAX_QUESTION + 1)}, "body.question"),
        ({"question": 7}, "body.question"),
        ({"question": "\ud800"}, "body.question"),
        ({"question": QUESTION, "k": 0}, "body.k"),
        ({"question": QUESTION, "k": 101}, "body.k"),
        ({"question": QUESTION, "year": "2022"}, "body.year"),
        ({"question": QUESTION, "quarter": 4}, "body.quarter"),
        ({"question": QUESTION, "form": ""}, "body.form"),
        ({"question": QUESTION, "documents": ["../../etc/passwd"]}, "body.documents.0"),
        ({"question": QUESTION, "reader": "/etc"}, "body.reader"),
    ],
)
def test_what_is_wrong_with_a_question_is_told_without_repeating_it(api, body, at):
    response = api.post("/v1/ask", content=json.dumps(body), headers={"content-type": "application/json"})
    assert [error["at"] for error in problem(response, 422, "invalid-request")["errors"]] == [at]
    assert "aaaa" not in response.text and "passwd" not in response.text


def test_a_question_of_odd_characters_is_answered(api):
    answer = api.post("/v1/ask", json={"question": "\x00\u202e \ufeff'; DROP TABLE documents; --"}).json()
    assert not answer["found"] and answer["reason"]


def test_search_gives_passages_of_the_filing_asked_about(api):
    hits = api.get("/v1/search", params={"q": QUESTION, "k": 5}).json()["hits"]
    assert len(hits) == 5 and hits[0]["title"] == "Larkfield Instruments, Inc. 10-K FY2022"
    place = f"/v1/documents/{hits[0]['document']}/pages/{hits[0]['page']}"
    page = api.get(place, params={"start": hits[0]["start"], "length": 20}).json()
    assert page["text"] == api.get(place).json()["text"][hits[0]["start"] :][:20] != ""


@pytest.mark.parametrize(
    ("told", "titles"),
    [
        ({"company": "Brindlevale"}, {"Brindlevale Outfitters, Inc. 10-K FY2022"}),
        ({"year": 2023}, {"Larkfield Instruments, Inc. 10-K FY2023"}),
        ({"company": "Larkfield", "year": 2022}, {"Larkfield Instruments, Inc. 10-K FY2022"}),
        ({"company": "Nobody"}, set()),
        ({"form": "8-K"}, set()),
        ({"quarter": 1}, set()),
        ({"document": NOWHERE}, set()),
    ],
)
def test_search_keeps_to_its_filters(api, told, titles):
    hits = api.get("/v1/search", params={"q": "revenue", "k": 50, **told}).json()["hits"]
    assert {hit["title"] for hit in hits} == titles


@pytest.mark.parametrize("told", [{}, {"q": ""}, {"q": "a", "k": 1000}, {"q": "a", "document": "x"}])
def test_a_search_that_cannot_be_is_told(api, told):
    problem(api.get("/v1/search", params=told), 422, "invalid-request")


def test_documents_are_listed_a_piece_at_a_time(api):
    first = api.get("/v1/documents", params={"limit": 1}).json()
    rest = api.get("/v1/documents", params={"offset": 1}).json()
    assert first["total"] == rest["total"] == 1 + len(rest["documents"]) >= 4
    listed = documents(api)["Larkfield Instruments, Inc. 10-K FY2022"]
    assert (listed["company"], listed["form"], listed["fiscal_year"]) == ("Larkfield Instruments, Inc.", "10-K", 2022)
    assert api.get(f"/v1/documents/{listed['id']}").json() == listed
    assert "source" not in listed and "/" not in json.dumps(listed)


def test_documents_and_pages_that_are_not_there_are_told(api):
    known = next(iter(documents(api).values()))
    problem(api.get(f"/v1/documents/{NOWHERE}"), 404, "no-document")
    problem(api.delete(f"/v1/documents/{NOWHERE}"), 404, "no-document")
    problem(api.get(f"/v1/documents/{NOWHERE}/pages/1"), 404, "no-document")
    problem(api.get(f"/v1/documents/{known['id']}/pages/{known['pages'] + 1}"), 404, "no-page")
    for number in (0, -1, 10**30, "x"):
        problem(api.get(f"/v1/documents/{known['id']}/pages/{number}"), 422, "invalid-request")
    problem(api.get("/v1/documents/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), 404)
    problem(api.get("/v1/nothing"), 404)


def test_methods_that_a_path_does_not_have_are_told_with_those_that_it_has(api):
    for path, methods in (
        ("/v1/ask", "POST"),
        ("/v1/documents", "GET, POST"),
        (f"/v1/documents/{NOWHERE}", "GET, DELETE"),
    ):
        refused = api.put(path)
        problem(refused, 405)
        assert refused.headers["allow"] == methods


def test_the_box_of_a_citation_is_marked_on_the_image_of_its_page(api):
    question = "How many stores did Brindlevale Outfitters operate as of January 28, 2023?"
    citation = api.post("/v1/ask", json={"question": question}).json()["citations"][0]
    place = f"/v1/documents/{citation['document']}/pages/{citation['page']}/image"
    box = ",".join(map(str, citation["box"]))
    plain, marked = (api.get(place, params=params) for params in ({}, {"box": box}))
    assert plain.headers["content-type"] == marked.headers["content-type"] == "image/png"
    before, after = (Image.open(io.BytesIO(each.content)).convert("RGB") for each in (plain, marked))
    left, top, right, bottom = citation["box"]
    scale = before.width / api.get(place.removesuffix("/image")).json()["width"]
    at = round(scale * (left + right) / 2), round(scale * (top - 2))
    assert before.size == after.size and after.getpixel(at) == (204, 0, 0) != before.getpixel(at)
    corners = ",".join(map(str, (right, bottom, left, top)))
    assert api.get(place, params={"box": corners}).content == marked.content
    problem(api.get(place, params={"box": "1,2,3"}), 422, "invalid-request")


def test_pages_of_other_files_have_no_image(api):
    known = documents(api)["Larkfield Instruments, Inc. 10-K FY2022"]
    problem(api.get(f"/v1/documents/{known['id']}/pages/1/image"), 404, "no-image")


def test_the_service_says_how_it_is(api):
    assert api.get("/healthz").json() == api.get("/readyz").json() == {"status": "ok"}
    api.get("/v1/nothing")
    api.post("/v1/ask", json={"question": QUESTION})
    text = api.get("/metrics").text
    assert 'financeqa_requests_total{method="GET",route="other",status="404"}' in text
    assert 'financeqa_requests_total{method="POST",route="/v1/ask",status="200"}' in text
    assert 'financeqa_answers_total{found="true"}' in text and "Larkfield" not in text


def test_methods_that_clients_invent_are_counted_as_one(api, caplog):
    with caplog.at_level("INFO"):
        for number in range(3):
            problem(api.request(f"BREW{number}", "/v1/ask"), 405)
    counts, logged = api.get("/metrics").text, [each for each in caplog.records if each.name == "financeqa.api"]
    assert 'financeqa_requests_total{method="other",route="/v1/ask",status="405"}' in counts
    assert "BREW" not in counts + "".join(str(vars(record)) for record in logged)


def test_every_response_has_security_headers(api):
    for response in (api.get("/healthz"), api.get("/v1/nothing"), api.post("/v1/ask", content=b"{")):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["cache-control"] == "no-store" and "server" not in response.headers


def test_a_body_that_is_too_large_is_refused(api):
    large = b'{"question": "' + b"a" * 2_000_000
    problem(api.post("/v1/ask", content=large), 413, "too-large")
    in_pieces = (large[at : at + 9999] for at in range(0, len(large), 9999))
    told = {"content-type": "application/json"}
    problem(api.post("/v1/ask", content=in_pieces, headers=told), 413, "too-large")
    problem(api.post("/v1/documents", headers={"content-length": "50000001"}), 413, "too-large")


def test_the_description_is_valid_and_its_errors_are_problems(api):
    described = api.get("/openapi.json").json()
    validate(described)
    operations = [operation for path in described["paths"].values() for operation in path.values()]
    errors = [
        response
        for operation in operations
        for status, response in operation["responses"].items()
        if not status.startswith("2")
    ]
    assert len(errors) > len(operations) and all(list(each["content"]) == [MEDIA_TYPE] for each in errors)
    assert "422" in described["paths"]["/v1/ask"]["post"]["responses"]
