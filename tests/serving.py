"""A service that really listens, a language model that says what a test wants, and a reader of its events."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import anyio
import uvicorn
from fastapi import FastAPI

from service.answer import Answer, Event, Mode, Passages, Token
from service.asking import Asking

WAIT_S = 20
"""Longer than anything here takes on a busy machine."""


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve ``app`` on a free port of this machine, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:  # who connects before it has started waits for it
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(WAIT_S)
            assert not thread.is_alive()


class Hang:
    """A step of a Scripted writer that never ends."""


class Flood:
    """A step of a Scripted writer that goes on for ever."""


Step = Event | Exception | type[Hang] | type[Flood]


@dataclass
class Scripted:
    """A ``Writer`` of these steps, which notes what it was asked, and when its work was stopped before its end."""

    steps: Iterable[Step]
    asked: list[Asking] = field(default_factory=list)
    began: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    async def events(self, asking: Asking) -> AsyncGenerator[Event, None]:
        """Go through the steps."""
        self.asked.append(asking)
        self.began.set()
        done = False
        try:
            for step in self.steps:
                if isinstance(step, Exception):
                    raise step
                if step is Hang:
                    await anyio.sleep_forever()
                elif step is Flood:
                    while True:
                        yield Token("water " * 1000)
                else:
                    yield step
            done = True
        finally:
            if not done:
                self.stopped.set()


def answered(text: str, notice: str | None = None) -> Answer:
    """An answer of a language model that cites nothing."""
    return Answer("asked", text, Mode.LLM, 0.5, (), (), notice)


NOTHING = Passages(())


@dataclass(frozen=True)
class Frame:
    """One server-sent event."""

    id: int
    name: str
    data: dict[str, object]


def frames(lines: Iterable[str]) -> Iterator[Frame]:
    """Read the events of a stream; comments are left out."""
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            assert name not in fields
            fields[name] = value
        elif fields:
            yield Frame(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}
    assert not fields  # no half event at the end
