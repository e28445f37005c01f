"""Notes and markers beside ground truth.

A note of ours belongs to the truth's if it has its number; of several with one number, the one that shares
most characters. Ours that have a number between the truth's lowest and highest, or begin within its region
(``Truth.region``), are measured; the others are about what the truth does not cover.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.figures import Measure, false_count, overlap, share, solid
from eval.truth import NoteTruth, Truth
from ingest.model import BlockKind, Footnote, Found, Ingested, Span
from ingest.reading import read_spans
from service.joins import note_places

COVERED = 0.9
"""Share of a note's characters that must be in ours for it to be found."""


def note_measures(ingested: Ingested, truth: Truth) -> list[Measure]:
    """Notes found with the right number, their characters, their texts and addresses.

    The characters are compared twice, white space left aside: those of our notes' Spans and printed numbers,
    and those of the Blocks that are notes. What reading leaves out of a note (stray markup) is in no Span of
    it, but in its Block.
    """
    if not truth.notes:
        return []
    source = ingested.document.text
    pairs = list(_pairs(ingested, truth))
    expected = solid(source, [span for note in truth.notes for span in note.spans])
    ours = solid(source, [span for note in _covered(ingested, truth) for span in note_places(note)])
    blocks = [block.content for block in ingested.blocks if block.kind is BlockKind.FOOTNOTE]
    held = solid(source, [span for span in blocks if _is_covered(span, truth) or not ours.isdisjoint(range(*span))])
    urls = [
        (url in (note.urls if note else ()), f"note {known.number}: {url}")
        for known, note in pairs
        for url in known.urls
    ]
    texts = [(note is not None and note.text == known.text, f"note {known.number}") for known, note in pairs]
    return [
        share("notes found with the right number", [_found(source, *pair) for pair in pairs], 1.0),
        *overlap("characters of notes", ours, expected, source, 0.995),
        *overlap("characters of note blocks", held, expected, source, 0.995),
        share("texts of notes equal", texts),
        share("addresses of notes equal", urls),
    ]


def marker_measures(ingested: Ingested, truth: Truth) -> list[Measure]:
    """Markers at the exact Span, their numbers, and false ones.

    False is a marker of ours that shares no character with any of the truth's; one that does, but is longer
    or shorter, is not exact.
    """
    if not truth.notes:
        return []
    source = ingested.document.text
    ours = [(marker, note.number) for note in _covered(ingested, truth) for marker in note.markers]
    numbers: dict[Span, set[int]] = {}
    for marker, number in ours:
        numbers.setdefault(marker, set()).add(number)
    known = [(note.marker, note.number) for note in truth.notes if note.marker]
    exact = [(marker in numbers, f"note {number} at {marker.start}") for marker, number in known]
    right = [
        (numbers[marker] == {number}, f"note {number} at {marker.start}: {sorted(numbers[marker])}")
        for marker, number in known
        if marker in numbers
    ]
    false = [
        f"note {number} at {marker.start} {source[slice(*marker)]!r}"
        for marker, number in ours
        if not any(marker.overlaps(place) for place, _ in known)
    ]
    return [
        share("markers at the exact span", exact, 0.98),
        false_count("false markers", false),
        share("numbers of found markers right", right, 1.0),
    ]


def lost_measures(ingested: Ingested, truth: Truth) -> list[Measure]:
    """Lost markers: reported so, on the page where they stood, in the right part of it, in the right sentence.

    The page is that of the last Block in which the marker may have stood, as ingestion numbers it; whether its
    numbers are right is measured with the printed contents. The sentence is measured only where ours names one.
    """
    lost = [(known, note) for known, note in _pairs(ingested, truth) if known.marker is None]
    with_region = [(known.region, note, f"note {known.number}") for known, note in lost if known.region]
    source = ingested.document.text
    callers = [
        (_is_candidate(read_spans(source, note.caller), known.candidates), f"note {known.number}")
        for known, note in lost
        if note and note.caller and known.candidates
    ]
    if not lost:
        return []
    return [
        share("lost markers reported lost", [(_is_lost(note), f"note {known.number}") for known, note in lost], 1.0),
        share(
            "lost markers on the right page",
            [(_page_of(ingested, region) == (note and note.page), name) for region, note, name in with_region],
            1.0,
        ),
        share(
            "lost markers in the right region", [(_overlaps(note, region), name) for region, note, name in with_region]
        ),
        share("sentences named for lost markers right", callers),
    ]


def _pairs(ingested: Ingested, truth: Truth) -> Iterator[tuple[NoteTruth, Footnote | None]]:
    source = ingested.document.text
    for known in truth.notes:
        expected = solid(source, known.spans)
        same = [note for note in ingested.footnotes if note.number == known.number]
        yield known, max(same, key=lambda note: len(expected & solid(source, note_places(note))), default=None)


def _found(source: str, known: NoteTruth, note: Footnote | None) -> tuple[bool, str]:
    expected = solid(source, known.spans)
    met = expected & solid(source, note_places(note)) if note else set()
    return len(met) >= COVERED * len(expected), f"note {known.number} at {known.spans[0].start}"


def _covered(ingested: Ingested, truth: Truth) -> list[Footnote]:
    numbers = [note.number for note in truth.notes]
    low, high = min(numbers), max(numbers)
    return [n for n in ingested.footnotes if low <= n.number <= high or _is_covered(n.spans[0], truth)]


def _is_covered(span: Span, truth: Truth) -> bool:
    first = min(span.start for note in truth.notes for span in note.spans)
    start = truth.region.start if any(note.number == 1 for note in truth.notes) else first
    return start <= span.start < truth.region.end


def _is_lost(note: Footnote | None) -> bool:
    return note is not None and note.found is Found.LOST and not note.markers


def _overlaps(note: Footnote | None, region: Span) -> bool:
    return note is not None and note.region is not None and note.region.overlaps(region)


def _page_of(ingested: Ingested, region: Span) -> int:
    return max(block.page for block in ingested.blocks if block.content.overlaps(region))


def _is_candidate(sentence: str, candidates: Sequence[str]) -> bool:
    letters = _letters(sentence)
    return any(letters in other or other in letters for other in map(_letters, candidates))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
