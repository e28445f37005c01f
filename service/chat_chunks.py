"""An answer in the chunks of OpenAI's streaming API."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from fastapi.sse import format_sse_event

from service.answer import Answer, Event, Passages, Restart, Token
from service.chat_schemas import ChatUsageOut, IbidOut
from service.chat_text import below, restarted, whole
from service.problems import OPENAI_PATHS, Problem
from service.schemas import CitationOut

Fields = dict[str, Any]


class Chunks:
    """The dialect of one chat: role, pieces of the text, its sources, ``stop`` with the citations, ``[DONE]``.

    ``asked`` is how many tokens the messages have, where the client wants to know of usage. What was sent cannot be
    taken back: where an answer begins anew, the text says so.
    """

    def __init__(self, model: str, asked: int | None) -> None:
        self._head: Fields = {
            "id": new_id(),
            "object": "chat.completion.chunk",
            "created": int(time.time()),
            "model": model,
        }
        self._asked = asked

    def event(self, event: Event) -> Iterator[bytes]:
        """The frames of an event; none of a Sentence, which the client has as text."""
        match event:
            case Passages():
                yield self._delta({"role": "assistant", "content": ""})
            case Token():
                yield self._delta({"content": event.text})
            case Restart():
                yield self._delta({"content": restarted(event.reason)})
            case Answer():
                yield from self._end(event)

    def failure(self, problem: Problem) -> Iterator[bytes]:
        """One frame with what clients look for in ``error``; no ``[DONE]``, for it is not."""
        yield _frame(problem.body(OPENAI_PATHS[0]))

    def _end(self, answer: Answer) -> Iterator[bytes]:
        if tail := below(answer):
            yield self._delta({"content": tail})
        citations = [CitationOut.of(citation).model_dump(mode="json") for citation in answer.citations]
        ibid = IbidOut.of(answer).model_dump(mode="json")
        yield self._delta({}, "stop", citations=citations, ibid=ibid)
        if self._asked is not None:
            usage = ChatUsageOut.of(self._asked, answer, whole(answer)).model_dump()
            yield _frame({**self._head, "choices": [], "usage": usage})
        yield format_sse_event(data_str="[DONE]")

    def _delta(self, delta: Fields, finish: str | None = None, **more: object) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        usage = {} if self._asked is None else {"usage": None}
        return _frame({**self._head, "choices": [choice], **usage, **more})


def new_id() -> str:
    """An id for a completion."""
    return f"chatcmpl-{uuid4().hex}"


def _frame(data: Fields) -> bytes:
    return format_sse_event(data_str=json.dumps(data, ensure_ascii=False))
