"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from qa.api.logs import log

_METHODS = ("GET", "POST", "DELETE")
MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    """What is wrong with one part of a request."""

    at: str = Field(examples=["body.question"])
    detail: str = Field(examples=["String should have at most 2000 characters"])


class ProblemBody(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(examples=["urn:financeqa:problem:queue-full"])
    title: str = Field(examples=["Service Unavailable"])
    status: int = Field(examples=[503])
    detail: str = Field(examples=["too many requests are waiting; try again later"])
    errors: list[Fault] | None = Field(default=None, description="Of a request that is not valid.")


class Problem(HTTPException):
    """An error with a kind of its own, such as `queue-full`."""

    def __init__(self, status: int, kind: str, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        """With an HTTP status, what went wrong in one line, and headers for the answer."""
        super().__init__(status, detail, headers)
        self.kind = kind

    def response(self) -> Response:
        """The error as it is sent."""
        return _response(self.status_code, f"urn:financeqa:problem:{self.kind}", str(self.detail), self.headers)


def unavailable(kind: str, detail: str, *, seconds: int) -> Problem:
    """An error that will pass; it is worth trying again after some seconds."""
    return Problem(503, kind, detail, headers={"Retry-After": str(seconds)})


def internal_error() -> Response:
    """What is sent where the service itself is at fault."""
    return _response(500, "about:blank", "the service failed; its log says why", None)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What the description of a route says of these statuses."""
    return {status: {"model": ProblemBody, "description": _title(status)} for status in statuses}


async def on_http_exception(request: Request, error: Exception) -> Response:
    """A problem, or what the framework raised, as it is sent."""
    if isinstance(error, Problem):
        return error.response()
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:
        return _response(405, "about:blank", "not for this path", {"Allow": ", ".join(_allowed(request))})
    return _response(error.status_code, "about:blank", str(error.detail), error.headers)


async def on_invalid_request(_: Request, error: Exception) -> Response:
    """What is wrong with each part of a request; 400 where its body is no JSON at all. Its values are not repeated."""
    if not isinstance(error, RequestValidationError):
        raise error
    broken = any(each["type"] == "json_invalid" for each in error.errors())
    faults = [{"at": ".".join(map(str, each["loc"])), "detail": str(each["msg"])} for each in error.errors()]
    detail = "the body is not JSON" if broken else "; ".join(f"{fault['at']}: {fault['detail']}" for fault in faults)
    kind = "urn:financeqa:problem:" + ("not-json" if broken else "invalid-request")
    return _response(400 if broken else 422, kind, detail, None, errors=faults)


async def on_store_error(_: Request, error: Exception) -> Response:
    """That the index cannot be reached, which the log says more about."""
    log("index", {}, level=logging.ERROR, error=error)
    return unavailable("index", "the index cannot be reached; try again later", seconds=10).response()


def _response(status: int, kind: str, detail: str, headers: Mapping[str, str] | None, **more: Any) -> Response:  # noqa: ANN401
    body = {"type": kind, "title": _title(status), "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def _allowed(request: Request) -> list[str]:
    """The methods of all routes of a path; the framework names those of the first."""
    scopes = {method: {**request.scope, "method": method} for method in _METHODS}
    routes = request.app.routes
    return [m for m, scope in scopes.items() if any(route.matches(scope)[0] is Match.FULL for route in routes)]


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Client Closed Request"
