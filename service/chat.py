"""``POST /v1/chat/completions`` and ``GET /v1/models``, for clients of OpenAI's API."""

from __future__ import annotations

import time
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Body, Depends, Path, Request, Response

from ingest.errors import NotFound, QueryError
from service import examples
from service.answer import Answer
from service.asker import Asker
from service.asking import Asking, Turn, Way
from service.chat_chunks import Chunks, new_id
from service.chat_schemas import (
    ChatIn,
    ChatUsageOut,
    ChoiceOut,
    CompletionOut,
    IbidOut,
    MessageIn,
    ModelOut,
    ModelsOut,
    SaidOut,
)
from service.chat_text import said, whole
from service.describing import problems, shown, streamed
from service.rest import Answering, json_only
from service.schemas import CitationOut
from service.streaming import GONE, EventStream, unless_gone
from service.tokens import count_tokens

WAYS = {"ibid": Way.AUTO, "ibid-extractive": Way.EXTRACTIVE, "ibid-llm": Way.LLM}
"""What each model stands for."""

MAX_CHARACTERS = 1_000_000
"""Characters of all messages that are read, at the most: their tokens are counted."""

chat_api = APIRouter(tags=["openai"])


@chat_api.post(
    "/chat/completions",
    response_model=CompletionOut,
    dependencies=[Depends(json_only)],
    responses={
        200: shown("The answer, or an abstention.", examples.COMPLETION, **streamed(examples.CHUNKS)),
        **problems(400, 403, 404, 413, 415, 422, path="/v1/chat/completions"),
    },
)
async def create_chat_completion(
    body: Annotated[ChatIn, Body(openapi_examples=examples.CHATS)], asker: Answering, request: Request
) -> CompletionOut | Response:
    """Answer the last message of a user, with the sources both in the text and in `citations`.

    Messages before it are its history. Sampling, tools and the like are taken and not heeded.
    """
    asking = to_asking(body, asker)
    asked = await to_thread.run_sync(_count, asking)
    if body.stream:
        told = asked if body.stream_options is not None and body.stream_options.include_usage else None
        chunks = Chunks(body.model, told)
        return EventStream(asker.events(asking), Answer, chunks, request.app.state.settings.heartbeat_s)
    answer = await unless_gone(request.receive, lambda: asker.answer(asking))
    if answer is None:
        return Response(status_code=GONE)
    content = whole(answer)
    return CompletionOut(
        id=new_id(),
        created=int(time.time()),
        model=body.model,
        choices=[ChoiceOut(message=SaidOut(content=content))],
        usage=ChatUsageOut.of(asked, answer, content),
        citations=[CitationOut.of(citation) for citation in answer.citations],
        ibid=IbidOut.of(answer),
    )


@chat_api.get("/models", responses={200: shown("All models.", examples.MODELS), **problems(path="/v1/models")})
async def list_models(asker: Answering, request: Request) -> ModelsOut:
    """List the ways of answering as models."""
    return ModelsOut(data=[ModelOut(id=model, created=request.app.state.started) for model in models(asker)])


@chat_api.get(
    "/models/{model}",
    responses={200: shown("The model.", examples.MODEL), **problems(404, 422, path="/v1/models")},
)
async def get_model(model: Annotated[str, Path(examples=["ibid"])], asker: Answering, request: Request) -> ModelOut:
    """Say that there is such a model."""
    return ModelOut(id=_known(model, asker), created=request.app.state.started)


def models(asker: Asker) -> list[str]:
    """Ids of the models there are."""
    return [model for model, way in WAYS.items() if way is not Way.LLM or asker.writes]


def to_asking(body: ChatIn, asker: Asker) -> Asking:
    """What a chat asks. Raises NotFound for a model, QueryError for what cannot be answered."""
    way = WAYS[_known(body.model, asker)]
    if body.n not in (None, 1):
        raise QueryError(f"n is {body.n}, but there is one answer to a question; leave n out")
    if body.response_format is not None and body.response_format.type != "text":
        raise QueryError(f"response_format is {body.response_format.type}, but an answer is text; leave it out")
    turns = [Turn(message.role, _text(message)) for message in body.messages if message.role in ("user", "assistant")]
    last = max((place for place, turn in enumerate(turns) if turn.role == "user"), default=None)
    if last is None:
        raise QueryError("there is no message of a user; send the question as one")
    characters = sum(len(turn.text) for turn in turns)
    if characters > MAX_CHARACTERS:
        raise QueryError(f"the messages have {characters} characters, more than {MAX_CHARACTERS}; send fewer of them")
    return Asking(turns[last].text, tuple(turns[:last]), way=way)


def _known(model: str, asker: Asker) -> str:
    if model not in models(asker):
        raise NotFound(f"there is no model {model!r}; use one of {', '.join(models(asker))}")
    return model


def _text(message: MessageIn) -> str:
    """What a message says: of an answer that was given here only the answer, without the sources under it."""
    if not isinstance(message.content, list):
        text = message.content or ""
    else:
        if other := [part.type for part in message.content if part.type != "text"]:
            raise QueryError(f"a message has a part of type {other[0]}; only text is read, leave it out")
        text = "\n".join(part.text for part in message.content)
    return said(text) if message.role == "assistant" else text


def _count(asking: Asking) -> int:
    return sum(map(count_tokens, [asking.question, *(turn.text for turn in asking.history)]))
