"""The command, its processes and their ends."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from retrieval.index.index import Index
from tests.qa.test_api import QUESTION

LONG = "\n\n".join(
    f"In store {i} of Acme Lamps revenue was ${i + 100} million, and lamps were sold." for i in range(3000)
)


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
def test_a_killed_worker_loses_no_document_and_no_half_of_one(index):
    with serving(index, "--workers", "2") as (_, client, lines):
        file = {"file": ("long.txt", LONG.encode())}
        upload = client.post("/v1/documents", files=file, data={"company": "Acme Lamps"}).json()["id"]
        until(lambda: client.get(f"/v1/uploads/{upload}").json()["embedded"] > 0)
        os.kill(writer(index, lines), signal.SIGKILL)
        end = until(lambda: again(client, upload))
        assert end["state"] == "done"
        assert client.post("/v1/ask", json={"question": QUESTION}).json()["answer"] == "475"
        counts = client.get("/metrics").text
    assert 'financeqa_requests_total{method="POST",route="/v1/ask",status="200"} 1.0' in counts
    with Index.open(index) as opened:
        assert end["document"] in {record.id for record in opened.documents()} and not opened.verify()


def writer(index, lines):
    """The worker that holds the index's lock."""
    started = [int(line.split("[")[1].split("]")[0]) for line in lines if "Started server process" in line]
    (holding,) = [pid for pid in started if any(leads_to(fd, index / "writer.lock") for fd in descriptors(pid))]
    return holding


def descriptors(pid):
    return Path(f"/proc/{pid}/fd").iterdir()


def leads_to(link, path):
    try:
        return link.readlink() == path
    except OSError:
        return False


def again(client, upload):
    """An upload that has ended; `None` while it has not, or while its worker is gone."""
    try:
        state = client.get(f"/v1/uploads/{upload}").json()
    except httpx2.TransportError:
        return None
    return state if state["state"] in ("done", "failed") else None


@pytest.mark.slow
def test_schemathesis_finds_no_fault(index, tmp_path):
    with serving(index) as (_, client, _):
        address = f"{client.base_url}/openapi.json".replace("//openapi", "/openapi")
        options = [
            "--max-examples",
            "10",
            "--seed",
            "1",
            "--request-timeout",
            "60",
            "--phases",
            "examples,coverage,fuzzing",
            "--no-color",
        ]
        command = [sys.executable, "-m", "schemathesis.cli", "run", address, *options]
        result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
        assert result.returncode == 0, result.stdout
