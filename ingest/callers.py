"""The sentence that calls a note: where its marker stands, or where one that is lost must have stood."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from ingest.model import Span

_WORD = re.compile(r"[^\W_]{4,}|\d{2,}")
_CLEARLY = 1.6
"""A sentence must share that many times as much with a note as any other to be the one that calls it."""

_ENOUGH = 0.1
"""What it must share at least: a word that ten sentences have, or several that are more common."""


class Callers:
    """Finds the sentences that call notes.

    ``starts`` says where in the source each sentence of the body begins, in order; ``text_of`` gives its text.
    """

    def __init__(self, starts: Sequence[int], text_of: Callable[[int], str]) -> None:
        self._starts = starts
        self._text_of = text_of
        self._frequency: Mapping[str, int] | None = None

    def at(self, place: int) -> int | None:
        """Index of the sentence that calls a note whose marker begins at ``place``: the last to begin before it."""
        return max(0, bisect_left(self._starts, place) - 1) if self._starts else None

    def within(self, region: Span, text: str) -> int | None:
        """Index of the sentence in ``region`` that must have called the note ``text``.

        It is the only one there, or the one that clearly shares most with the note, rare words counting more.
        """
        low, high = max(0, bisect_right(self._starts, region.start) - 1), bisect_left(self._starts, region.end)
        if high - low <= 1:
            return low if high > low else None
        rated = sorted(((self._shared(index, text), -index) for index in range(low, high)), reverse=True)
        best, second = rated[0], rated[1]
        return -best[1] if best[0] >= max(_ENOUGH, _CLEARLY * second[0]) else None

    def _shared(self, index: int, text: str) -> float:
        frequency = self._frequencies()
        words = _words(self._text_of(index)) & _words(text)
        return sum(1.0 / frequency[word] for word in words)

    def _frequencies(self) -> Mapping[str, int]:
        if self._frequency is None:
            self._frequency = Counter(
                word for index in range(len(self._starts)) for word in _words(self._text_of(index))
            )
        return self._frequency


def _words(text: str) -> set[str]:
    """The words that count, without their endings."""
    return {word.group().casefold()[:7] for word in _WORD.finditer(text)}
