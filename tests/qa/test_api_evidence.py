"""What the page shows beside an answer, and what people say of it."""

import json
import resource

import pytest

from qa.api import feedback
from qa.api.limits import MAX_CITED
from qa.data.squad_form import load_examples
from retrieval.data_folder import read_records
from tests.qa.test_api import NOWHERE, documents, problem

QUESTION = "What was Larkfield's cost of revenue in fiscal 2022?"
WORDS = "How many stores did Brindlevale Outfitters operate as of January 28, 2023?"


def cited(api, question):
    return api.post("/v1/ask", json={"question": question}).json()["citations"][0]


def table(api, citation, at=None):
    at = citation["start"] if at is None else at
    return api.get(f"/v1/documents/{citation['document']}/pages/{citation['page']}/table", params={"at": at})


def test_the_table_of_a_number_has_its_cell_its_row_and_its_column(api):
    found = table(api, cited(api, QUESTION)).json()
    at = found["cited"]
    here = [c for c in found["cells"] if (c["row"], c["column"]) == (at["row"], at["column"])]
    row = [c["text"] for c in sorted(found["cells"], key=lambda c: c["column"]) if c["row"] == at["row"]]
    heads = [
        c["text"] for c in found["cells"] if c["role"] == "header" and c["column"] <= at["column"] < c["column_end"]
    ]
    assert [c["text"] for c in here] == ["475"] and row[0] == "Cost of revenue" and "2022" in " ".join(heads)
    assert all(c["column_end"] <= found["columns"] for c in found["cells"])


def test_where_no_table_stands_there_is_none(api):
    citation = cited(api, WORDS)
    problem(table(api, citation), 404, "no-table")
    problem(table(api, citation, at=10**8), 404, "no-table")
    problem(table(api, {**citation, "document": NOWHERE}), 404, "no-document")


def told(api, citation, **more):
    return api.post("/v1/feedback", json={"question": WORDS, "citation": citation, **more})


@pytest.fixture
def kept(api_index):
    path = api_index / feedback.FILE
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def test_what_people_say_is_a_data_set_that_training_reads(api, kept):
    citation = cited(api, WORDS)
    assert told(api, citation, right="29 states").status_code == 201
    assert told(api, citation).status_code == 201
    right, unanswered = load_examples(str(kept), "train")
    assert (right.question, right.answers, right.group) == (WORDS, ("29 states",), "Brindlevale Outfitters, Inc.")
    assert "187 stores" in right.context and unanswered.context == right.context and not unanswered.answerable
    assert len({right.id, unanswered.id}) == 2


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"right": "200 stores"}, 409, "not-there"),
        ({"right": ""}, 422, "invalid-request"),
        ({"start": 10**8, "end": 10**8 + 1}, 404, "no-place"),
        ({"start": 5, "end": 5}, 404, "no-place"),
        ({"page": 99}, 404, "no-page"),
        ({"document": NOWHERE}, 404, "no-document"),
        ({"document": "../../etc"}, 422, "invalid-request"),
    ],
)
def test_feedback_that_fits_no_page_is_refused(api, kept, change, status, kind):
    citation = cited(api, WORDS)
    right = {"right": change["right"]} if "right" in change else {}
    place = {name: value for name, value in change.items() if name != "right"}
    problem(told(api, {**citation, **place}, **right), status, kind)
    assert not kept.exists()


def test_feedback_is_of_a_piece_of_a_page(api, kept):
    place = {"document": documents(api)["TARROW POINT UTILITIES CORPORATION 10-K FY2021"]["id"], "page": 1, "start": 0}
    problem(told(api, {**place, "end": MAX_CITED + 1}), 404, "no-place")
    assert told(api, {**place, "end": MAX_CITED}).status_code == 201


def test_there_is_an_end_to_what_is_kept(api, kept, monkeypatch):
    monkeypatch.setattr(feedback, "MAX_FEEDBACK", 10)
    citation = cited(api, WORDS)
    assert told(api, citation).status_code == 201
    problem(told(api, citation), 507, "feedback-full")
    assert len([json.loads(line) for line in kept.read_text().splitlines()]) == 1


@pytest.mark.parametrize(
    ("last", "ids"), [(b'{"id": 1}', [1, 2]), (b'{"id": 1}\n{"id": 7, "que', [1, 2]), (b'{"id": 7', [2])]
)
def test_a_line_that_was_broken_off_spoils_no_other(tmp_path, last, ids):
    (tmp_path / "kept.jsonl").write_bytes(last)
    feedback._append(tmp_path / "kept.jsonl", {"id": 2})
    assert [record["id"] for record in read_records(tmp_path / "kept.jsonl")] == ids


def test_a_line_that_does_not_fit_on_the_disk_leaves_nothing(tmp_path):
    kept, limits = tmp_path / "kept.jsonl", resource.getrlimit(resource.RLIMIT_FSIZE)
    feedback._append(kept, {"id": 1})
    resource.setrlimit(resource.RLIMIT_FSIZE, (kept.stat().st_size + 5, limits[1]))
    try:
        with pytest.raises(OSError):
            feedback._append(kept, {"id": 2})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [record["id"] for record in read_records(kept)] == [1]


def test_the_page_is_served_and_asks_nobody_else(api):
    page = api.get("/")
    assert (
        page.status_code == 200
        and "page/js/main.js" in page.text
        and "http" not in page.text.replace("http://www.w3.org", "")
    )
    for path in ("/page/page.css", "/page/js/main.js", "/page/js/answer.js", "/page/js/evidence.js"):
        assert api.get(path).status_code == 200, path
    for path in ("/page/../app.py", "/page/%2e%2e/app.py", "/page/js"):
        assert api.get(path).status_code in (404, 405), path
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("right", "cited", "place"),
    [
        ("23", 0, 32),  # neither in 2023 nor in 1,23 or 23.5
        ("stores", 0, 35),
        ("440", 0, None),
        ("2023", 40, 45),
        ("2023", 0, 3),
    ],
)
def test_what_would_have_been_right_is_a_whole_word_nearest_to_what_was_cited(right, cited, place):
    context = "In 2023 1,440 of 23.5 and 1,23, 23 stores of 2023."
    assert context.find("23 stores") == 32
    assert feedback._nearest(right, context, cited) == place
