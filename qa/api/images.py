"""Images of pages: `GET /v1/documents/{document}/pages/{number}/image`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from qa.api import schemas
from qa.api.documents import PageNumber
from qa.api.holdings import Holdings
from qa.api.limits import DRAWING_QUEUE
from qa.api.page_image import draw
from qa.api.pool import unless_gone
from qa.api.problems import Problem, problems, unavailable
from qa.api.service import TheService
from retrieval.document import Page

_NUMBER = r"\d{1,5}(\.\d{1,4})?"
_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}
_places = asyncio.Semaphore(DRAWING_QUEUE)
_one_at_a_time = asyncio.Semaphore(1)  # a drawing uses a core

router = APIRouter(tags=["documents"], responses=problems(404, 422, 503, 504))


@router.get("/v1/documents/{document}/pages/{number}/image", responses=_PNG, response_class=Response)
async def image(
    document: schemas.DocumentId,
    number: PageNumber,
    request: Request,
    service: TheService,
    box: Annotated[
        str | None,
        Query(
            pattern=f"^{_NUMBER}(,{_NUMBER}){{3}}$",
            description="Left, top, right and bottom of a citation's box, to be marked.",
            examples=["72,100.5,180,112"],
        ),
    ] = None,
) -> Response:
    """A PDF's page as PNG, with a box on it marked."""
    page, path = await run_in_threadpool(_page_and_file, service.holdings, document, number)
    mark = None if box is None else [float(x) for x in box.split(",")]
    drawn = await unless_gone(request, _drawn(path, page, mark))
    return Response(drawn, media_type="image/png", headers={"Cache-Control": "private, max-age=300"})


async def _drawn(path: Path, page: Page, box: Sequence[float] | None) -> bytes:
    if _places.locked():
        raise unavailable("queue-full", "too many images are waiting; try again later", seconds=2)
    async with _places, _one_at_a_time:
        return await draw(path, page, box)


def _page_and_file(holdings: Holdings, document: str, number: int) -> tuple[Page, Path]:
    page = holdings.page(document, number)
    if not page.width:
        raise Problem(404, "no-image", "only pages of PDF files have an image")
    files = holdings.files(document)
    if not files:
        raise Problem(404, "no-image", "the file that the document was read from is gone")
    return page, files[0]
