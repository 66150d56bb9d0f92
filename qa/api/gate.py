"""Who is let in: by API key; without keys, on loopback, only what this machine's own pages and programs ask."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.api.keys import Keys
from qa.api.problems import Problem

_LOCAL = ("localhost", "127.0.0.1", "::1")


class Gate:
    """Checks each request before its body is read.

    Without keys the Host must name this machine and an Origin must be the service itself, so that no web page that
    somebody visits can speak to it, by another name for this address either. Where there are keys, everything under `/v1`
    needs one, and the metrics: one with the scope `write` to change documents. No page can send what it does not know, so a
    proxy on this machine may stand before the service then, by any name.
    """

    def __init__(self, app: ASGIApp, keys: Keys | None, *, loopback: bool) -> None:
        """Before an application; without keys, everybody who gets here may do everything."""
        self.app = app
        self._keys = keys
        self._loopback = loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request pass or answers it."""
        if scope["type"] == "http":
            problem = self._problem(scope)
            if problem is not None:
                await problem.response()(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _problem(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        if self._keys is None:
            return _foreign(headers) if self._loopback else None
        if not _needs_key(scope["path"]):
            return None
        scheme, _, key = headers.get("authorization", "").partition(" ")
        held = self._keys.scope(key.strip()) if scheme.lower() == "bearer" else None
        if held is None:
            challenge = {"WWW-Authenticate": 'Bearer realm="financeqa"'}
            return Problem(401, "no-key", "send a valid key as `Authorization: Bearer KEY`", headers=challenge)
        if held == "read" and _changes(scope):
            return Problem(403, "scope", "this key may read only; changing documents needs one that may write")
        return None


def _foreign(headers: Headers) -> Problem | None:
    """What is wrong with the Host or Origin of a request to a service on loopback."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if _split(f"//{host}").hostname not in _LOCAL:
        return Problem(421, "host", f"this service answers for {', '.join(_LOCAL)} only")
    if origin is not None and _split(origin).netloc.lower() != host.lower():
        return Problem(403, "origin", "pages of other origins may not use this service")
    return None


def _split(address: str) -> SplitResult:
    """The parts of an address; nothing where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _needs_key(path: str) -> bool:
    return path.startswith("/v1/") or path == "/metrics"


def _changes(scope: Scope) -> bool:
    return scope["path"].startswith("/v1/documents") and scope["method"] not in ("GET", "HEAD", "OPTIONS")
