"""Where what was wanted and what was shown are the same characters of a source, without the source at hand.

A record holds of a document only the slices that are evidence and the reading text of what was shown.
"""

from __future__ import annotations

from collections.abc import Iterable

from eval.questions import Evidence
from eval.system import Quote, ShownPassage
from ingest.model import Span
from ingest.reading import read_spans


def met(evidence: Evidence, shown: Iterable[ShownPassage | Quote]) -> list[Span]:
    """The parts of the evidence's quote that stand in the spans of what was shown; they may overlap."""
    return [
        Span(low - evidence.span.start, high - evidence.span.start)
        for item in shown
        if item.document_id == evidence.document_id
        for low, high in (_common(span, evidence.span) for span in item.spans)
        if low < high
    ]


def wanted(item: ShownPassage | Quote, evidence: Iterable[Evidence]) -> list[Span]:
    """The parts of the text of what was shown that are evidence, in the order of the pieces; they may overlap."""
    found = (_places(item, piece) for piece in evidence if piece.document_id == item.document_id)
    return [place for places in found for place in places]


def _places(item: ShownPassage | Quote, evidence: Evidence) -> list[Span]:
    """As ``wanted``, of one piece: a place for each span of ``item`` that holds some of it.

    Up to there the text holds at most as many characters as the spans, and fewer by no more than reading leaves out of
    them all; within these bounds the slice of the quote is looked for, read as the text was, and the first of
    two that are there is taken.
    """
    left_out = sum(end - start for start, end in item.spans) - len(item.text)
    found: list[Span] = []
    before = 0
    for span in item.spans:
        low, high = _common(span, evidence.span)
        if low < high:
            part = evidence.quote[low - evidence.span.start : high - evidence.span.start]
            read = read_spans(part, [Span(0, len(part))])
            last = before + low - span.start + len(part) - len(part.lstrip())
            place = item.text.find(read, max(0, last - left_out), last + len(read)) if read else -1
            found += [Span(place, place + len(read))] if place >= 0 else []
        before += span.end - span.start
    return found


def _common(one: Span, other: Span) -> tuple[int, int]:
    return max(one.start, other.start), min(one.end, other.end)
