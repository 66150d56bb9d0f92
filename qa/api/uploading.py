"""Uploads: `POST /v1/documents`, and how far they are: `GET /v1/uploads/{id}`, `.../events`."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BeforeValidator
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from qa.api import schemas
from qa.api.problems import Problem, problems
from qa.api.service import Service, TheService
from qa.api.upload_store import Upload
from retrieval.document import Identity
from retrieval.loading.files import kind_of
from retrieval.loading.parsed import LoadError

_SUFFIXES = (".htm", ".html", ".markdown", ".md", ".pdf", ".xhtml")  # which the reading of a file may go by
_GZIP = b"\x1f\x8b"
_LOOK = 0.2  # seconds between two looks at an upload
_MAX_NAME = 200  # characters

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EVENTS = {
    "description": "The upload as `GET /v1/uploads/{upload}` gives it, in an event whenever it has changed, until it is "
    "`done` or `failed`.",
    "content": {
        "text/event-stream": {
            "schema": {
                "type": "object",
                "required": ["event", "data"],
                "properties": {
                    "event": {"const": "upload"},
                    "data": {"type": "string", "contentMediaType": "application/json"},
                },
            }
        }
    },
}

router = APIRouter(tags=["uploads"])


def _day(value: object) -> object:
    """A day as the description has it; a date could be read from much else."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("give a day as YYYY-MM-DD")
    return value


@router.post("/v1/documents", status_code=202, responses=problems(400, 413, 415, 422, 429, 503))
def upload(
    service: TheService,
    response: Response,
    file: Annotated[
        UploadFile,
        File(description="PDF, HTML, inline XBRL, text or Markdown; also gzipped.", json_schema_extra={"minLength": 1}),
    ],
    company: Annotated[schemas.Company | None, Form()] = None,
    form: Annotated[schemas.Form | None, Form()] = None,
    year: Annotated[schemas.Year | None, Form()] = None,
    quarter: Annotated[schemas.Quarter | None, Form()] = None,
    period_end: Annotated[
        date | None,
        Form(description="Last day of the period."),
        BeforeValidator(_day),
    ] = None,
) -> schemas.Upload:
    """Takes a filing to be ingested in the background; `Location` says where its progress is told.

    What is said of company, form and period beats what the filing says of itself.
    """
    identity = Identity(company=company, form=form, fiscal_year=year, quarter=quarter, period_end=period_end)
    name = _shown(file.filename or "")
    suffix = _suffix(file.file.read(1024), name)
    file.file.seek(0)
    accepted = service.uploads.accept(file.file, name=name, suffix=suffix, identity=identity)
    service.ingesting.wake()
    response.headers["Location"] = f"/v1/uploads/{accepted.id}"
    return _upload(accepted)


@router.get("/v1/uploads/{upload}", responses=problems(404, 422))
def status(upload: schemas.UploadId, service: TheService) -> schemas.Upload:
    """How far an upload is."""
    return _upload(_found(service, upload))


@router.get(
    "/v1/uploads/{upload}/events",
    response_class=EventSourceResponse,
    responses={200: _EVENTS, **problems(404, 422)},
)
async def events(upload: schemas.UploadId, service: TheService) -> EventSourceResponse:
    """The progress of an upload as server-sent events."""
    first = await run_in_threadpool(_found, service, upload)
    return EventSourceResponse(_changes(service, first))


async def _changes(service: Service, upload: Upload) -> AsyncIterator[dict[str, str]]:
    """An event for each state of an upload, up to the last."""
    told = None
    while True:
        if upload != told:
            yield {"event": "upload", "data": json.dumps(_upload(upload).model_dump())}
            told = upload
        if upload.finished:
            return
        await asyncio.sleep(_LOOK)
        upload = await run_in_threadpool(_found, service, upload.id)


def _found(service: Service, identifier: str) -> Upload:
    found = service.uploads.get(identifier)
    if found is None:
        raise Problem(404, "no-upload", f"there is no upload {identifier}, or it ended long ago")
    return found


def _upload(upload: Upload) -> schemas.Upload:
    return schemas.Upload(**{name: getattr(upload, name) for name in schemas.Upload.model_fields})


def _suffix(head: bytes, name: str) -> str:
    """What the file that keeps an upload ends in, so that it is read as what it is.

    Raises:
        Problem: it is plainly no filing (415), or empty (422).
    """
    if not head:
        raise Problem(422, "empty-file", "the file is empty")
    packed = head.startswith(_GZIP)
    try:
        kind_of(b"" if packed else head, name)
    except LoadError as error:
        raise Problem(415, "file-type", str(error)) from None
    own = PurePosixPath(name.lower().removesuffix(".gz")).suffix
    return (own if own in _SUFFIXES else ".txt") + (".gz" if packed else "")


def _shown(name: str) -> str:
    """A file's name as one line that can be shown; it is only ever shown."""
    printable = "".join(c if c.isprintable() else " " for c in name.replace("\\", "/").rsplit("/", 1)[-1])
    return printable.strip()[:_MAX_NAME] or "unnamed"
