"""Whether the service is up, whether it can answer, and its counts."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from qa.api import schemas
from qa.api.metrics import MEDIA_TYPE
from qa.api.problems import problems
from qa.api.service import TheService

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> schemas.Health:
    """Answers as long as the service runs, also where all threads wait for an index that is lost."""
    return schemas.Health(status="ok")


@router.get("/readyz", responses=problems(503))
def readyz(service: TheService) -> schemas.Health:
    """Answers where questions can be answered: the reader is loaded, which it is before the first request, and the index is there."""
    service.holdings.documents()  # an index that cannot be reached is told of as everywhere
    return schemas.Health(status="ok")


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(service: TheService) -> Response:
    """The service's counts in Prometheus' text format."""
    return Response(service.metrics.exposition(), media_type=MEDIA_TYPE)
