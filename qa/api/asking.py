"""Questions: `POST /v1/ask` and `POST /v1/ask/batch`."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from qa.answer import Answer
from qa.answering import FinanceQA
from qa.api import schemas
from qa.api.pool import unless_gone
from qa.api.problems import problems
from qa.api.service import Service, TheService
from retrieval.search import Filters

router = APIRouter(tags=["questions"], responses=problems(400, 413, 422, 503, 504))


@router.post("/v1/ask", responses={200: {"model": schemas.Answer}}, response_class=JSONResponse)
async def ask(asked: schemas.Ask, request: Request, service: TheService) -> Response:
    """The answer to a question with its evidence, or "not found" with the reason.

    It is the object that `financeqa ask --json` prints.
    """
    answers, timing = await unless_gone(request, _answers(request, service, [asked]))
    return JSONResponse(answers[0].to_json(), headers=timing)


@router.post("/v1/ask/batch", responses={200: {"model": schemas.Answers}}, response_class=JSONResponse)
async def ask_batch(asked: schemas.AskBatch, request: Request, service: TheService) -> Response:
    """The answers to several questions, in their order, within the deadline of one request."""
    answers, timing = await unless_gone(request, _answers(request, service, asked.questions))
    return JSONResponse({"answers": [answer.to_json() for answer in answers]}, headers=timing)


async def _answers(request: Request, service: Service, asked: list[schemas.Ask]) -> tuple[list[Answer], dict[str, str]]:
    """The answers, and a header that says how long they waited for their turn and how long they took."""
    request.state.questions = [each.question for each in asked]
    with service.pool.place(service.settings.deadline) as place:
        # one at a time, so that those of other requests come in between
        answers = [await place.run(partial(_answer, asked=each)) for each in asked]
        service.metrics.waited.observe(place.waited)
    for answer in answers:
        service.metrics.answers.labels(str(answer.found).lower()).inc()
    worked = sum(answer.seconds for answer in answers)
    return answers, {"Server-Timing": f"queue;dur={1000 * place.waited:.1f}, answer;dur={1000 * worked:.1f}"}


def _answer(system: FinanceQA, asked: schemas.Ask) -> Answer:
    filters = Filters(
        forms=() if asked.form is None else (asked.form,),
        quarters=() if asked.quarter is None else (asked.quarter,),
        documents=tuple(asked.documents or ()),
    )
    documents = None if filters.none else filters.chosen(system.index.documents())
    return system.ask(
        asked.question,
        company=asked.company,
        year=asked.year,
        quarter=asked.quarter,
        documents=documents,
        n_best=asked.n_best,
        k=asked.k,
    )
