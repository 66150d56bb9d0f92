"""Documents and their pages: `GET` and `DELETE /v1/documents/...`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from qa.api import schemas
from qa.api.holdings import no_document
from qa.api.ingesting import writing
from qa.api.limits import MAX_CHARACTERS, MAX_LISTED, MAX_PAGE
from qa.api.problems import Problem, problems
from qa.api.service import TheService
from retrieval.index.store import DocumentRecord, StoreBusyError

router = APIRouter(tags=["documents"], responses=problems(404, 422))
DELETE_PATIENCE = 5.0  # seconds that a deletion waits for others to end writing
PageNumber = Annotated[int, Path(ge=1, le=MAX_PAGE, description="Counts from 1.")]


@router.get("/v1/documents", responses=problems(422))
def documents(
    service: TheService,
    limit: Annotated[int, Query(ge=1, le=MAX_LISTED)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> schemas.Documents:
    """The filings of the index, in the order of their ids."""
    records = service.holdings.documents()
    return schemas.Documents(
        documents=[_document(record) for record in records[offset : offset + limit]], total=len(records)
    )


@router.get("/v1/documents/{document}")
def document(document: schemas.DocumentId, service: TheService) -> schemas.Document:
    """One filing."""
    return _document(service.holdings.document(document))


@router.delete("/v1/documents/{document}", status_code=204, responses=problems(409))
def delete(document: schemas.DocumentId, service: TheService) -> Response:
    """Deletes a filing, and the file that was uploaded for it."""
    service.holdings.document(document)
    files = service.holdings.files(document)
    try:
        with writing(service.settings.index, patience=DELETE_PATIENCE) as index:
            if not index.delete(document):
                raise no_document(document)
    except StoreBusyError:
        detail, later = "filings are being ingested; try again later", {"Retry-After": "10"}
        raise Problem(409, "index-busy", detail, headers=later) from None
    service.uploads.remove(files)
    return Response(status_code=204)


@router.get("/v1/documents/{document}/pages/{number}")
def page(
    document: schemas.DocumentId,
    number: PageNumber,
    service: TheService,
    start: Annotated[int, Query(ge=0, le=1_000_000_000, description="First character.")] = 0,
    length: Annotated[int, Query(ge=1, le=MAX_CHARACTERS, description="Characters at most.")] = MAX_CHARACTERS,
) -> schemas.Page:
    """The text of a page; citations count its characters."""
    found = service.holdings.page(document, number)
    return schemas.Page(
        document=document,
        page=number,
        start=start,
        text=found.text[start : start + length],
        characters=len(found.text),
        width=found.width,
        height=found.height,
    )


def _document(record: DocumentRecord) -> schemas.Document:
    identity = record.identity
    return schemas.Document(
        id=record.id,
        title=record.title,
        company=identity.company,
        form=identity.form,
        fiscal_year=identity.fiscal_year,
        quarter=identity.quarter,
        period_end=None if identity.period_end is None else identity.period_end.isoformat(),
        pages=record.pages,
        passages=record.passages,
    )
