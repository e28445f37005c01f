"""Where the body calls each note.

Markers stand in the order of their notes, before them: the marks between one run of notes and the next are
matched to the notes of that run by the best increasing sequence. What stands in brackets means its note
wherever it stands, and may call it again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from ingest.model import Found, Span
from ingest.notes import FoundNote
from ingest.numbering import Numerals
from ingest.repairs import damaged_brackets, specks
from ingest.styles import FAINT, GLUED, SURE, Mark
from ingest.units import Unit

HURT = 1.5
"""Weight of a number in brackets in a document that calls its notes otherwise."""


@dataclass(frozen=True, slots=True)
class FoundMarker:
    """A marker: ``span`` is what calls the note, ``cuts`` what reading text leaves out. ``weight``: how sure."""

    span: Span
    cuts: tuple[Span, ...]
    found: Found
    weight: float


Linked = dict[int, tuple[FoundMarker, ...]]
"""Markers by the place of their note in a sequence of notes."""


class _Candidate(NamedTuple):
    """A mark read as the call of the note at ``rank`` of its run."""

    rank: int
    weight: float
    mark: Mark
    found: Found


class _Chain(NamedTuple):
    """A rising sequence of candidates, by its last one."""

    weight: float
    candidate: _Candidate
    back: _Chain | None


def find_markers(
    source: str,
    units: Sequence[Unit],
    apart: Container[int],
    notes: Sequence[FoundNote],
    numerals: Numerals,
    marks: Sequence[Mark],
) -> Linked:
    """Find the markers of ``notes``, by the place of each note in the sequence, in the order of the source.

    A note whose marker is not found has no entry. ``marks`` are what may be markers, in order, none of them
    inside a note or furniture; ``apart`` names the units that are.
    """
    starts = [unit.span.start for unit in units]
    places = [mark.span.start for mark in marks]
    anew = bool(notes) and _restarts(notes)
    labels = _by_number(marks)
    found: Linked = {}
    first = called = 0
    for since, group in groupby(notes, key=lambda note: note.since):
        run = list(group)
        until = starts[run[0].units[0]]
        between = range(bisect_left(starts, since), run[0].units[0])
        body = [units[index].span for index in between if index not in apart and not units[index].is_rows]
        window = marks[bisect_left(places, since) : bisect_left(places, until)]
        if _is_by_name(run, window):
            linked = _by_name(source, run, window if anew else marks, body, numerals)
        else:
            linked = _by_order(source, run, window, body, numerals)
            if not linked and found:  # a paragraph that was not read has cut the run: its markers stand before that
                window = marks[bisect_left(places, called) : bisect_left(places, until)]
                linked = _by_order(source, run, window, body, numerals)
            _add_labels(run, linked, _by_number(window) if anew else labels)
        found.update({first + rank: markers for rank, markers in linked.items()})
        called = max((m.span.end for markers in linked.values() for m in markers), default=called)
        first += len(run)
    return found


def _restarts(notes: Sequence[FoundNote]) -> bool:
    return notes[0].series != notes[-1].series


# --- by name -------------------------------------------------------------------------------------------------


def _is_by_name(run: Sequence[FoundNote], window: Sequence[Mark]) -> bool:
    """Whether the notes are called by numbers in brackets: if that calls more of them than other marks do."""
    numbers = {note.number for note in run}
    bracketed = {mark.number for mark in window if mark.style == "bracket"} & numbers
    others = {mark.number for mark in window if mark.style != "bracket" and mark.weight >= GLUED} & numbers
    return len(bracketed) > len(others)


def _by_name(
    source: str, run: Sequence[FoundNote], marks: Iterable[Mark], body: Iterable[Span], numerals: Numerals
) -> Linked:
    """Match all numbers in brackets to their notes; then what may be such a number, damaged."""
    ranks = {note.number: rank for rank, note in enumerate(run)}
    found: dict[int, list[FoundMarker]] = defaultdict(list)
    bracketed = [mark for mark in marks if mark.style == "bracket"]
    strange = {mark.cuts for mark in bracketed if not 0 < mark.number <= max(ranks)}  # an interval [0, 1], a year
    taken: set[int] = set()
    for mark in bracketed:
        taken.update(range(*mark.cuts[0]))
        if mark.cuts not in strange and mark.number in ranks:
            found[ranks[mark.number]].append(FoundMarker(mark.span, mark.cuts, Found.PRINTED, SURE))
    uncalled = {note.number for note in run if ranks[note.number] not in found}
    for token, span in (damaged for part in body for damaged in damaged_brackets(source, part)):
        number = None if not taken.isdisjoint(range(*span)) else _damaged_number(token, ranks, uncalled, numerals)
        if number is not None:
            found[ranks[number]].append(FoundMarker(span, (span,), Found.REPAIRED, 1.0))
            uncalled.discard(number)
    return {rank: tuple(sorted(markers, key=lambda marker: marker.span)) for rank, markers in found.items()}


def _damaged_number(token: str, ranks: Mapping[int, int], uncalled: Collection[int], numerals: Numerals) -> int | None:
    """The number that a token must be: itself, the one that it is most like, or the one of these not yet called."""
    if token.isdecimal():
        return int(token) if int(token) in ranks else None
    costs = {number: cost for number in ranks if (cost := numerals.misread(token, number)) is not None}
    least = min(costs.values(), default=0.0)
    likeliest = [number for number, cost in costs.items() if cost == least]
    if len(likeliest) > 1:
        likeliest = [number for number in likeliest if number in uncalled]
    return likeliest[0] if len(likeliest) == 1 else None


# --- by order ------------------------------------------------------------------------------------------------


def _by_order(
    source: str, run: Sequence[FoundNote], window: Sequence[Mark], body: Sequence[Span], numerals: Numerals
) -> Linked:
    """Match marks to notes so that both rise: first those that read as they should, then between them the rest."""
    ranks: dict[int, list[int]] = defaultdict(list)
    for rank, note in enumerate(run):
        ranks[note.number].insert(0, rank)  # the highest first: no rising sequence holds two readings of one place
    readings = [
        _Candidate(rank, mark.weight, mark, Found.PRINTED)
        for mark in window
        if mark.weight > FAINT and mark.style != "bracket"
        for rank in ranks.get(mark.number, ())
    ]
    anchors = {candidate.rank: candidate for candidate in _best_increasing(readings)}
    for missing, gap in _gaps(len(run), anchors, body):
        found = _best_increasing(_repairs(source, run, missing, gap, window, numerals))
        anchors.update((candidate.rank, candidate) for candidate in found)
    for missing, gap in list(_gaps(len(run), anchors, body)):
        left = [span for part in gap for span in specks(source, part)]
        if len(missing) == len(left) == 1:  # all that is left of the one marker that is missing
            mark = Mark(0, FAINT, left[0], (left[0],), "damaged")
            anchors[missing[0]] = _Candidate(missing[0], FAINT, mark, Found.REPAIRED)
    return {rank: (FoundMarker(c.mark.span, c.mark.cuts, c.found, c.weight),) for rank, c in sorted(anchors.items())}


def _by_number(marks: Iterable[Mark]) -> dict[int, list[Mark]]:
    """The labels among marks, by their number."""
    found: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.style == "markdown":
            found[mark.number].append(mark)
    return found


def _add_labels(run: Sequence[FoundNote], linked: Linked, labels: Mapping[int, Sequence[Mark]]) -> None:
    """Add what calls a note by its label, again or out of order: that can mean nothing else."""
    taken = {marker.span for markers in linked.values() for marker in markers}
    ranks = {note.number: rank for rank, note in enumerate(run)}
    for rank, mark in ((rank, mark) for number, rank in ranks.items() for mark in labels.get(number, ())):
        if mark.span in taken:
            continue
        known = [marker for marker in linked.get(rank, ()) if marker.found is Found.PRINTED]
        added = FoundMarker(mark.span, mark.cuts, Found.PRINTED, mark.weight)
        linked[rank] = tuple(sorted([*known, added], key=lambda marker: marker.span))


def _gaps(count: int, anchors: Mapping[int, _Candidate], body: Sequence[Span]) -> Iterator[tuple[range, list[Span]]]:
    """Yield the ranks that are missing between two anchors, and the parts of the body where they must stand."""
    known = [-1, *sorted(anchors), count]
    ends = [span.end for span in body]
    for low, high in pairwise(known):
        if high - low < 2 or not body:
            continue
        since = anchors[low].mark.span.end if low >= 0 else body[0].start
        until = anchors[high].mark.cuts[0].start if high < count else body[-1].end
        parts: list[Span] = []
        for span in body[bisect_left(ends, since) :]:
            if span.start >= until:
                break
            if max(span.start, since) < min(span.end, until):
                parts.append(Span(max(span.start, since), min(span.end, until)))
        yield range(low + 1, high), parts


def _repairs(
    source: str,
    run: Sequence[FoundNote],
    missing: range,
    gap: Sequence[Span],
    window: Sequence[Mark],
    numerals: Numerals,
) -> list[_Candidate]:
    """What stands between two anchors that may call the notes between them: damaged, or misread as other numbers."""
    if not gap:
        return []
    found: dict[Span, tuple[Mark, str]] = {}
    places = [mark.span.start for mark in window]
    marks = window[bisect_left(places, gap[0].start) : bisect_left(places, gap[-1].end)]
    found.update((m.span, (m, str(m.number))) for m in marks if m.weight > FAINT and m.style != "bracket")
    for part in gap:
        for token, span, weight in numerals.damaged_marks(source, part):
            if span.start > part.start and not any(span.overlaps(other) for other in found):
                found[span] = (Mark(0, weight, span, (span,), "damaged"), token)
    for mark in marks:
        if mark.style == "bracket" and not any(mark.span.overlaps(other) for other in found):
            found[mark.span] = (mark._replace(weight=HURT, style="damaged"), str(mark.number))
    return [candidate for span in sorted(found) for candidate in _misread(source, *found[span], run, missing, numerals)]


def _misread(
    source: str, mark: Mark, token: str, run: Sequence[FoundNote], missing: range, numerals: Numerals
) -> Iterator[_Candidate]:
    if mark.number and _is_anothers(mark.number, run, missing):
        return
    numbers = {note.number for note in run} if mark.style == "markdown" else set()
    for rank in reversed(missing):
        forgiven = numerals.misread(token, run[rank].number)
        if mark.style == "plain":
            weight = _weight_of_plain(source, mark, token, run[rank].number)
        elif mark.number in numbers:
            # The label of another note calls that one again, unless a digit of this note's may be lost in it.
            weight = FAINT if forgiven is not None and mark.number * 10 <= run[rank].number else 0.0
        elif forgiven is not None and (mark.weight > 1.0 or forgiven < 1.0):
            weight = mark.weight / 2 + (1.5 - forgiven) / 2
        else:
            weight = FAINT if mark.weight >= SURE else 0.0  # the order alone tells
        if weight:
            yield _Candidate(rank, weight, mark, Found.REPAIRED)


def _weight_of_plain(source: str, mark: Mark, token: str, number: int) -> float:
    """Plain digits are what is left of a longer number only where no number can stand."""
    return mark.weight / 2 if str(number).endswith(token) and _ends_sentence(source, mark.span) else 0.0


def _is_anothers(number: int, run: Sequence[FoundNote], missing: range) -> bool:
    """Whether a number calls a note that was not found: one that would stand between those that were."""
    numbers = {run[rank].number for rank in missing}
    low = run[missing.start - 1].number if missing.start else run[0].number - 3
    high = run[missing.stop].number if missing.stop < len(run) else run[-1].number + 3
    return low < number < high and number not in numbers


def _ends_sentence(source: str, mark: Span) -> bool:
    before = source[max(0, mark.start - 3) : mark.start].rstrip(' \t"”’)')
    after = source[mark.end : mark.end + 3].lstrip(" \t")
    return before[-1:] in (".", "!", "?") and (not after or after[0] in "\r\n" or after[0].isupper())


def _best_increasing(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Pick the heaviest subsequence with rising ranks (weighted longest increasing subsequence).

    Chains are kept in order of their last rank, and each that is no heavier than one that ends lower is
    dropped: so they are in order of weight too, and a candidate finds the best chain to join by bisection.
    """
    ranks: list[int] = []
    chains: list[_Chain] = []
    for candidate in candidates:
        place = bisect_left(ranks, candidate.rank)
        back = chains[place - 1] if place else None
        weight = candidate.weight + (back.weight if back else 0.0)
        if place < len(chains) and ranks[place] == candidate.rank and chains[place].weight >= weight:
            continue  # of equal signs for one note the first is its marker
        beaten = place
        while beaten < len(chains) and chains[beaten].weight <= weight:
            beaten += 1
        ranks[place:beaten] = [candidate.rank]
        chains[place:beaten] = [_Chain(weight, candidate, back)]
    picked: list[_Candidate] = []
    chain = chains[-1] if chains else None
    while chain:
        picked.append(chain.candidate)
        chain = chain.back
    return picked[::-1]
