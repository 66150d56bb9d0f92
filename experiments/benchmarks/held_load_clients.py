"""Those who use the service while it is measured: clients that ask without pause, and one that uploads filings."""

from __future__ import annotations

import http.client
import json
import random
import time
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode

from qa.demo import sample_questions

PARAGRAPHS = 400  # of an uploaded filing
_TIMEOUT = 120.0  # seconds to wait for an answer
_LOOK = 0.1  # seconds between two looks at an upload
_SEARCHES, _PAGES = 0.15, 0.15  # shares of the requests; the others ask
_COMPANIES = ("Larkfield", "Brindlevale Outfitters", "Tarrow Point Utilities")
_ITEMS = "revenue, cost of revenue, gross profit, operating income, net income, total assets, inventories, income taxes".split(
    ", "
)
_YEARS = range(2019, 2024)
_PASSAGES = range(8, 17)  # read for a question; drawn too, so that few answers have been worked out before
_BOUNDARY = "a-line-that-no-filing-holds"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: its kind, when it was sent, how long it took, and how it ended.

    `ended` is the status, or the name of the error that broke it; a 503 without `Retry-After` is `503 without ...`.
    """

    kind: str
    at: float
    seconds: float
    ended: str


class Service:
    """A service on this machine."""

    def __init__(self, port: int) -> None:
        """At a port of 127.0.0.1."""
        self._port = port

    def request(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body of one response, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT)
        try:
            connection.request(method, path, body, {"Content-Type": kind} if body else {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def ready(self) -> bool:
        """Whether it answers questions."""
        try:
            return self.request("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def documents(self) -> set[str]:
        """Ids of the documents that it holds."""
        _, _, body = self.request("GET", "/v1/documents?limit=1000")
        return {document["id"] for document in json.loads(body)["documents"]}


class Client:
    """Asks, searches and reads pages, one request after the other, and comes again when it is told to.

    Attributes:
        sent: what it sent.
        end: when it stops, on the monotonic clock.
    """

    def __init__(self, service: Service, end: float, *, seed: int) -> None:
        """Until `end`, on the monotonic clock."""
        self.sent: list[Sent] = []
        self.end = end
        self._service = service
        self._rng = random.Random(seed)
        self._questions = questions()
        self._places = ["/v1/documents"]

    def run(self) -> None:
        """Goes on until the end."""
        while (now := time.monotonic()) < self.end:
            ended, wait = "", 0.0
            kind, method, path, body = self._next()
            try:
                status, headers, answer = self._service.request(method, path, body)
                again = headers.get("Retry-After")
                ended = str(status) if status != 503 or again else "503 without Retry-After"
                wait = float(again or 0)
                if status == 200 and kind == "ask":
                    self._remember(json.loads(answer))
            except (OSError, http.client.HTTPException) as error:
                ended = type(error).__name__
            self.sent.append(Sent(kind, now, time.monotonic() - now, ended))
            time.sleep(max(0.0, min(wait, self.end - time.monotonic())))

    def _next(self) -> tuple[str, str, str, bytes | None]:
        """Kind, method, path and body of a request drawn by chance."""
        draw, question = self._rng.random(), self._rng.choice(self._questions)
        if draw < _SEARCHES:
            return "search", "GET", "/v1/search?" + urlencode({"q": question}), None
        if draw < _SEARCHES + _PAGES:
            return "page", "GET", self._rng.choice(self._places), None
        asked = {"question": question, "k": self._rng.choice(_PASSAGES)}
        return "ask", "POST", "/v1/ask", json.dumps(asked).encode()

    def _remember(self, answer: dict[str, Any]) -> None:
        """Pages that answers cite are read later."""
        self._places += [f"/v1/documents/{c['document']}/pages/{c['page']}" for c in answer["citations"]]
        del self._places[:-20]


class Uploading:
    """Uploads filings so that one is always waiting while another is ingested.

    Attributes:
        ingested: ids of what they became.
    """

    def __init__(self, service: Service, end: float) -> None:
        """Until `end`, on the monotonic clock."""
        self.ingested: set[str] = set()
        self._service = service
        self._end = end
        self._passages = 0
        self._busy = 0.0
        self._failed: list[str] = []

    def run(self) -> None:
        """Goes on until the end, and until all that was uploaded is ingested."""
        number, open_uploads, seen = 0, list[str](), time.monotonic()
        while open_uploads or time.monotonic() < self._end:
            while len(open_uploads) < 2 and time.monotonic() < self._end:
                open_uploads.append(self._upload(number))
                number += 1
            open_uploads = [upload for upload in open_uploads if not self._ended(upload)]
            now = time.monotonic()
            self._busy += (min(now, self._end) - min(seen, self._end)) * bool(open_uploads)
            seen = now
            time.sleep(_LOOK)

    def figures(self, seconds: float) -> dict[str, Any]:
        """Documents, passages embedded, the share of the time that an ingest was going on, and what failed."""
        return {
            "documents": len(self.ingested),
            "passages": self._passages,
            "busy": self._busy / seconds,
            "failed": self._failed,
        }

    def _upload(self, number: int) -> str:
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="report-{number}.txt"\r\n\r\n'
        body = f"{head}{filing(number)}\r\n--{_BOUNDARY}--\r\n".encode()
        status, _, answer = self._service.request(
            "POST", "/v1/documents", body, f"multipart/form-data; boundary={_BOUNDARY}"
        )
        if status != 202:
            raise RuntimeError(f"an upload was answered {status}: {answer[:200].decode(errors='replace')}")
        return str(json.loads(answer)["id"])

    def _ended(self, upload: str) -> bool:
        state = json.loads(self._service.request("GET", f"/v1/uploads/{upload}")[2])
        if state["state"] == "done":
            self.ingested.add(state["document"])
            self._passages += state["embedded"]
        elif state["state"] == "failed":
            self._failed.append(state["reason"])
        return state["state"] in ("done", "failed")


def questions() -> list[str]:
    """Those of the samples, and figures and reasons that may or may not stand in the filings."""
    asked = ("What was {}'s {} in fiscal {}?", "Why did {}'s {} change in fiscal {}?")
    made = [text.format(*about) for text in asked for about in product(_COMPANIES, _ITEMS, _YEARS)]
    return [*(each.question for each in sample_questions()), *made]


def filing(number: int) -> str:
    """The text of a filing, as no other number gives it."""
    rng = random.Random(number)
    paragraphs = [f"Annual report {number} of Acme Lamps Corporation."]
    for store in range(PARAGRAPHS):
        sales, year = rng.randrange(100, 1000), rng.randrange(2005, 2025)
        paragraphs.append(
            f"In {year} store {store} of Acme Lamps sold lamps for ${sales} million, {sales % 90}% by post."
        )
    return "\n\n".join(paragraphs)
