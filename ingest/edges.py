"""Lines that may stand at the edges of pages, and where pages end as far as it can be told before notes are known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ingest.styles import NOTE_SHAPES, PLAIN
from ingest.units import Unit

MIN_REPEATS = 3
"""A line must come back this often to be a running head or foot by its words."""

_EDGE_NUMBER = re.compile(
    r"^(?:page\s+)?(?P<head>\d{1,4})\s+(?:\|\s*)?(?=\D)"
    r"|(?<=[^\d.,:/–-])\s+(?:\|\s*)?(?:\[?(?:page|p\.)\s+)?(?P<foot>\d{1,4})\]?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A unit of one short line: its words without the page number at its edge, and that number (or None)."""

    index: int
    text: str
    words: str
    number: int | None


def split_page_number(text: str) -> tuple[str, int | None]:
    """Take the page number off a running head or foot.

    >>> split_page_number("4 Report 78 / 2022"), split_page_number("www.example.org")
    (('Report 78 / 2022', 4), ('www.example.org', None))
    """
    match = _EDGE_NUMBER.search(text)
    if match is None:
        return text, None
    return (text[: match.start()] + text[match.end() :]).strip(), int(match["head"] or match["foot"])


class Pages:
    """Where pages end, as far as it can be told before notes are known."""

    def __init__(self, source: str, units: Sequence[Unit], found: dict[int, int | None]) -> None:
        self._source = source
        self._units = units
        self._found = found
        if "\f" in source:
            breaks = [self._feed(index) for index in range(len(units))]
        elif any(number is not None for number in found.values()):
            breaks = [found.get(index - 1) is not None for index in range(len(units))]
        else:
            notes = [self.is_note(index) for index in range(len(units))]
            breaks = [False, *(before and not here for before, here in pairwise(notes))]
        self._numbers = [*accumulate(map(int, breaks))]

    def number(self, index: int) -> int:
        """Count the pages that end before a unit."""
        return self._numbers[index]

    def is_edge(self, index: int) -> bool:
        """Whether a unit stands first or last on its page: next to a new page, a page number, or notes."""
        if index in (0, len(self._units) - 1) or self._feed(index) or self._feed(index + 1):
            return True
        around = (index - 1, index + 1)
        return any(self._found.get(i) is not None for i in around) or any(
            self.is_note(i) != self.is_note(j) for i, j in (around,)
        )

    def is_beside_feed(self, index: int) -> bool:
        """Whether a unit stands next to a form feed."""
        return self._feed(index) or self._feed(index + 1) or index in (0, len(self._units) - 1)

    def _feed(self, index: int) -> bool:
        """Whether a new page begins with a unit."""
        if not 0 < index < len(self._units):
            return False
        return self._source.find("\f", self._units[index - 1].span.end, self._units[index].span.start) >= 0

    def is_note(self, index: int) -> bool:
        """Whether a unit begins as notes do that nothing else begins like."""
        start, end = self._units[index].span
        return any(shape.weight > PLAIN and shape.pattern.match(self._source, start, end) for shape in NOTE_SHAPES)


def breaks_sentence(source: str, units: Sequence[Unit], index: int) -> bool:
    """Whether a unit stands between text that breaks off and text that goes on in lower case."""
    if not 0 < index < len(units) - 1:
        return False
    before, here, after = (unit.text(source) for unit in units[index - 1 : index + 2])
    return (before[-1].isalnum() or before[-1] in ",-") and after[0].islower() and here not in (before, after)
