"""``POST /v1/search`` and ``POST /v1/ask``."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Body, Depends, Request, Response

from service import examples
from service.answer import Answer
from service.bodies import AskIn, SearchIn
from service.describing import problems, shown, streamed
from service.events import ask_events
from service.rest import Answering, Shelf, json_only
from service.schemas import AnswerOut, HitOut, SearchOut
from service.streaming import GONE, EventStream, unless_gone

questions_api = APIRouter(tags=["questions"], dependencies=[Depends(json_only)])

_ASKED = problems(400, 403, 404, 413, 415, 422)


@questions_api.post(
    "/search",
    response_model=SearchOut,
    responses={200: shown("Hits, best first.", examples.SEARCHED), **_ASKED},
)
async def search(
    body: Annotated[SearchIn, Body(openapi_examples=examples.SEARCHES)], shelf: Shelf, request: Request
) -> Response:
    """Find passages: the best ``k``, best first."""

    def found() -> str:  # written as JSON in the thread, too: a hundred hits would hold up the event loop
        filters = body.filters.to_filters() if body.filters else None
        return SearchOut(hits=[HitOut.of(hit) for hit in shelf.search(body.query, body.k, filters)]).model_dump_json()

    hits = await unless_gone(request.receive, lambda: to_thread.run_sync(found))
    return Response(status_code=GONE) if hits is None else Response(hits, media_type="application/json")


@questions_api.post(
    "/ask",
    response_model=AnswerOut,
    responses={200: shown("The answer, or an abstention.", examples.ANSWER, **streamed(examples.STREAM)), **_ASKED},
)
async def ask(
    body: Annotated[AskIn, Body(openapi_examples=examples.QUESTIONS)], asker: Answering, request: Request
) -> AnswerOut | Response:
    """Answer a question with verbatim sentences and their citations, or say that the documents do not.

    With `stream` the events `passages`, `token`, `sentence` and `restart`, and last `answer` or `problem`.
    """
    asking = body.to_asking()
    if body.stream:
        return EventStream(asker.events(asking), Answer, ask_events(), request.app.state.settings.heartbeat_s)

    async def work() -> Answer:
        return await asker.answer(asking)

    answer = await unless_gone(request.receive, work)
    return Response(status_code=GONE) if answer is None else AnswerOut.of(answer)
