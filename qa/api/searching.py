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
from retrieval.query import parse_query
from retrieval.search import Filters

router = APIRouter(tags=["search"], responses=problems(422, 503, 504))


@router.get("/v1/search")
async def search(
    request: Request,
    service: TheService,
    q: schemas.Question,
    k: schemas.Passages = 10,
    company: schemas.Company | None = None,
    year: schemas.Year | None = None,
    form: Annotated[str | None, Query(min_length=1, max_length=20, examples=["10-K"])] = None,
    document: schemas.DocumentId | None = None,
) -> schemas.Hits:
    """The passages that a question is best answered from: of the filings that it is about first."""
    request.state.questions = [q]
    work = partial(_hits, text=q, k=k, company=company, year=year, form=form, document=document)

    async def found() -> schemas.Hits:
        with service.pool.place(service.settings.deadline) as place:
            hits = await place.run(work)
            service.metrics.waited.observe(place.waited)
            return hits

    return await unless_gone(request, found())


def _hits(
    system: FinanceQA,
    *,
    text: str,
    k: int,
    company: str | None,
    year: int | None,
    form: str | None,
    document: str | None,
) -> schemas.Hits:
    started = time.perf_counter()
    index = system.index
    titles = {record.id: record.title for record in index.documents()}
    documents = _chosen(index, company=company, year=year, form=form, document=document)
    query = parse_query(text, [record.identity for record in index.documents()])
    hits = [] if documents == () else find(index, query, k=k, documents=documents or ())
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


def _chosen(
    index: Index, *, company: str | None, year: int | None, form: str | None, document: str | None
) -> tuple[str, ...] | None:
    """Ids of the documents that pass all filters given; `None` where none is given."""
    records = index.documents()
    named = () if company is None else parse_query(company, [record.identity for record in records]).companies
    if company is not None and not named:
        return ()
    filters = Filters(
        companies=named,
        fiscal_years=() if year is None else (year,),
        forms=() if form is None else (form,),
        documents=() if document is None else (document,),
    )
    return None if filters.none else tuple(filters.chosen(records))
