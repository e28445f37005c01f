"""What is told while it comes about: server-sent events, which end where the client goes away."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Generic, Protocol, TypeVar

import anyio
from anyio.lowlevel import checkpoint
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse
from starlette.types import Receive, Scope, Send

from service.problems import Problem, problem_of

T = TypeVar("T")
E = TypeVar("E")
Told = TypeVar("Told", contravariant=True)
GONE = 499
"""The status of a request whose client went away: nobody sees it but a log."""

UNBUFFERED = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
"""What keeps a proxy from holding events back."""


class Dialect(Protocol[Told]):
    """Writes events as one kind of client reads them: ready-made frames, in their order."""

    def event(self, event: Told) -> Iterable[bytes]:
        """Frames of an event; of the last one those that end the stream."""
        ...

    def failure(self, problem: Problem) -> Iterable[bytes]:
        """Frames of what ended the stream before its last event."""
        ...


async def unless_gone(receive: Receive, work: Callable[[], Awaitable[T]]) -> T | None:
    """What ``work`` gives; where the client goes away before, the work is cancelled and it is None.

    ``receive`` is that of a request whose body has been read.
    """
    given: T | None = None
    failed: Exception | None = None
    async with anyio.create_task_group() as tasks:

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        tasks.start_soon(watch)
        try:
            given = await work()
        except Exception as error:  # noqa: BLE001 (raised below: the task group would make a group of it)
            failed = error
        tasks.cancel_scope.cancel()
    if failed is not None:
        raise failed
    return given


class EventStream(EventSourceResponse, Generic[E]):
    """A response of events, the last an ``end``, with a comment whenever ``heartbeat`` seconds pass without one.

    What fails before the first event is raised, to be answered as any error; what fails later is told in the stream.
    """

    def __init__(self, events: AsyncGenerator[E, None], end: type, dialect: Dialect[E], heartbeat: float) -> None:
        super().__init__((), headers=UNBUFFERED)
        self._events = events
        self._end = end
        self._dialect = dialect
        self._heartbeat = heartbeat
        self._silent = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events. Raises what fails before the first."""

        async def stream() -> None:
            async with aclosing(self._events) as events:
                first = await anext(events)
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                await self._tell(first, events, send)
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await unless_gone(receive, stream)

    async def _tell(self, first: E, events: AsyncGenerator[E, None], send: Send) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._beat, send)
            try:
                await self._frames(self._dialect.event(first), send)
                last = first
                async for event in events:
                    await self._frames(self._dialect.event(event), send)
                    last = event
                if not isinstance(last, self._end):
                    raise RuntimeError(f"the events of a stream ended without their {self._end.__name__}")
            except Exception as error:  # noqa: BLE001 (told to the client, and logged where nobody has foreseen it)
                await self._frames(self._dialect.failure(problem_of(error, "a stream")), send)
            tasks.cancel_scope.cancel()

    async def _frames(self, frames: Iterable[bytes], send: Send) -> None:
        for frame in frames:
            self._silent = False
            await send({"type": "http.response.body", "body": frame, "more_body": True})
            await checkpoint()  # neither sending nor a busy writer need wait: others get their turn here

    async def _beat(self, send: Send) -> None:
        while True:
            self._silent = True
            await anyio.sleep(self._heartbeat)
            if self._silent:
                await send({"type": "http.response.body", "body": KEEPALIVE_COMMENT, "more_body": True})
