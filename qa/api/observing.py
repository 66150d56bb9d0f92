"""Each request is counted, timed and logged; one at which the service fails is answered all the same."""

from __future__ import annotations

import logging
import secrets
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.api.logs import log
from qa.api.metrics import Metrics
from qa.api.problems import internal_error

_METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")


class Observed:
    """An application whose requests are counted and logged, by route and never by what the client sent."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, log_questions: bool) -> None:
        """Around an application; questions are logged where they are asked for."""
        self.app = app
        self._metrics = metrics
        self._log_questions = log_questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, identifier, status = time.perf_counter(), secrets.token_hex(8), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = identifier
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            log("failed", {"id": identifier, "route": _route(scope)}, level=logging.ERROR, error=error)
            if not status:
                await internal_error()(scope, receive, watched)
        finally:
            self._record(scope, identifier, status, time.perf_counter() - started)

    def _record(self, scope: Scope, identifier: str, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"  # a client may send any word
        route = _route(scope)
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        fields = {"id": identifier, "method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
        if self._log_questions:
            fields["questions"] = scope.get("state", {}).get("questions")
        log("request", fields)


def _route(scope: Scope) -> str:
    """The path with its parameters' names in place of their values; `other` where there is no such route."""
    return getattr(scope.get("route"), "path", "other")
