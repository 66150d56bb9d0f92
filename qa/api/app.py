"""The application: its routes, and what stands before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

from qa.answering import FinanceQA
from qa.api import asking, documents, feedback, health, images, searching, tables, uploading
from qa.api.bodies import LimitedBodies
from qa.api.description import description
from qa.api.gate import Gate
from qa.api.headers import SecurityHeaders
from qa.api.holdings import Holdings
from qa.api.ingesting import Ingesting
from qa.api.keys import Keys, load_keys
from qa.api.logs import configure
from qa.api.metrics import Metrics
from qa.api.observing import Observed
from qa.api.pool import Pool
from qa.api.problems import ProblemBody, on_http_exception, on_invalid_request, on_store_error
from qa.api.service import Service
from qa.api.settings import Settings
from qa.api.stopping import StoppableIndex, StoppableReader
from qa.api.upload_store import UploadStore
from retrieval.index.store import StoreError

PAGE = Path(__file__).parent / "page"
_ROUTERS = (asking, searching, uploading, documents, tables, images, feedback, health)


def open_system(settings: Settings) -> FinanceQA:
    """The index and the reader, both in memory, such that work on them can be given up."""
    system = FinanceQA(StoppableIndex.open(settings.index), StoppableReader.quick(settings.model))
    system.index.embedder.embed(["ready"])  # loads the encoder
    return system


def create_app(
    settings: Settings, keys: Keys | None = None, *, opened: Callable[[Settings], FinanceQA] = open_system
) -> FastAPI:
    """The service over an index; without keys everybody may use it.

    Args:
        settings: of the service.
        keys: that requests must have.
        opened: what gives the system that answers.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = Pool(lambda: opened(settings), queue=settings.queue)
        await pool.start()
        uploads = UploadStore(settings.folder)
        holdings = Holdings(settings.index, uploads.folder)
        ingesting = Ingesting(settings, uploads, metrics)
        app.state.service = Service(settings, metrics, pool, holdings, uploads, ingesting)
        ingesting.start()
        yield
        app.state.service.close()

    app = FastAPI(
        title="financeqa",
        version=version("finance-qa"),
        description="Extractive question answering over company filings.",
        lifespan=lifespan,
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False},
        responses={"default": {"model": ProblemBody, "description": "Any other error"}},
        exception_handlers={
            HTTPException: on_http_exception,
            RequestValidationError: on_invalid_request,
            StoreError: on_store_error,
        },
    )
    for module in _ROUTERS:
        app.include_router(module.router)
    app.mount("/page", StaticFiles(directory=PAGE))
    app.add_api_route("/", _page, include_in_schema=False, response_class=FileResponse)
    described = description(app)
    app.openapi = lambda: described  # type: ignore[method-assign]
    app.add_middleware(LimitedBodies)
    app.add_middleware(Gate, keys=keys, loopback=settings.loopback)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Observed, metrics=metrics, log_questions=settings.log_questions)
    return app


def _page() -> str:
    return str(PAGE / "index.html")


def from_environment() -> FastAPI:
    """The application of a worker process, as `Settings.to_environment` left it."""
    configure()
    settings = Settings.from_environment()
    return create_app(settings, load_keys(settings.keys))
