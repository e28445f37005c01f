"""Where a quote stands in a document: as it is, as a person copies it from the page, or as it is read across pages."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from eval.folding import Folded, cuts, cuts_number, folded_quote
from ingest.model import Document, Ingested, PassageKind, Span
from ingest.pipeline import ingest
from ingest.reading import Reading

UNREAD = 0.05
"""Share of a stretch's letters and digits that may stand in it without being read: half of what need not be shown
(``eval.measures.COVERED``)."""

NEAR = 0.6
"""Share of a quote's words that a stretch must hold to be called near."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: the stretches of the source that hold it, in order."""

    document_id: str
    spans: tuple[Span, ...]

    @property
    def hull(self) -> Span:
        """From its first character to its last."""
        return Span(self.spans[0].start, self.spans[-1].end)


class Places:
    """Finds quotes in one document. What it is read as is found out when a quote does not stand in it as it is."""

    def __init__(self, document_id: str, text: str) -> None:
        self.id = document_id
        self.text = text

    def exact(self, quote: str, inside_words: bool = False) -> list[Place]:
        """Where a quote stands as it is; ``inside_words`` also where it begins or ends in one, but in no number."""
        refused = cuts_number if inside_words else cuts
        found: list[Place] = []
        at = self.text.find(quote)
        while at >= 0 and quote:
            if not refused(self.text, at, at + len(quote)):
                found.append(self._place([Span(at, at + len(quote))]))
            at = self.text.find(quote, at + 1)
        return _apart(found)

    def read(self, quote: str) -> list[Place]:
        """Where a quote stands but for what copying changes, in the source or in what is read of it."""
        wanted = folded_quote(quote)
        found = [
            self._place(reading.spans_of(start, end))
            for reading, folded in self._readings
            for start, end in folded.find(wanted)
        ]
        return _apart(found)

    def nearest(self, quote: str) -> tuple[float, Place] | None:
        """The stretch with most words of a quote, and the share of them that it has; None where none is ``NEAR``."""
        wanted = Counter(_words(quote))
        best: tuple[float, Place] | None = None
        for reading, _ in self._readings:
            found = _nearest(reading.text, wanted)
            if found and found[0] >= NEAR and (best is None or found[0] > best[0]):
                best = found[0], self._place(reading.spans_of(*found[1]))
        return best

    def pages(self, place: Place) -> tuple[int, int]:
        """The first and last page of a place."""
        blocks = self._ingested.blocks
        starts = [block.span.start for block in blocks]
        first, last = (bisect_right(starts, at) - 1 for at in (place.hull.start, place.hull.end - 1))
        return blocks[first].page, blocks[last].page

    @cached_property
    def _ingested(self) -> Ingested:
        """The document with whole sections as passages: no token is counted."""
        document = Document(self.id, self.id, "text/plain", "", self.text)
        return ingest(document, len, max(8, 10 * len(self.text)))

    @cached_property
    def _readings(self) -> list[tuple[Reading, Folded]]:
        """The source from end to end, then all that is read of its body, its notes and its tables."""
        spans: dict[PassageKind, list[Span]] = defaultdict(list)
        for passage in self._ingested.passages:
            spans[passage.kind] += passage.spans
        readings = [Reading(self.text, parts) for parts in ((Span(0, len(self.text)),), *map(tuple, spans.values()))]
        return [(reading, Folded(reading.text)) for reading in readings]

    def _place(self, spans: Iterable[Span]) -> Place:
        return Place(self.id, stretches(self.text, spans))


def _apart(places: Iterable[Place]) -> list[Place]:
    """Places in order, without those that share a character with one before."""
    found: list[Place] = []
    for place in sorted(places, key=lambda place: place.hull):
        if not found or place.hull.start >= found[-1].hull.end:
            found.append(place)
    return found


def stretches(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The stretches of a source that hold what was read from ``spans``, in the order of the source.

    What reading left out stays in a stretch (markers, a running head), unless it is more than ``UNREAD`` of it: then
    the stretch ends before it (notes between two pages). Each holds a letter or digit, and no white space at its ends.
    """
    found: list[Span] = []
    read = unread = 0
    for span in sorted(span for span in spans if _letters(text, span)):
        letters = _letters(text, span)
        between = _letters(text, Span(found[-1].end, max(found[-1].end, span.start))) if found else 0
        if found and unread + between <= UNREAD * (read + letters):
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
            read, unread = read + letters, unread + between
        else:
            found.append(span)
            read, unread = letters, 0
    return tuple(_bare(text, span) for span in found)


def _bare(text: str, span: Span) -> Span:
    part = text[slice(*span)]
    return Span(span.end - len(part.lstrip()), span.start + len(part.rstrip()))


def _letters(text: str, span: Span) -> int:
    return sum(map(str.isalnum, text[span.start : span.end]))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _nearest(text: str, wanted: Counter[str]) -> tuple[float, tuple[int, int]] | None:
    """The stretch that shares most words, of as many as are wanted, and the share; the first of equals."""
    words = list(_WORD.finditer(text))
    size = min(wanted.total(), len(words))
    held: Counter[str] = Counter()
    shared = most = at = 0
    for number, word in enumerate(words):
        new = word.group().casefold()
        held[new] += 1
        shared += held[new] <= wanted[new]
        if number >= size:
            old = words[number - size].group().casefold()
            shared -= held[old] <= wanted[old]
            held[old] -= 1
        if shared > most:
            most, at = shared, max(0, number - size + 1)
    if not most:
        return None
    shown = [word for word in words[at : at + size] if word.group().casefold() in wanted]
    return most / wanted.total(), (shown[0].start(), shown[-1].end())
