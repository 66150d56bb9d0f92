"""Clients that send a request at a snail's pace are cut off; others are not."""

import json
import socket
import threading
import time

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse

from qa.api import arriving


async def application(scope, receive, send):
    """Answers with the size of the body; at once, without reading it, where the path says so."""
    size = 0 if scope["path"] == "/at-once" else len(await Request(scope, receive).body())
    await JSONResponse({"size": size})(scope, receive, send)


@pytest.fixture
def port(monkeypatch):
    """Of a server with patience for half a second and 1,000 bytes a second more."""
    monkeypatch.setattr(arriving, "ARRIVAL_SECONDS", 0.5)
    monkeypatch.setattr(arriving, "ARRIVAL_RATE", 1_000)
    monkeypatch.setattr(arriving, "_LOOK", 0.05)
    config = uvicorn.Config(application, http=arriving.TimelyRequests, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join()


def connected(port):
    client = socket.create_connection(("127.0.0.1", port))
    client.settimeout(20)
    return client


def sent_slowly(client, data, pause=0.05):
    """How many bytes a client sent, one at a time, before it was cut off."""
    for number, byte in enumerate(data):
        try:
            client.sendall(bytes([byte]))
        except OSError:
            return number
        time.sleep(pause)
    return len(data)


def head(size, path="/"):
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode()


def answered(client):
    """Status and body of the next answer; nothing where the connection is closed."""
    reply = client.recv(65536)
    while reply and reply.count(b"}") == 0:
        reply += client.recv(65536)
    return (int(reply.split()[1]), json.loads(reply.split(b"\r\n\r\n")[1])["size"]) if reply else None


@pytest.mark.parametrize(
    "first", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", head(10_000), head(10_000, "/at-once")]
)
def test_a_byte_at_a_time_is_cut_off(port, first):
    with connected(port) as client:
        client.sendall(first)
        assert sent_slowly(client, b"a" * 1_000) < 200


def test_a_client_that_says_nothing_is_cut_off(port):
    with connected(port) as client:
        started = time.monotonic()
        assert client.recv(1) == b"" and time.monotonic() - started < 10


def test_a_large_body_has_more_time(port):
    with connected(port) as client:
        client.sendall(head(2_000) + b"a" * 1_900)
        assert sent_slowly(client, b"a" * 100, 0.01) == 100
        assert answered(client) == (200, 2_000)


def test_requests_that_come_in_at_once_are_answered_one_after_the_other(port):
    with connected(port) as client:
        for _ in range(3):
            client.sendall(head(5) + b"abcde")
            assert answered(client) == (200, 5)
            time.sleep(0.8)  # between requests a connection may rest for longer
