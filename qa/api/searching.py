"""Search: `GET /v1/search`."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request

from qa.answering import FinanceQA
from qa.api import schemas
from qa.api.pool import unless_gone
from qa.api.problems import problems
from qa.api.service import TheService
from retrieval.find import find
from retrieval.index.index import Index
from retrieval.query import companies_called, parse_query
from retrieval.search import Filters

router = APIRouter(tags=["search"], responses=problems(422, 503, 504))


@router.get("/v1/search")
async def search(asked: Annotated[schemas.Search, Query()], request: Request, service: TheService) -> schemas.Hits:
    """The passages that a question is best answered from: of the filings that it is about first."""
    request.state.questions = [asked.q]

    async def found() -> schemas.Hits:
        with service.pool.place(service.settings.deadline) as place:
            hits = await place.run(partial(_hits, asked=asked))
            service.metrics.waited.observe(place.waited)
            return hits

    return await unless_gone(request, found())


def _hits(system: FinanceQA, asked: schemas.Search) -> schemas.Hits:
    started = time.perf_counter()
    index = system.index
    titles = {record.id: record.title for record in index.documents()}
    documents = _chosen(index, asked)
    query = parse_query(asked.q, [record.identity for record in index.documents()])
    hits = [] if documents == () else find(index, query, k=asked.k, documents=documents or ())
    return schemas.Hits(
        hits=[
            schemas.Hit(
                document=hit.passage.document_id,
                title=titles.get(hit.passage.document_id, ""),
                page=hit.passage.page,
                start=hit.passage.start,
                end=hit.passage.end,
                kind=hit.passage.kind,
                header=hit.passage.header,
                text=hit.passage.text,
                score=round(hit.score, 4),
            )
            for hit in hits
        ],
        seconds=round(time.perf_counter() - started, 3),
    )


def _chosen(index: Index, asked: schemas.Search) -> tuple[str, ...] | None:
    """Ids of the documents that pass all filters given; `None` where none is given."""
    records = index.documents()
    named: tuple[str, ...] = ()
    if asked.company is not None:
        named = companies_called(asked.company, [record.identity for record in records])
        if not named:
            return ()
    filters = Filters(
        companies=named,
        fiscal_years=() if asked.year is None else (asked.year,),
        forms=() if asked.form is None else (asked.form,),
        quarters=() if asked.quarter is None else (asked.quarter,),
        documents=() if asked.document is None else (asked.document,),
    )
    return None if filters.none else tuple(filters.chosen(records))
