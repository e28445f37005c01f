"""An upload told while it is taken in: how many of its passages are done, and last the document."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel

from index.contract import DocumentInfo
from service.events import NumberedEvents
from service.library import Library
from service.schemas import DocumentOut, ProgressOut


@dataclass(frozen=True, slots=True)
class Progress:
    """So many passages are done, of so many in all; 0 of 0 while the text is still being read."""

    done: int
    total: int


Step = Progress | DocumentInfo


class _Upload:
    """One file on its way into the index, in a thread; what becomes of it is told to the event loop."""

    def __init__(self, shelf: Library, name: str, data: bytes) -> None:
        self._put = partial(shelf.add, name, data, self._report)
        self._loop = asyncio.get_running_loop()
        self.steps: asyncio.Queue[Step | Exception] = asyncio.Queue()
        self.gone = threading.Event()

    def work(self) -> None:
        try:
            self._tell(self._put().info)
        except Exception as error:  # noqa: BLE001 (raised where it is waited for)
            self._tell(error)

    def _report(self, _: str, done: int, total: int) -> None:
        if self.gone.is_set():
            raise CancelledError
        self._tell(Progress(done, total))

    def _tell(self, step: Step | Exception) -> None:
        if not self.gone.is_set():
            self._loop.call_soon_threadsafe(self.steps.put_nowait, step)


async def steps_of(shelf: Library, name: str, data: bytes) -> AsyncGenerator[Step]:
    """Put an uploaded file into the index; gives its Progress, and last what is known of the document.

    Whoever closes the iterator before its end stops the work, and nothing is changed. Raises SourceError.
    """
    upload = _Upload(shelf, name, data)
    asyncio.get_running_loop().run_in_executor(None, upload.work)
    step: Step | Exception | None = None
    try:
        while not isinstance(step, DocumentInfo):
            step = await upload.steps.get()
            if isinstance(step, Exception):
                raise step
            yield step
    finally:
        upload.gone.set()


def upload_events() -> NumberedEvents[Step]:
    """``progress`` again and again, then ``document`` or ``problem``."""
    return NumberedEvents(_told)


def _told(step: Step) -> tuple[str, BaseModel]:
    if isinstance(step, Progress):
        return "progress", ProgressOut(done=step.done, total=step.total)
    return "document", DocumentOut.of(step)
