"""Quotes, re-read from the stored source when they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from index.contract import Index
from index.retrieval import Hit
from ingest.model import Footnote, PassageKind, Span
from ingest.reading import Reading, read_spans
from service.answer import Citation


def cite(index: Index, mark: int, hit: Hit, start: int, end: int) -> Citation:
    """Cite ``start`` to ``end`` of a hit's reading text, with the notes that stand behind it.

    It is verified only where the stored source, read anew, still says just this. Raises NotFound where the document is
    gone.
    """
    passage = hit.passage
    source = index.text(passage.document_id)
    reading = Reading(source, passage.spans)
    if reading.text != passage.text:  # the document has changed under the passage: nothing can be verified
        return Citation(mark, hit, passage.text[start:end], passage.spans, hit.footnotes, verified=False)
    spans = reading.spans_of(start, end)
    quote = passage.text[start:end]
    verified = read_spans(source, spans) == quote
    following = reading.source_position(end + 1) if end + 1 < len(reading.text) else None
    notes = tuple(note for note in hit.footnotes if _is_called(note, hit, spans, following))
    return Citation(mark, hit, quote, spans, notes, verified)


def _is_called(note: Footnote, hit: Hit, spans: Sequence[Span], following: int | None) -> bool:
    """Whether a note stands behind a quote: it is the note, or its marker is in the quote or right after it."""
    if hit.passage.kind is PassageKind.FOOTNOTE or note.marker is None:
        return True
    return spans[0].start < note.marker.start and (following is None or note.marker.start < following)
