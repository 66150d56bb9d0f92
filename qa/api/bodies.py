"""Bodies no larger than they may be, and plain; the framework's own limit answers in plain text, not with a problem."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.api.limits import MAX_BODY, MAX_UPLOAD
from qa.api.problems import Problem

_UPLOADS = "/v1/documents"


class LimitedBodies:
    """Refuses a body that is packed, or larger than its route takes, before it is read where its length is told."""

    def __init__(self, app: ASGIApp) -> None:
        """Before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request pass, or answers it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = MAX_UPLOAD if scope["path"] == _UPLOADS else MAX_BODY
        headers = Headers(scope=scope)
        if headers.get("content-encoding", "identity").lower() != "identity":
            await _packed().response()(scope, receive, send)
            return
        told = headers.get("content-length", "")
        if told.isdecimal() and int(told) > limit:
            await _too_large(limit).response()(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > limit:
                raise _too_large(limit)
            return message

        await self.app(scope, counted, send)


def _packed() -> Problem:
    detail = "bodies are taken as they are, without a Content-Encoding; a filing itself may be gzipped"
    return Problem(415, "content-encoding", detail, headers={"Accept-Encoding": "identity"})


def _too_large(limit: int) -> Problem:
    return Problem(413, "too-large", f"the body is larger than {limit:,} bytes")
