"""A full queue, deadlines and clients that go away."""

import asyncio
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from anyio.to_thread import current_default_thread_limiter

from qa.api import images
from qa.api.logs import JsonLines
from qa.api.stopping import StoppableIndex, StoppableReader, Stopped, until
from tests.qa.conftest import service
from tests.qa.test_api import QUESTION, documents, problem


def ask(client, question="What?"):
    return client.post("/v1/ask", json={"question": question})


def test_a_full_queue_says_when_to_come_again(api_index, slow):
    with service(api_index, opened=slow, queue=1) as client, ThreadPoolExecutor(5) as others:
        running = others.submit(ask, client)
        assert slow.begun.acquire(timeout=10)
        more = [others.submit(ask, client) for _ in range(4)]  # of which one may wait
        first = [done.result() for _, done in zip(range(3), as_completed(more, timeout=10), strict=False)]
        for refused in first:
            problem(refused, 503, "queue-full")
            assert int(refused.headers["retry-after"]) > 0
        slow.free.set()
        assert running.result().status_code == 200
        assert sorted(each.result().status_code for each in more) == [200, 503, 503, 503]
        assert ask(client).status_code == 200


def test_a_wait_that_would_be_long_is_refused_before_the_queue_is_full(api_index, slow):
    with service(api_index, opened=slow, queue=100) as client, ThreadPoolExecutor(9) as others:
        running = [others.submit(ask, client) for _ in range(5)]  # half a second each, before any is known
        assert slow.begun.acquire(timeout=10)
        while client.app.state.service.pool._taken < 5:
            time.sleep(0.01)
        refused = ask(client)
        problem(refused, 503, "queue-full")
        assert refused.headers["retry-after"] == "1"
        slow.free.set()
        assert {each.result().status_code for each in running} == {200}
        for _ in range(20):
            assert ask(client).status_code == 200
        slow.free.clear()
        more = [others.submit(ask, client) for _ in range(9)]  # which have turned out to be quick
        while client.app.state.service.pool._taken < 9:
            time.sleep(0.01)
        slow.free.set()
        assert {each.result().status_code for each in more} == {200}


def test_a_deadline_ends_the_request_and_its_work(api_index, slow):
    with service(api_index, opened=slow, deadline=0.3) as client:
        problem(ask(client), 504, "deadline")
        assert slow.stopped.wait(5)
        slow.free.set()
        assert ask(client).status_code == 200


def test_a_request_that_waits_beyond_its_deadline_is_never_begun(api_index, slow):
    with service(api_index, opened=slow, deadline=0.5) as client, ThreadPoolExecutor(1) as others:
        others.submit(ask, client, "first")
        assert slow.begun.acquire(timeout=10)
        slow.free.clear()
        problem(client.post("/v1/ask", json={"question": "second"}), 504, "deadline")
        assert slow.stopped.wait(5)
        slow.free.set()
        assert ask(client, "third").status_code == 200
        assert "third" in [question for question, _ in slow.asked]


def test_a_batch_has_one_deadline(api_index, slow):
    with service(api_index, opened=slow, deadline=0.3) as client:
        problem(client.post("/v1/ask/batch", json={"questions": [{"question": "a"}] * 3}), 504, "deadline")
        assert slow.stopped.wait(5) and len(slow.asked) == 1


def test_work_stops_when_its_client_goes_away(api_index, slow):
    with service(api_index, opened=slow, deadline=60) as client:
        client.portal.call(gone_at_once, client.app, slow, "POST", "/v1/ask", {"question": "What?"})
        assert slow.stopped.wait(5)
        slow.free.set()
        assert ask(client).status_code == 200


async def gone_at_once(app, slow, method, path, told=None):
    """Asks, and closes the connection once the work has begun."""
    messages = [{"type": "http.request", "body": json.dumps(told).encode()}]

    async def receive():
        if messages:
            return messages.pop()
        await asyncio.to_thread(slow.begun.acquire, timeout=10)
        return {"type": "http.disconnect"}

    async def send(message):
        pass

    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b""}
    await app({**scope, "root_path": "", "http_version": "1.1", "scheme": "http"}, receive, send)


class SlowDrawing:
    """Draws when it is let."""

    def __init__(self):
        self.free, self.stopped, self.begun = threading.Event(), threading.Event(), threading.Semaphore(0)

    async def __call__(self, path, page, box):
        self.begun.release()
        try:
            while not self.free.is_set():
                await asyncio.sleep(0.01)
        except asyncio.CancelledError:
            self.stopped.set()
            raise
        return b"a picture"


