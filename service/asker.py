"""One question to the events of its answer: what REST, the chat page and all other interfaces ask."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Protocol

from anyio import to_thread

from ingest.errors import GeneratorUnavailable
from service.answer import Answer, Event, Passages, Token
from service.asking import Asking, Way
from service.library import Library


class Writer(Protocol):
    """Writes answers with an LLM."""

    def events(self, asking: Asking) -> AsyncGenerator[Event]:
        """The events of an answer, the Answer last; closing the iterator stops the work."""
        ...


class Asker:
    """Answers by a Writer where there is one and it is wanted, else by quoting. Safe from several tasks."""

    def __init__(self, library: Library, writer: Writer | None = None) -> None:
        self._library = library
        self._writer = writer

    @property
    def writes(self) -> bool:
        """Whether there is an LLM."""
        return self._writer is not None

    async def events(self, asking: Asking) -> AsyncGenerator[Event]:
        """The events of an answer, the Answer last; no computation holds up the event loop.

        Raises QueryError, and GeneratorUnavailable where an LLM is asked for and none is set.
        """
        if asking.way is Way.LLM and self._writer is None:
            raise GeneratorUnavailable(
                "no language model is set; set IBID_LLM_BASE_URL and IBID_LLM_MODEL, or ask with mode extractive"
            )
        if self._writer is not None and asking.way is not Way.EXTRACTIVE:
            async with aclosing(self._writer.events(asking)) as written:
                async for event in written:
                    yield event
            return
        for event in told(await to_thread.run_sync(self._library.answer, asking)):
            yield event

    async def answer(self, asking: Asking) -> Answer:
        """The whole answer. Raises QueryError."""
        async with aclosing(self.events(asking)) as events:
            async for event in events:
                if isinstance(event, Answer):
                    return event
        raise RuntimeError("the events of an answer ended without it")


def told(answer: Answer) -> Iterator[Event]:
    """The events of an answer that is there already."""
    yield Passages(answer.hits)
    rest = answer.text
    for sentence in answer.sentences:
        end = rest.index(sentence.text) + len(sentence.text)
        yield Token(rest[:end])
        yield sentence
        rest = rest[end:]
    if rest:
        yield Token(rest)
    yield answer
