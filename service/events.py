"""Streams of named, numbered events, and those of ``POST /v1/ask`` with ``stream``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from fastapi.sse import format_sse_event
from pydantic import BaseModel

from service.answer import Answer, Event, Passages, Restart, Sentence, Token
from service.problems import Problem
from service.schemas import AnswerOut, HitOut, ProblemOut, SearchOut, SentenceOut

T = TypeVar("T")


class TokenOut(BaseModel):
    """The next piece of the answer's text."""

    text: str


class RestartOut(BaseModel):
    """What was streamed so far is void, because of ``reason``: the answer begins anew with the next piece."""

    reason: str


class NumberedEvents(Generic[T]):
    """The dialect of one stream: events with a name, a number that rises by one, and JSON.

    ``told`` gives an event's name and data. What ends a stream early is its last event, ``problem``.
    """

    def __init__(self, told: Callable[[T], tuple[str, BaseModel]]) -> None:
        self._told = told
        self._sent = 0

    def event(self, event: T) -> Iterator[bytes]:
        """The frame of an event."""
        yield self._frame(*self._told(event))

    def failure(self, problem: Problem) -> Iterator[bytes]:
        """The frame of a problem."""
        yield self._frame("problem", ProblemOut.model_validate(problem.body()))

    def _frame(self, name: str, data: BaseModel) -> bytes:
        self._sent += 1
        return format_sse_event(data_str=data.model_dump_json(), event=name, id=str(self._sent))


def ask_events() -> NumberedEvents[Event]:
    """``passages``, then ``token`` and ``sentence``, ``restart``; ``answer`` or ``problem``.

    A stream whose last event is neither of these two was cut.
    """
    return NumberedEvents(_told)


def _told(event: Event) -> tuple[str, BaseModel]:
    match event:
        case Passages():
            return "passages", SearchOut(hits=[HitOut.of(hit) for hit in event.hits])
        case Token():
            return "token", TokenOut(text=event.text)
        case Sentence():
            return "sentence", SentenceOut.of(event)
        case Restart():
            return "restart", RestartOut(reason=event.reason)
        case Answer():
            return "answer", AnswerOut.of(event)
