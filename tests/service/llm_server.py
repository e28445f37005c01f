"""A scripted OpenAI-compatible server: real sockets on the loopback, and every byte as a test wants it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

SSE = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


@dataclass
class Call:
    """One request, and the connection to answer it on."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    writer: asyncio.StreamWriter = field(repr=False)
    reader: asyncio.StreamReader = field(repr=False)
    hung_up: threading.Event = field(default_factory=threading.Event)

    async def send(self, *texts: str | bytes) -> None:
        """Write to the client, at once."""
        for text in texts:
            self.writer.write(text.encode() if isinstance(text, str) else text)
        await self.writer.drain()

    async def pieces(self, *texts: str) -> None:
        """Send pieces of an answer as chunks of a completion."""
        for text in texts:
            await self.send(chunk(text))

    async def gone(self) -> None:
        """Wait until the client hangs up."""
        with contextlib.suppress(ConnectionError):
            await self.reader.read()
        self.hung_up.set()


Script = Callable[[Call], Awaitable[None]]


class ScriptedServer:
    """Answers each request by the next of its scripts, the last one again and again; ``calls`` are the requests."""

    def __init__(self, *scripts: Script) -> None:
        self._scripts = scripts
        self.calls: list[Call] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    @property
    def url(self) -> str:
        """The base address of its API."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            call = await _read(reader, writer)
            self.calls.append(call)
            script = self._scripts[min(len(self.calls), len(self._scripts)) - 1]
            with contextlib.suppress(ConnectionError):
                await script(call)
        except asyncio.CancelledError:  # the server stops: nothing is left to wait for
            pass
        finally:
            self._tasks.discard(task)
            writer.close()


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = json.loads(await reader.readexactly(int(headers.get("content-length", 0))) or b"{}")
    return Call(first.split(" ")[1], headers, body, writer, reader)


def chunk(text: str | None = None, end: str | None = None, usage: tuple[int, int] | None = None) -> str:
    """One event of a streamed completion."""
    delta = {} if text is None else {"content": text}
    choices = [] if usage else [{"index": 0, "delta": delta, "finish_reason": end}]
    made = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": choices}
    if usage:
        made["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return f"data: {json.dumps(made)}\n\n"


def says(*pieces: str, end: str = "stop", usage: tuple[int, int] | None = None) -> Script:
    """A script that answers with these pieces, as a good server does."""

    async def script(call: Call) -> None:
        await call.send(SSE)
        await call.pieces(*pieces)
        await call.send(chunk(end=end))
        if usage:
            await call.send(chunk(usage=usage))
        await call.send("data: [DONE]\n\n")

    return script


def sends(*raw: str | bytes) -> Script:
    """A script that sends just this and closes the connection."""

    async def script(call: Call) -> None:
        await call.send(*raw)

    return script


def refuses(status: int, message: str = "no") -> Script:
    """A script that answers with an error, as OpenAI's server does."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}})
    return sends(
        f"HTTP/1.1 {status} No\r\nContent-Type: application/json\r\nretry-after-ms: 1\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )


def stalls(*pieces: str) -> Script:
    """A script that sends these pieces, and then nothing until the client hangs up."""

    async def script(call: Call) -> None:
        if pieces:
            await call.send(SSE)
            await call.pieces(*pieces)
        await call.gone()

    return script


def words(text: str) -> Iterator[str]:
    """A text in pieces as a model gives them."""
    for number, word in enumerate(text.split(" ")):
        yield word if number == 0 else f" {word}"
