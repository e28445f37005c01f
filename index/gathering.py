"""Who computes when: questions together and first, long work in between, no more at once than there are cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Condition
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

TOGETHER = 32
"""Items that are answered at once at the most, where no single caller has more."""

AHEAD = 16
"""Batches of questions that may overtake long work that waits, before it has its turn."""


class _Ask(Generic[Item, Result]):
    """What one caller waits for."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = list(items)
        self.results: list[Result] | None = None
        self.error: Exception | None = None

    @property
    def done(self) -> bool:
        return self.results is not None or self.error is not None


class Gatherer(Generic[Item, Result]):
    """Shares a number of places to compute in among many callers. Safe from several threads.

    There are no threads of its own, so nothing has to be stopped: of the callers that wait, one answers for
    all with ``answer``, which gives a result for each item. A caller that is alone answers at once. Those that
    come while all places are taken are answered together, up to ``together`` items, by whoever is first when one
    becomes free.
    """

    def __init__(self, answer: Callable[[list[Item]], Sequence[Result]], places: int, together: int = TOGETHER) -> None:
        if places < 1:
            raise ValueError(f"places must be 1 or more, got {places}")
        self.places = places
        self._together = together
        self._answer = answer
        self._changed = Condition()
        self._asks: list[_Ask[Item, Result]] = []
        self._busy = 0
        self._long = 0
        self._overtaken = 0

    @property
    def waiting(self) -> int:
        """Callers whose questions wait for a place."""
        return len(self._asks)

    @property
    def waiting_long(self) -> int:
        """Callers with long work that wait for a place."""
        return self._long

    def ask(self, items: Sequence[Item]) -> list[Result]:
        """Results for ``items``, in their order. Raises what ``answer`` raises for these items."""
        ask: _Ask[Item, Result] = _Ask(items)
        with self._changed:
            self._asks.append(ask)
        try:
            while taken := self._wait(ask):
                self._lead(taken)
        finally:
            with self._changed:
                if ask in self._asks:  # this caller was interrupted: nobody waits for it any more
                    self._asks.remove(ask)
        if ask.error is not None:
            raise ask.error
        return ask.results or []

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place to do a piece of long work in. Questions are served first, but not for ever."""
        with self._changed:
            self._long += 1
            try:
                self._changed.wait_for(self._long_may_go)
                self._busy += 1
                self._overtaken = 0
            finally:
                self._long -= 1
                self._changed.notify_all()  # questions may have waited for this
        try:
            yield
        finally:
            self._leave([])

    def _wait(self, ask: _Ask[Item, Result]) -> list[_Ask[Item, Result]]:
        """Wait until ``ask`` is done, or there is a place to answer it and others in; then those, else none."""
        with self._changed:
            self._changed.wait_for(lambda: ask.done or (ask in self._asks and self._questions_may_go()))
            if ask.done:
                return []
            self._busy += 1
            self._overtaken += bool(self._long)
            return self._take()

    def _take(self) -> list[_Ask[Item, Result]]:
        """The next to be answered together: of those that wait, this place's fair share."""
        waiting = sum(len(ask.items) for ask in self._asks)
        share = min(self._together, -(-waiting // self.places))
        taken = [self._asks.pop(0)]
        size = len(taken[0].items)
        while self._asks and size + len(self._asks[0].items) <= share:
            taken.append(self._asks.pop(0))
            size += len(taken[-1].items)
        return taken

    def _lead(self, asks: list[_Ask[Item, Result]]) -> None:
        try:
            self._answer_all(asks)
        finally:
            self._leave([ask for ask in asks if not ask.done])

    def _leave(self, undone: list[_Ask[Item, Result]]) -> None:
        """Give the place back; ``undone`` were taken by a caller that was interrupted, and are next."""
        with self._changed:
            self._busy -= 1
            self._asks[:0] = undone
            self._changed.notify_all()

    def _answer_all(self, asks: list[_Ask[Item, Result]]) -> None:
        try:
            results = self._answer([item for ask in asks for item in ask.items])
        except Exception as error:  # noqa: BLE001 (it is raised where it belongs)
            if len(asks) == 1:
                asks[0].error = error
                return
            for ask in asks:  # whose fault it was shows when each is answered alone
                self._answer_all([ask])
            return
        start = 0
        for ask in asks:
            ask.results = list(results[start : start + len(ask.items)])
            start += len(ask.items)

    def _questions_may_go(self) -> bool:
        return self._busy < self.places and not (self._long and self._overtaken >= AHEAD)

    def _long_may_go(self) -> bool:
        return self._busy < self.places and (not self._asks or self._overtaken >= AHEAD)
