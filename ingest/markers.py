"""Where the body calls each footnote.

Markers stand in the order of their numbers, before their notes: the candidates between one page's notes and
the next are matched to the numbers of those notes by the best increasing sequence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ingest.model import Found, Span
from ingest.notes import FoundNote
from ingest.shapes import MARKER_SHAPES
from ingest.units import Unit

SURE = 4.0
"""Weight of shapes that mean nothing but a marker."""


@dataclass(frozen=True, slots=True)
class FoundMarker:
    """A marker: ``span`` is what calls the note, ``cuts`` what reading text leaves out."""

    number: int
    span: Span
    cuts: tuple[Span, ...]
    found: Found = Found.PRINTED


class _Candidate(NamedTuple):
    weight: float
    marker: FoundMarker


class _Chain(NamedTuple):
    """A rising sequence of candidates, by its last one."""

    weight: float
    candidate: _Candidate
    back: _Chain | None


def sure_calls(source: str, units: Sequence[Unit], furniture: Mapping[int, int | None]) -> dict[int, list[int]]:
    """Where the source holds what is surely a marker, by its number: shapes that mean nothing else."""
    calls: dict[int, list[int]] = defaultdict(list)
    for index, unit in enumerate(units):
        if index not in furniture and not unit.is_rows:
            for candidate in _candidates(source, unit.span):
                if candidate.weight >= SURE:
                    calls[candidate.marker.number].append(candidate.marker.span.start)
    return calls


def find_markers(
    source: str, units: Sequence[Unit], furniture: Mapping[int, int | None], notes: Sequence[FoundNote]
) -> dict[int, FoundMarker]:
    """Find the markers of ``notes``, by number. A note whose marker is not found has no entry."""
    apart = {*furniture, *(index for note in notes for index in note.units)}
    found: dict[int, FoundMarker] = {}
    first = 0
    for run in _runs(notes, apart):
        # A label such as [^3] means its note wherever it stands; other markers stand on their note's page.
        start = 0 if all(_is_labelled(source, note) for note in run) else first
        body = [
            units[index].span
            for index in range(start, run[0].units[0])
            if index not in apart and not units[index].is_rows
        ]
        numbers = [note.number for note in run]
        candidates = [
            c for span in body for candidate in _candidates(source, span) for c in _readings(source, candidate, numbers)
        ]
        found.update((c.marker.number, c.marker) for c in _best_increasing(candidates))
        first = run[-1].units[-1] + 1
    return found


def _is_labelled(source: str, note: FoundNote) -> bool:
    return note.head is not None and source.startswith("[^", note.head.start)


def _runs(notes: Sequence[FoundNote], apart: set[int]) -> Iterator[list[FoundNote]]:
    """Group notes with no body text between them: the notes of one page, or all endnotes."""
    run: list[FoundNote] = []
    for note in notes:
        between = range(run[-1].units[-1] + 1, note.units[0]) if run else range(0)
        if any(index not in apart for index in between):
            yield run
            run = []
        run.append(note)
    if run:
        yield run


def _candidates(source: str, span: Span) -> list[_Candidate]:
    """Marker candidates inside ``span``, in order, the surest shape for each place."""
    taken: dict[int, _Candidate] = {}
    for shape in MARKER_SHAPES:
        for match in shape.pattern.finditer(source, span.start, span.end):
            mark = Span(*match.span("mark"))
            if mark.start == span.start or mark.start in taken:
                continue
            cuts = tuple(Span(*match.span(name)) for name in ("open", "cut") if name in match.re.groupindex)
            taken[mark.start] = _Candidate(shape.weight, FoundMarker(shape.number(match), mark, cuts))
    return [taken[start] for start in sorted(taken)]


def _readings(source: str, candidate: _Candidate, numbers: Sequence[int]) -> Iterator[_Candidate]:
    """A candidate as the notes of its page can be meant by it: its own number, or one that has lost digits.

    Plain digits that end a sentence may be what is left of a longer number. The highest comes first, so that
    no rising sequence holds two readings of one place.
    """
    marker = candidate.marker
    if marker.number in numbers:
        yield candidate
    elif candidate.weight < SURE and _ends_sentence(source, marker.span):
        for number in reversed(numbers):
            if str(number).endswith(str(marker.number)):
                yield _Candidate(candidate.weight / 2, replace(marker, number=number, found=Found.REPAIRED))


def _ends_sentence(source: str, mark: Span) -> bool:
    before = source[max(0, mark.start - 3) : mark.start].rstrip(' \t"”’)')
    after = source[mark.end : mark.end + 3].lstrip(" \t")
    return before[-1:] in (".", "!", "?") and (not after or after[0] in "\r\n" or after[0].isupper())


def _best_increasing(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Pick the heaviest subsequence with rising numbers (weighted longest increasing subsequence).

    Chains are kept in order of their last number, and each that is no heavier than one that ends lower is
    dropped: so they are in order of weight too, and a candidate finds the best chain to join by bisection.
    """
    numbers: list[int] = []
    chains: list[_Chain] = []
    for candidate in candidates:
        place = bisect_left(numbers, candidate.marker.number)
        back = chains[place - 1] if place else None
        weight = candidate.weight + (back.weight if back else 0.0)
        if place < len(chains) and numbers[place] == candidate.marker.number and chains[place].weight >= weight:
            continue  # of equal signs for one note the first is its marker
        beaten = place
        while beaten < len(chains) and chains[beaten].weight <= weight:
            beaten += 1
        numbers[place:beaten] = [candidate.marker.number]
        chains[place:beaten] = [_Chain(weight, candidate, back)]
    picked: list[_Candidate] = []
    chain = chains[-1] if chains else None
    while chain:
        picked.append(chain.candidate)
        chain = chain.back
    return picked[::-1]
