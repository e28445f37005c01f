"""An answer on a terminal: as it comes about, where somebody looks on."""

from __future__ import annotations

from contextlib import aclosing

import anyio
from rich.console import Console

from service.answer import Answer, Restart, Token
from service.asker import Asker
from service.asking import Asking, Way
from service.library import Library
from service.writer import writer_of


def tell(library: Library, question: str, k: int | None, mode: str, console: Console | None) -> Answer:
    """Answer, and print the answer's text on ``console`` if there is one: piece by piece where that is a terminal.

    Raises QueryError, GeneratorUnavailable.
    """
    asker = Asker(library, writer_of(library))
    return anyio.run(_told, asker, Asking(question, k=k, way=Way(mode)), console)


async def _told(asker: Asker, asking: Asking, console: Console | None) -> Answer:
    live = console if console is not None and console.is_terminal else None
    async with aclosing(asker.events(asking)) as events:
        async for event in events:
            if live is not None and isinstance(event, Token):
                live.print(event.text, end="")
            elif live is not None and isinstance(event, Restart):
                live.print(f"\n\nThis does not count: {event.reason}.\n", style="yellow")
            elif isinstance(event, Answer):
                if console is not None:
                    console.print("" if console.is_terminal else event.text)
                return event
    raise RuntimeError("the events of an answer ended without it")
