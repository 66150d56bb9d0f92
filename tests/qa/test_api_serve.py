"""The command, its processes and their ends."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import httpx2
import psutil
import pytest

from experiments.benchmarks.held_load_clients import Client, Service, filing
from qa.api.limits import ARRIVAL_SECONDS
from retrieval.index.index import Index
from tests.qa.test_api import QUESTION


@contextmanager
def serving(index, *options):
    """The process of `financeqa serve` and a client of it, once it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "experiments.cli", "serve", "--index", index, "--port", port, *options]
    process = subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, text=True)
    lines = []
    reading = threading.Thread(target=lambda: lines.extend(process.stderr))
    reading.start()
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            until(lambda: ready(client, process))
            yield process, client, lines
    finally:
        process.terminate()
        process.wait(120)
        reading.join()


def ready(client, process):
    assert process.poll() is None
    try:
        return client.get("/readyz").status_code == 200
    except httpx2.TransportError:
        return False


def until(true, seconds=180):
    """Waits until something is true, and gives it."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


@pytest.fixture
def index(sample_index, tmp_path):
    shutil.copytree(sample_index, tmp_path / "index")
    return tmp_path / "index"


def test_a_port_that_is_taken_is_told_in_one_line(index):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "experiments.cli", "serve", "--index", index, "--port", taken.getsockname()[1]]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and re.fullmatch(r"error: cannot listen at 127.0.0.1, port \d+: .+\n", done.stderr)


def test_serve_refuses_what_cannot_be_served(tmp_path, sample_index):
    for options, said in (
        (("--index", tmp_path), "no index in"),
        (("--index", sample_index, "--host", "0.0.0.0"), "give API keys with --keys FILE"),
        (("--index", sample_index, "--keys", tmp_path / "none"), "cannot be read"),
    ):
        command = [sys.executable, "-m", "experiments.cli", "serve", *map(str, options)]
        result = subprocess.run(command, capture_output=True, text=True)
        assert result.returncode == 1 and said in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.slow
def test_an_end_finishes_what_is_running_and_logs_are_json(index):
    with serving(index) as (process, client, lines):
        answers = []
        batch = {"questions": [{"question": QUESTION}] * 4}
        asking = threading.Thread(target=lambda: answers.append(client.post("/v1/ask/batch", json=batch)))
        asking.start()
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        asking.join()
        assert [answer["answer"] for answer in answers[0].json()["answers"]] == ["475"] * 4
        assert process.wait(60) == 0
    events = [json.loads(line) for line in lines if line.startswith("{")]
    assert any(event.get("route") == "/v1/ask/batch" and event["status"] == 200 for event in events)
    assert "Larkfield" not in "".join(lines)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("victim", ["the worker whose process ingests", "the process that ingests"])
def test_killed_under_load_the_service_loses_nothing_and_answers_again_soon(index, victim):
    with serving(index, "--workers", "2") as (process, client, _):
        load = Load(client, clients=8)
        uploads = [upload(client, number) for number in range(3)]
        until(lambda: any(told(client, each)["embedded"] for each in uploads))
        ingesting = process_with(process, "qa.api.ingest_process")
        killed = ingesting.parent() if victim.startswith("the worker") else ingesting
        killed.kill()
        started = time.monotonic()
        until(lambda: answered(client), seconds=10)
        again = time.monotonic() - started
        ends = [until(lambda each=each: ended(client, each), seconds=600) for each in uploads]
        until(lambda: len(process_with(process, "spawn_main", all_of_them=True)) == 2)  # it is replaced
        load.stop()
    assert again < 10 and [end["state"] for end in ends] == ["done"] * 3
    # those that it was answering are told by the connection's end, and there is nobody else
    assert set(load.ends) <= {"200", "503", "RemoteDisconnected", "ConnectionResetError", "IncompleteRead"}
    assert load.ends.count("200") > 10
    with Index.open(index) as opened:
        assert {record.id for record in opened.documents()} >= {end["document"] for end in ends}
        assert len(opened.documents()) == 7 and opened.verify() == []


class Load:
    """Clients that ask without pause, until they are stopped."""

    def __init__(self, client, *, clients):
        self._asking = [Client(Service(client.base_url.port), float("inf"), seed=number) for number in range(clients)]
        self._threads = [threading.Thread(target=each.run) for each in self._asking]
        for thread in self._threads:
            thread.start()

    def stop(self):
        for each in self._asking:
            each.end = 0.0
        for thread in self._threads:
            thread.join()
        self.ends = [sent.ended for each in self._asking for sent in each.sent]


def upload(client, number):
    """The id of an upload of a filing that takes some seconds to ingest."""
    file = {"file": (f"report-{number}.txt", filing(number).encode())}
    return client.post("/v1/documents", files=file, data={"company": "Acme Lamps"}).json()["id"]


def told(client, identifier):
    return client.get(f"/v1/uploads/{identifier}").json()


def answered(client):
    """Whether a question is answered now."""
    try:
        return client.post("/v1/ask", json={"question": QUESTION}).json().get("answer") == "475"
    except httpx2.TransportError:
        return False


def process_with(served, words, *, all_of_them=False):
    """The descendant of the service whose command has these words."""
    found = [each for each in psutil.Process(served.pid).children(recursive=True) if words in " ".join(each.cmdline())]
    return found if all_of_them else found[0]


def ended(client, identifier):
    """An upload that has ended; `None` while it has not, or while its worker is gone."""
    try:
        state = told(client, identifier)
    except httpx2.TransportError:
        return None
    return state if state["state"] in ("done", "failed") else None


@pytest.mark.slow
def test_a_client_that_sends_a_byte_a_second_is_cut_off(index):
    with serving(index) as (_, client, _), socket.create_connection(("127.0.0.1", client.base_url.port)) as slow:
        slow.sendall(b"POST /v1/documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
        started = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < started + 10 * ARRIVAL_SECONDS:
                slow.sendall(b"a")
                time.sleep(1)
        assert time.monotonic() >= started + ARRIVAL_SECONDS
        assert answered(client)


@pytest.mark.slow
def test_requests_are_counted_over_all_workers(index):
    with serving(index, "--workers", "2") as (_, client, _):
        for _ in range(4):
            assert answered(client)
        counts = client.get("/metrics").text
    assert 'financeqa_requests_total{method="POST",route="/v1/ask",status="200"} 4.0' in counts


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_schemathesis_finds_no_fault_in_five_hundred_requests(index, tmp_path, seed):
    with serving(index) as (_, client, _):
        address = f"{client.base_url}/openapi.json".replace("//openapi", "/openapi")
        options = ["--max-examples", "40", "--seed", str(seed), "--request-timeout", "60", "--no-color"]
        command = [sys.executable, "-m", "schemathesis.cli", "run", address, *options]
        result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        counts = re.findall(
            r'financeqa_requests_total{.*route="(?!/readyz)(.*)",.*} ([0-9.]+)', client.get("/metrics").text
        )
    assert result.returncode == 0, result.stdout
    assert sum(float(count) for _, count in counts) >= 500
