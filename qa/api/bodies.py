"""Bodies no larger than they may be; the framework's own limit answers in plain text, not with a problem."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.api.limits import MAX_BODY, MAX_UPLOAD
from qa.api.problems import Problem

_UPLOADS = "/v1/documents"


class LimitedBodies:
    """Refuses a body that is larger than its route takes, before it is read where its length is told."""

    def __init__(self, app: ASGIApp) -> None:
        """Before an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request pass, or answers it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = MAX_UPLOAD if scope["path"] == _UPLOADS else MAX_BODY
        told = Headers(scope=scope).get("content-length", "")
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


def _too_large(limit: int) -> Problem:
    return Problem(413, "too-large", f"the body is larger than {limit:,} bytes")
