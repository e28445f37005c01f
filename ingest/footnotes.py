"""Footnotes: which paragraphs are notes, which note each one is, and where the body calls it.

Numbers only go up, so both questions are monotone alignments, solved by dynamic programming over candidates:
``ingest.notes`` labels the paragraphs, ``ingest.markers`` matches the markers, and the shapes that printed
numbers take are the rows of ``ingest.styles``. Notes that are called by name are found by name
(``ingest.labels``); what is neither numbered nor named may be called by signs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.labels import find_labelled
from ingest.markers import FoundMarker, Linked, find_markers
from ingest.model import Found, Span
from ingest.notes import FoundNote, find_notes
from ingest.numbering import Digits, Numerals, Signs
from ingest.styles import GLUED, SURE, SYMBOLS, Mark
from ingest.units import Unit, settle
from ingest.urls import ends_torn, is_url_piece

_DOUBT = (Found.PRINTED, Found.REPAIRED, Found.INFERRED)
"""From what stands there to what is concluded."""

_NUMBERED = {Found.PRINTED: 0.99, Found.REPAIRED: 0.97, Found.INFERRED: 0.85}
"""How often a note that is found so is the one that its marker calls: measured on synthetic documents, damaged at
5 to 30 %."""
_CALLED = {Found.PRINTED: 1.0, Found.REPAIRED: 0.87}
"""The same for how its marker is found."""

_LOST = 0.6
"""For a note whose marker is lost: it stands there, but what it belongs to is open."""

_BEFORE_NUMBER = re.compile(r"[0-9. #*(\[\n\t]*+")
"""What may stand between the beginning of a paragraph and a number at its head."""

_CALLED_SHARE = 0.34
"""At least this share of notes that plain digits number must be called."""


@dataclass(frozen=True, slots=True)
class LinkedNote:
    """A note with its markers, in the order of the source; none if they are lost. ``key``: see Footnote.

    ``region`` is where a lost marker must stand, where that is known.
    """

    key: int
    note: FoundNote
    markers: tuple[FoundMarker, ...] = ()
    region: Span | None = None

    @property
    def found(self) -> Found:
        """How the note was found; without a marker it is ``lost``, whatever its number looked like."""
        if not self.markers:
            return Found.LOST
        return max(self.note.found, self.markers[0].found, key=_DOUBT.index)

    @property
    def confidence(self) -> float:
        """How surely the note is the one that is called, from 0 to 1."""
        called = _CALLED[self.markers[0].found] if self.markers else _LOST
        return round(_NUMBERED[self.note.found] * called, 2)


@dataclass(frozen=True, slots=True)
class Alignment:
    """The units as they are once it is known which lines begin notes, the furniture, and all notes by key."""

    units: tuple[Unit, ...]
    furniture: Mapping[int, int | None]
    notes: tuple[LinkedNote, ...]


def align_footnotes(source: str, units: Sequence[Unit], furniture: Mapping[int, int | None]) -> Alignment:
    """Find the notes of a document and the markers that call them.

    ``furniture`` names the units that are page furniture, with the page number each prints.
    """
    found = _named_and_numbered(source, units, furniture)
    if any(sign in source for sign in SYMBOLS):
        apart = {index for notes in found for index in _units_of(notes)} | {*furniture}
        found.append(_numbered(source, units, apart, Signs(source)))
    notes = _called_by_body(units, _adopt_torn_urls(source, units, furniture, _keyed(_told_apart(found))))
    settled, moved = settle(units, _units_of(notes))
    return Alignment(
        tuple(settled),
        {moved[index]: page for index, page in furniture.items()},
        tuple(replace(n, note=replace(n.note, units=tuple(moved[i] for i in n.note.units))) for n in notes),
    )


def _named_and_numbered(source: str, units: Sequence[Unit], apart: Collection[int]) -> list[list[LinkedNote]]:
    """The notes called by name and those called by number: first the kind that keeps its numbers as keys."""
    labelled = find_labelled(source, units, apart)
    named = [LinkedNote(note.number, note, markers) for note, markers in labelled.notes]
    if not labelled.beside_numbers:
        return [named, _numbered(source, units, {*apart, *_units_of(named)}, Digits(), by_name=bool(named))]
    numbered = _numbered(source, units, apart, Digits())
    taken = _units_of(numbered)
    return [numbered, [linked for linked in named if taken.isdisjoint(linked.note.units)]]


def _told_apart(found: Iterable[list[LinkedNote]]) -> Iterator[list[LinkedNote]]:
    """Give each marker to the kind of notes that it surely calls: the kinds come surest first."""
    taken: set[int] = set()
    for notes in found:
        kept = [
            replace(linked, markers=tuple(m for m in linked.markers if taken.isdisjoint(range(*m.span))))
            for linked in notes
        ]
        taken.update(place for linked in kept for marker in linked.markers for place in range(*marker.span))
        yield kept


def _units_of(notes: Iterable[LinkedNote]) -> set[int]:
    return {index for linked in notes for index in linked.note.units}


def _numbered(
    source: str, units: Sequence[Unit], apart: Collection[int], numerals: Numerals, by_name: bool = False
) -> list[LinkedNote]:
    """Find the notes that are numbered by ``numerals``; their keys are not yet told apart.

    ``by_name`` says that the document calls notes by name: then a number in such a call is none.
    """
    marks = _outside(source, numerals.marks(source), units, apart)
    if by_name:
        marks = [mark for mark in marks if mark.style != "markdown"]
    notes = find_notes(source, units, apart, numerals, marks)
    if not notes:
        return []
    within = {*apart, *(index for note in notes for index in note.units)}
    linked = find_markers(source, units, within, notes, numerals, _outside(source, marks, units, within))
    regions = _regions(source, units, notes, linked)
    found = [
        LinkedNote(note.number, note, linked.get(place, ()), regions.get(place)) for place, note in enumerate(notes)
    ]
    return [note for _, series in groupby(found, key=lambda linked: linked.note.series) for note in _if_called(series)]


def _if_called(series: Iterable[LinkedNote]) -> list[LinkedNote]:
    """Believe a series of plain digits only if enough of them are called: lists are numbered too."""
    notes = list(series)
    plain = all(linked.note.style in ("plain", "") for linked in notes)
    called = sum(any(marker.weight >= GLUED for marker in linked.markers) for linked in notes)
    return [] if plain and called < _CALLED_SHARE * len(notes) else notes


def _outside(source: str, marks: Iterable[Mark], units: Sequence[Unit], apart: Collection[int]) -> list[Mark]:
    """The marks that stand in no unit of ``apart`` and at the head of none."""
    starts = [unit.span.start for unit in units]
    kept: list[Mark] = []
    for mark in marks:
        index = bisect_right(starts, mark.span.start) - 1
        unit = units[index]
        at_head = _BEFORE_NUMBER.fullmatch(source, unit.span.start, mark.span.start) is not None
        if index in apart or (at_head and not unit.tentative):
            continue  # what stands at the head of a paragraph numbers it
        if mark.weight >= SURE or not unit.is_rows:  # plain digits in a table are its figures
            kept.append(mark)
    return kept


def _regions(source: str, units: Sequence[Unit], notes: Sequence[FoundNote], linked: Linked) -> dict[int, Span]:
    """Where each lost marker must stand: behind that of the note before, in front of that of the next one."""
    regions: dict[int, Span] = {}
    for since, group in groupby(enumerate(notes), key=lambda pair: pair[1].since):
        run = list(group)
        end = units[run[0][1].units[0]].span.start
        lows: dict[int, int] = {}
        low = since
        for place, _ in run:
            lows[place] = low
            low = max(low, linked[place][0].span.end) if place in linked else low
        for place, _ in reversed(run):
            if place in linked:
                end = min(end, linked[place][0].span.start)
            else:
                start = lows[place] + len(source[lows[place] : end]) - len(source[lows[place] : end].lstrip())
                if start < end:
                    regions[place] = Span(start, start + len(source[start:end].rstrip()))
    return regions


def _keyed(found: Iterable[Sequence[LinkedNote]]) -> list[LinkedNote]:
    """Give each note its key: its number, counted on where the numbers of another series, or kind, are taken."""
    keyed: list[LinkedNote] = []
    highest = 0
    for notes in found:
        for _, series in groupby(notes, key=lambda linked: linked.note.series):
            offset = highest
            for linked in series:
                keyed.append(replace(linked, key=offset + linked.note.number))
                highest = max(highest, keyed[-1].key)
    return keyed


def _called_by_body(units: Sequence[Unit], notes: Iterable[LinkedNote]) -> list[LinkedNote]:
    """Take off markers that stand in what has turned out to be a note, of a kind that was looked for later."""
    found = [*notes]
    within = _units_of(found)
    starts = [unit.span.start for unit in units]
    return [
        replace(
            linked,
            markers=tuple(m for m in linked.markers if bisect_right(starts, m.span.start) - 1 not in within),
        )
        for linked in found
    ]


def _adopt_torn_urls(
    source: str, units: Sequence[Unit], furniture: Mapping[int, int | None], notes: list[LinkedNote]
) -> list[LinkedNote]:
    """Give pieces of web addresses that stand among notes to the one note near them whose address is torn."""
    owner = {index: place for place, linked in enumerate(notes) for index in linked.note.units}
    for index, unit in enumerate(units):
        if index in owner or index in furniture or not is_url_piece(unit.text(source)):
            continue
        near = dict.fromkeys(owner[beside] for beside in _neighbours(index, owner, furniture, len(units)))
        torn = sorted(((ends_torn(units[notes[at].note.units[-1]].text(source)), at) for at in near), reverse=True)
        if torn and torn[0][0] > (torn[1][0] if len(torn) > 1 else 0.0):
            linked = notes[torn[0][1]]
            notes[torn[0][1]] = replace(linked, note=replace(linked.note, units=(*linked.note.units, index)))
    return notes


def _neighbours(index: int, owner: Mapping[int, int], furniture: Mapping[int, int | None], count: int) -> list[int]:
    """The units of the run of notes that a unit stands beside."""
    near: list[int] = []
    for step in (-1, 1):
        at = index + step
        while 0 <= at < count and (at in owner or at in furniture):
            near += [at] if at in owner else []
            at += step
    return near
