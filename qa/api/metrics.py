"""What Prometheus scrapes; with several worker processes, the sums over all of them."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # the folder through which worker processes share their counts
_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


class Metrics:
    """The counts of one process.

    Attributes:
        requests: answered, by method, route and status.
        seconds: from a request to its answer, by route.
        waited: seconds that questions and searches waited for their turn.
        answers: found or not.
        uploads: that came to an end, by what became of them.
    """

    def __init__(self) -> None:
        """All at zero."""
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "financeqa_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "financeqa_request_seconds",
            "From a request to its answer.",
            ("route",),
            registry=self._registry,
            buckets=_SECONDS,
        )
        self.waited = Histogram(
            "financeqa_queue_seconds", "Waited for the reader.", registry=self._registry, buckets=_SECONDS
        )
        self.answers = Counter("financeqa_answers", "Questions answered.", ("found",), registry=self._registry)
        self.uploads = Counter("financeqa_uploads", "Uploads ingested or not.", ("state",), registry=self._registry)

    def exposition(self) -> bytes:
        """The counts as text."""
        if SHARED not in os.environ:
            return generate_latest(self._registry)
        everyone = CollectorRegistry()
        MultiProcessCollector(everyone)  # type: ignore[no-untyped-call]
        return generate_latest(everyone)
