"""Hostile uploads: the service goes on answering, and nothing of them is half ingested."""

import gzip
import threading
import time

import pytest

from qa.api import bodies
from qa.api.limits import DEADLINE
from tests.hostile import SIDECARS, cases
from tests.qa.test_api import QUESTION, problem
from tests.qa.test_api_uploads import REPORT, events, kept, listed

QUICK = ("cut.pdf", "locked.pdf", "bomb.pdf", "cycle.pdf", "bomb.txt.gz", "cut.txt.gz", "blank.txt", "reading.html")
CASES = [
    pytest.param(case, id=ascii(case.name)[1:-1], marks=() if case.name in QUICK else pytest.mark.slow)
    for case in cases()
    if case.name not in SIDECARS
]


class Asking:
    """Asks again and again in a thread until it is told to end.

    Attributes:
        slowest: seconds of the answer that took longest.
        statuses: of all answers.
    """

    def __init__(self, api):
        self.slowest, self.statuses = 0.0, set()
        self._api = api
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._ended.is_set():
            started = time.monotonic()
            self.statuses.add(self._api.post("/v1/ask", json={"question": QUESTION}).status_code)
            self.slowest = max(self.slowest, time.monotonic() - started)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_file_is_read_or_refused_while_questions_are_answered(api, case):
    documents, files = listed(api), kept(api)
    with Asking(api) as asking:
        answer = api.post("/v1/documents", files={"file": (case.name, case.data)})
        if answer.status_code == 202:
            end = events(api, answer.json()["id"])[-1]
            reason, document = end["reason"], end["document"]
        else:
            assert answer.status_code in (415, 422)
            reason, document = answer.json()["detail"], None
    if case.reason is None:
        assert reason is None and listed(api) == documents | {document}
        assert api.get(f"/v1/documents/{document}/pages/1").json()["characters"] > 0
        assert api.delete(f"/v1/documents/{document}").status_code == 204
    else:
        assert document is None and ("empty" in reason if case.reason == "empty file" else case.reason in reason)
    assert listed(api) == documents and kept(api) == files
    assert asking.statuses == {200} and asking.slowest < DEADLINE


FORM = {"content-type": "multipart/form-data; boundary=x"}
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'


def test_a_file_that_grows_beyond_the_limit_while_it_comes_in_is_refused(api, monkeypatch):
    monkeypatch.setattr(bodies, "MAX_UPLOAD", 1_000_000)
    before, sent = kept(api), []

    def endless():
        yield HEAD
        while len(sent) < 1000:
            sent.append(1)
            yield REPORT * 100

    problem(api.post("/v1/documents", content=endless(), headers=FORM), 413, "too-large")
    assert kept(api) == before


def test_a_body_that_is_packed_is_refused_before_it_is_unpacked(api):
    bomb = gzip.compress(b" " * 100_000_000, 1)
    for path, kind in (("/v1/ask", "application/json"), ("/v1/documents", FORM["content-type"])):
        refused = api.post(path, content=bomb, headers={"content-type": kind, "content-encoding": "gzip"})
        problem(refused, 415, "content-encoding")
        assert refused.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "name",
    ["../../../../tmp/x.txt", "/etc/passwd", "..\\..\\x.txt", "a\x00b.txt", ".", "..", "x" * 1000, "\u202etxt.exe"],
)
def test_no_name_of_a_file_leads_anywhere(api, name):
    before = kept(api)
    accepted = api.post("/v1/documents", files={"file": (name, REPORT)})
    assert accepted.status_code == 202, accepted.text
    shown = accepted.json()["name"]
    assert 0 < len(shown) <= 200 and shown.isprintable() and not {"/", "\\"} & set(shown)
    end = events(api, accepted.json()["id"])[-1]
    (file,) = kept(api) - before
    assert file.split(".")[0] == end["id"]
    api.delete(f"/v1/documents/{end['document']}")
    assert kept(api) == before


@pytest.mark.parametrize(
    "part",
    [
        b'name="file"; filename="a.txt"\r\nContent-Type: ' + b"x" * 100_000,
        b'name="file"; filename="a.txt"\r\n' + b"X-Header: y\r\n" * 10_000,
        b'name="file"; filename=' + b'"' * 10_000,
        b'name="\xff\xfe"; filename="\xff.txt"',
        b"",
    ],
)
def test_a_hostile_part_of_a_form_is_refused(api, part):
    body = b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n\r\n" + REPORT + b"\r\n--x--\r\n"
    answer = api.post("/v1/documents", content=body, headers=FORM)
    problem(answer, answer.status_code, "invalid-request" if answer.status_code == 422 else None)
    assert answer.status_code in (400, 422)


def test_a_form_of_very_many_parts_is_refused(api):
    for field in (b'name="file"; filename="a.txt"', b'name="year"'):
        part = b"--x\r\nContent-Disposition: form-data; " + field + b"\r\n\r\n1\r\n"
        problem(api.post("/v1/documents", content=part * 2000 + b"--x--\r\n", headers=FORM), 400)
