"""Where a statement is from: the footnote behind it, with its address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.retrieval import Hit
from ingest.model import Footnote, PassageKind, Span
from service.quotable import Quotable, beside
from service.surroundings import Surroundings

MAX_NOTES = 2
"""Notes quoted for one sentence."""

MAX_BACK = 40
"""Notes before one that says "Ibid." among which the one it points at is looked for."""


def origin(part: Quotable, around: Surroundings) -> list[Quotable]:
    """The notes that stand behind ``part``, or, where it is a note, the sentence that calls it. Empty without any."""
    if part.hit.passage.kind is PassageKind.FOOTNOTE:
        return [*_caller(part, around), *_meant(part, part.hit, around)]
    keys = [note.key for note in _behind(part.hit, around.spans_of(part.hit, part.start, part.end))][:MAX_NOTES]
    found: list[Quotable] = []
    for hit in around.notes(part.hit, keys):
        found += [*_meant(part, hit, around), *beside(part, hit)]
    return found


def _behind(hit: Hit, spans: Sequence[Span]) -> list[Footnote]:
    """The notes called in ``spans`` or right after; else the next that the passage calls, or the only one it has."""
    if not spans:
        return []
    start, end = spans[0].start, spans[-1].end
    called = [(note.marker.start, note) for note in hit.footnotes if note.marker is not None]
    inside = [note for place, note in called if start < place < end]
    after = sorted(((place, note) for place, note in called if place >= end), key=lambda pair: pair[0])
    if inside:
        return inside + [note for place, note in after if place == end]
    if after:
        return [note for place, note in after if place == after[0][0]]
    return list(hit.footnotes) if len(hit.footnotes) == 1 else []


def _caller(part: Quotable, around: Surroundings) -> Iterator[Quotable]:
    """The sentence that calls the note ``part``."""
    context = part.hit.passage.context
    for hit in around.hits(part.hit.callers[:1]):
        yield from (sentence for sentence in beside(part, hit) if sentence.text in context)


def _meant(part: Quotable, hit: Hit, around: Surroundings) -> Iterator[Quotable]:
    """The note that "Ibid." and the like in a note's ``hit`` point at."""
    for note in hit.footnotes:
        if note.refers_to is not None and not note.urls:
            found = around.note_before(hit, note.refers_to, MAX_BACK)
            if found is not None:
                yield from beside(part, found)