def test_few_images_wait_and_none_for_a_client_that_goes_away(api, monkeypatch):
    drawing = SlowDrawing()
    for name, value in (("draw", drawing), ("_places", asyncio.Semaphore(2)), ("_one_at_a_time", asyncio.Semaphore(1))):
        monkeypatch.setattr(images, name, value)
    path = f"/v1/documents/{documents(api)['Brindlevale Outfitters, Inc. 10-K FY2022']['id']}/pages/1/image"
    with ThreadPoolExecutor(3) as others:
        asked = [others.submit(api.get, path) for _ in range(3)]  # of which one is drawn and one may wait
        refused = next(as_completed(asked, timeout=10)).result()
        problem(refused, 503, "queue-full")
        assert int(refused.headers["retry-after"]) > 0
        drawing.free.set()
        assert sorted(each.result().status_code for each in asked) == [200, 200, 503]
    drawing.free.clear()
    while drawing.begun.acquire(blocking=False):
        pass
    api.portal.call(gone_at_once, api.app, drawing, "GET", path)
    assert drawing.stopped.wait(5)


def test_while_all_threads_wait_for_the_index_the_service_gives_a_sign_of_life(api, monkeypatch):
    monkeypatch.setattr("qa.api.holdings._PATIENCE", 60.0)
    with ThreadPoolExecutor(41) as others:
        with api.app.state.service.holdings._lock:
            waiting = [others.submit(api.get, "/v1/documents") for _ in range(40)]
            while api.portal.call(threads_in_use) < 40:
                time.sleep(0.01)
            assert others.submit(api.get, "/healthz").result(timeout=20).status_code == 200
        assert {each.result().status_code for each in waiting} == {200}


async def threads_in_use():
    return current_default_thread_limiter().borrowed_tokens


def test_a_read_that_waits_long_for_others_is_told_to_come_again(api, monkeypatch):
    monkeypatch.setattr("qa.api.holdings._PATIENCE", 0.05)
    with api.app.state.service.holdings._lock:
        for path in ("/v1/documents", "/readyz"):
            refused = api.get(path)
            problem(refused, 503, "index")
            assert int(refused.headers["retry-after"]) > 0


def test_reader_and_index_stop_between_their_steps(api):
    system = api.app.state.service.pool._system
    assert isinstance(system.index, StoppableIndex) and isinstance(system.reader, StoppableReader)
    document = system.index.documents()[0].id
    given_up = threading.Event()
    with until(given_up):
        assert system.reader.read("What?", ["Revenue was $5 million."])
        given_up.set()
        for step in (
            lambda: system.index.page(document, 1),
            lambda: system.index.search("revenue"),
            lambda: system.reader.read("What?", ["Revenue was $5 million."]),
        ):
            with pytest.raises(Stopped):
                step()
    assert system.index.page(document, 1).number == 1


@pytest.mark.parametrize("fault", [KeyError, StopIteration])
def test_a_fault_is_answered_and_logged_without_what_was_asked(api_index, slow, caplog, fault):
    def fail(question, **filters):
        raise fault(f"no answer to {question}")

    slow.ask = fail
    with service(api_index, opened=slow) as client, caplog.at_level(logging.INFO):
        problem(ask(client, QUESTION), 500)
    (fault,) = [record for record in caplog.records if record.levelname == "ERROR"]
    line = json.loads(JsonLines().format(fault))
    assert line["error"] in ("KeyError", "RuntimeError") and line["trace"]
    assert "Larkfield" not in json.dumps([JsonLines().format(record) for record in caplog.records])


@pytest.mark.parametrize("told", [False, True])
def test_questions_are_logged_only_where_told(api_index, slow, caplog, told):
    slow.free.set()
    with service(api_index, opened=slow, log_questions=told) as client, caplog.at_level(logging.INFO):
        ask(client, QUESTION)
        client.get("/v1/search", params={"q": QUESTION})
    lines = [json.loads(JsonLines().format(r)) for r in caplog.records if r.name == "financeqa.api"]
    request = next(line for line in lines if line["event"] == "request" and line["route"] == "/v1/ask")
    assert (request["method"], request["status"]) == ("POST", 200) and request["seconds"] >= 0
    assert ("Larkfield" in json.dumps(lines)) == told
