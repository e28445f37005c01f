"""Which paragraphs are footnotes, and which note each one is.

Every paragraph is body, the beginning of note *n*, or more of the note before it. Dynamic programming picks
the best labelling of the whole document in which the numbers of the notes only go up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from ingest.model import Found, Span
from ingest.shapes import DAMAGED_SHAPES, NOTE_SHAPES, misreading
from ingest.units import Unit

_BEAM = 48
"""How many labellings, of different last notes, are kept after each paragraph."""

REPAIRED_GAIN = 4.0
"""For a number that can be read as the one that is due, less what has to be forgiven."""

CALLED_GAIN = 2.0
"""For a note without a number of its own that stands behind the marker that is due; against one before it."""

EARLIER = 1e-6

_ADDRESS_FIRST = re.compile(r"(?:URL\s*:|https?://|www\.\S+/)", re.IGNORECASE)
_CITES = re.compile(r"\bURL\s*:|https?://", re.IGNORECASE)
_OPENING = re.compile(r"[\"“A-Z«]")
_TRACE = re.compile(r"(?P<head>\^\{[^\w}&]*\d?(?:\}|\s*(?=&\}quot;)))|\[&\]quot;")
"""What OCR leaves of a number it could not read, before the note's text or its opening quotation mark."""


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note in the layout: ``units`` hold it, ``head`` is the printed number to leave out (or None).

    ``found`` says whether its number is printed, was repaired, or is inferred from its neighbours.
    """

    number: int
    units: tuple[int, ...]
    head: Span | None
    found: Found


class _Role(Enum):
    BODY = auto()
    NOTE = auto()
    MORE = auto()


class _State(NamedTuple):
    """The best labelling so far of those that end with note ``last`` and give the last unit this role.

    ``since`` is where in the source that note ended: the marker of the next one stands behind it.
    """

    score: float
    last: int
    role: _Role
    unit: int
    head: Span | None
    found: Found
    since: int
    back: _State | None


@dataclass(frozen=True, slots=True)
class _Clues:
    """What the wording of a unit says of its role.

    ``damaged`` lists what may be a number that OCR has damaged, with its Span; ``trace`` says that something
    is left of a number that cannot be read at all.
    """

    unit: int
    span: Span
    number: int | None
    weight: float
    head: Span | None
    is_rows: bool
    is_rest: bool
    after_furniture: bool
    cites: bool
    address_first: bool
    may_open: bool
    trace: bool
    damaged: tuple[tuple[str, Span], ...]


def find_notes(
    source: str, units: Sequence[Unit], furniture: Mapping[int, int | None], calls: Mapping[int, Sequence[int]]
) -> tuple[FoundNote, ...]:
    """Find the notes of a document, in order of number. ``furniture`` names the units that are none.

    ``calls`` lists, by number, where the source holds what is surely a marker: a note stands behind its own.
    """
    states = [_State(0.0, 0, _Role.BODY, -1, None, Found.PRINTED, 0, None)]
    for index, unit in enumerate(units):
        if index in furniture:
            continue
        clues = _clues(source, index, unit, index - 1 in furniture)
        best: dict[tuple[int, bool], _State] = {}
        for state in states:
            for new in _labels(state, clues, calls):
                key = (new.last, new.role is _Role.BODY)
                if key not in best or new.score > best[key].score:
                    best[key] = new
        states = sorted(best.values(), key=lambda state: -state.score)[:_BEAM]
    return _collect(states[0])


def _clues(source: str, index: int, unit: Unit, after_furniture: bool) -> _Clues:
    text = unit.text(source)
    number, weight, head, trace = None, 0.0, None, None
    if not unit.is_rows:
        for shape in NOTE_SHAPES:
            if match := shape.pattern.match(source, unit.span.start, unit.span.end):
                number, weight, head = shape.number(match), shape.weight, Span(*match.span())
                break
        else:
            trace = _TRACE.match(source, unit.span.start, unit.span.end)
            head = Span(*trace.span("head")) if trace and trace["head"] else None
    return _Clues(
        unit=index,
        span=unit.span,
        number=number,
        weight=weight,
        head=head,
        is_rows=unit.is_rows,
        is_rest=unit.is_rest,
        after_furniture=after_furniture,
        cites=_CITES.search(text) is not None,
        address_first=_ADDRESS_FIRST.match(text) is not None,
        may_open=trace is not None or (_OPENING.match(text) is not None and not _ADDRESS_FIRST.match(text)),
        trace=trace is not None,
        damaged=() if unit.is_rows else tuple(_damaged(source, unit.span)),
    )


def _damaged(source: str, span: Span) -> Iterator[tuple[str, Span]]:
    for shape in DAMAGED_SHAPES:
        if match := shape.match(source, span.start, span.end):
            yield match["n"] + (match.groupdict().get("more") or ""), Span(*match.span())


def _labels(state: _State, clues: _Clues, calls: Mapping[int, Sequence[int]]) -> Iterator[_State]:
    """Every way to label a unit after ``state``."""
    in_notes = state.role is not _Role.BODY
    if clues.is_rest and in_notes:  # it goes on with the paragraph of the note that junk has interrupted
        yield _State(state.score, state.last, _Role.MORE, clues.unit, None, state.found, clues.span.end, state)
        return
    cost = clues.weight
    if in_notes and clues.cites:
        cost += 3.0 if clues.address_first else 1.5
    yield _State(state.score - cost, state.last, _Role.BODY, clues.unit, None, Found.PRINTED, state.since, state)
    if clues.is_rows:
        return
    if clues.number is not None and clues.number > state.last:
        skipped = clues.number - state.last - 1
        gain = clues.weight - min(skipped, 12) - (1.5 if skipped else 0.0)
        yield _note(state, clues, gain, clues.number, clues.head, Found.PRINTED)
    if clues.number is None and in_notes and clues.cites:
        gain = 2.0 if clues.address_first else -0.5
        yield _State(state.score + gain, state.last, _Role.MORE, clues.unit, None, state.found, clues.span.end, state)
    if state.last:
        yield from _due(state, clues, calls)


def _due(state: _State, clues: _Clues, calls: Mapping[int, Sequence[int]]) -> Iterator[_State]:
    """Every way in which a unit that does not print its number can be the note that is due after ``state``."""
    due = state.last + 1
    in_notes = state.role is not _Role.BODY
    apart = 0.5 if in_notes else 0.0 if clues.after_furniture else -1.5
    called = _called(state, clues, calls)
    place = (0.5 if clues.cites else -2.0) + apart + called
    for token, head in clues.damaged:
        forgiven = misreading(token, due)
        supported = clues.cites or called > 0 or clues.trace or not token.isascii()
        if forgiven is not None and due != clues.number and supported:
            yield _note(state, clues, place + REPAIRED_GAIN - forgiven, due, head, Found.REPAIRED)
    if clues.number is None and clues.may_open:
        # Of several paragraphs that could begin the note alike, the first does: the others are more of it.
        gain = place + (3.0 if clues.trace else 0.0) - EARLIER * clues.unit
        yield _note(state, clues, gain, due, clues.head, Found.INFERRED)


def _note(state: _State, clues: _Clues, gain: float, number: int, head: Span | None, found: Found) -> _State:
    return _State(state.score + gain, number, _Role.NOTE, clues.unit, head, found, clues.span.end, state)


def _called(state: _State, clues: _Clues, calls: Mapping[int, Sequence[int]]) -> float:
    """What the markers say for the unit being the note that is due: it stands behind its marker, if that is seen."""
    places = calls.get(state.last + 1, ())
    if any(state.since <= place < clues.span.start for place in places):
        return CALLED_GAIN
    return -CALLED_GAIN if places else 0.0


def _collect(state: _State | None) -> tuple[FoundNote, ...]:
    notes: list[FoundNote] = []
    more: list[int] = []
    while state is not None:
        if state.role is _Role.MORE:
            more.append(state.unit)
        elif state.role is _Role.NOTE:
            notes.append(FoundNote(state.last, (state.unit, *reversed(more)), state.head, state.found))
            more = []
        state = state.back
    return tuple(reversed(notes))
