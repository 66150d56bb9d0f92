"""A stand-in of SEC's EDGAR: companies and filings in memory, its shapes, its rate limit, and the failures of a bad day."""

import gzip
import json
import re
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LIMIT = 10  # requests in a second, above which it answers 429


@dataclass
class StandInFiling:
    """A filing on the stand-in; without a main document it is one text file."""

    accession: str
    form: str
    filed: str
    period_end: str
    document: str
    content: bytes


@dataclass
class StandInCompany:
    """A filer. `recent` filings stand on the first page, `older` on pages of their own."""

    cik: int
    name: str
    tickers: list
    recent: list
    older: list = field(default_factory=list)
    former_names: list = field(default_factory=list)

    @property
    def filings(self):
        """All of them."""
        return [*self.recent, *(filing for page in self.older for filing in page)]


class EdgarStandIn:
    """Serves while it is entered.

    Attributes:
        url: its address.
        requests: (monotonic seconds, path, user agent) of each request that it was sent.
        faults: what it does at a path before it answers: `status[:Retry-After]`, `truncate`, `hang`, in order.
        delay: seconds before each answer.
    """

    def __init__(self, *companies, delay=0.0):
        self.companies = {company.cik: company for company in companies}
        self.requests = []
        self.faults = defaultdict(list)
        self.delay = delay
        self._lock = threading.Lock()

    def __enter__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def paths(self):
        """What was asked for, in order."""
        return [path for _, path, _ in self.requests]

    @property
    def busiest_second(self):
        """The most requests that it was sent in any one second."""
        times = [at for at, _, _ in self.requests]
        return max(sum(start <= at < start + 1 for at in times) for start in times)

    def take(self, path, user_agent):
        """Notes a request; what befalls it: a status with headers, `truncate`, `hang`, or nothing."""
        with self._lock:
            now = time.monotonic()
            self.requests.append((now, path, user_agent))
            if "@" not in user_agent:
                return "403"
            if sum(now - at < 1 for at, _, _ in self.requests) > LIMIT:
                return "429:1"
            return self.faults[path].pop(0) if self.faults[path] else ""

    def body(self, path):
        """The document at a path; `None` where there is none."""
        if path == "/files/company_tickers.json":
            rows = [(c.cik, ticker, c.name) for c in self.companies.values() for ticker in c.tickers]
            return _json({str(i): {"cik_str": c, "ticker": t, "title": n} for i, (c, t, n) in enumerate(rows)})
        if found := re.fullmatch(r"/submissions/CIK(\d{10})(?:-submissions-(\d{3}))?\.json", path):
            company = self.companies.get(int(found[1]))
            return None if company is None else _submissions(company, found[2])
        if found := re.fullmatch(r"/Archives/edgar/data/(\d+)/(\d{18})/([^/]+)", path):
            company = self.companies.get(int(found[1]))
            for filing in company.filings if company else []:
                name = filing.document or f"{filing.accession}.txt"
                if (filing.accession.replace("-", ""), name) == (found[2], found[3]):
                    return filing.content
        return None


def _json(value):
    return json.dumps(value).encode()


def _columns(filings):
    return {
        "accessionNumber": [f.accession for f in filings],
        "filingDate": [f.filed for f in filings],
        "reportDate": [f.period_end for f in filings],
        "acceptanceDateTime": [f"{f.filed}T16:30:00.000Z" for f in filings],
        "form": [f.form for f in filings],
        "size": [len(f.content) for f in filings],
        "isInlineXBRL": [1 for _ in filings],
        "primaryDocument": [f.document for f in filings],
        "primaryDocDescription": [f.form for f in filings],
    }


def _submissions(company, page):
    name = f"CIK{company.cik:010}-submissions-{{:03}}.json"
    if page is not None:
        return _json(_columns(company.older[int(page) - 1])) if int(page) <= len(company.older) else None
    older = [
        {
            "name": name.format(number),
            "filingCount": len(filings),
            "filingFrom": min(f.filed for f in filings),
            "filingTo": max(f.filed for f in filings),
        }
        for number, filings in enumerate(company.older, start=1)
    ]
    return _json(
        {
            "cik": f"{company.cik:010}",
            "entityType": "operating",
            "name": company.name,
            "tickers": company.tickers,
            "exchanges": ["NYSE" for _ in company.tickers],
            "fiscalYearEnd": "1231",
            "formerNames": [
                {"name": n, "from": "1990-01-01T00:00:00.000Z", "to": "2000-01-01T00:00:00.000Z"}
                for n in company.former_names
            ],
            "filings": {"recent": _columns(company.recent), "files": older},
        }
    )


def _handler(edgar):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            fault = edgar.take(self.path, self.headers.get("User-Agent", ""))
            time.sleep(edgar.delay)
            if fault == "hang":
                time.sleep(2)
                self.close_connection = True
                return
            status, _, wait = fault.partition(":")
            if status.isdigit():
                self.give(int(status), b"<html>Undeclared Automated Tool, or too many requests</html>", wait)
                return
            body = edgar.body(self.path)
            if body is None:
                self.give(404, b"<Error><Code>NoSuchKey</Code></Error>")
            else:
                self.give(200, body, truncate=fault == "truncate")

        def give(self, status, body, wait="", truncate=False):
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body)
            self.send_response(status)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            if wait:
                self.send_header("Retry-After", wait)
            self.end_headers()
            if truncate:
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
            else:
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
