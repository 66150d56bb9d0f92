"""What all routes share: the pool, the documents, the uploads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from qa.answering import FinanceQA
from qa.api.holdings import Holdings
from qa.api.ingesting import Ingesting
from qa.api.metrics import Metrics
from qa.api.pool import Pool
from qa.api.settings import Settings
from qa.api.upload_store import UploadStore


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one worker process's service."""

    settings: Settings
    metrics: Metrics
    pool: Pool[FinanceQA]
    holdings: Holdings
    uploads: UploadStore
    ingesting: Ingesting

    def close(self) -> None:
        """Finishes what is running."""
        self.ingesting.close()
        self.pool.close()
        self.uploads.close()
        self.holdings.close()


def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


TheService = Annotated[Service, Depends(_service)]
