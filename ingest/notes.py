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

from ingest.model import Span
from ingest.shapes import NOTE_SHAPES
from ingest.units import Unit

_BEAM = 48
"""How many labellings, of different last notes, are kept after each paragraph."""

_ADDRESS_FIRST = re.compile(r"(?:URL\s*:|https?://|www\.\S+/)", re.IGNORECASE)
_CITES = re.compile(r"\bURL\s*:|https?://", re.IGNORECASE)
_OPENING = re.compile(r"[\"“A-Z«]")
_TRACE = re.compile(r"(?P<head>\^\{[^\w}&]*\d?(?:\}|\s*(?=&\}quot;)))|\[&\]quot;")
"""What OCR leaves of a number it could not read, before the note's text or its opening quotation mark."""


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note in the layout: ``units`` hold it, ``head`` is the printed number to leave out (or None)."""

    number: int
    units: tuple[int, ...]
    head: Span | None
    printed: bool


class _Role(Enum):
    BODY = auto()
    NOTE = auto()
    MORE = auto()


class _State(NamedTuple):
    """The best labelling so far of those that end with note ``last`` and give the last unit this role."""

    score: float
    last: int
    role: _Role
    unit: int
    head: Span | None
    printed: bool
    back: _State | None


@dataclass(frozen=True, slots=True)
class _Clues:
    """What the wording of a unit says of its role. ``trace`` is the Span of a number that cannot be read."""

    unit: int
    number: int | None
    weight: float
    head: Span | None
    is_rows: bool
    cites: bool
    address_first: bool
    may_open: bool
    trace: bool


def find_notes(source: str, units: Sequence[Unit], furniture: Mapping[int, int | None]) -> tuple[FoundNote, ...]:
    """Find the notes of a document, in order of number. ``furniture`` names the units that are none."""
    states = [_State(0.0, 0, _Role.BODY, -1, None, False, None)]
    for index, unit in enumerate(units):
        if index in furniture:
            continue
        clues = _clues(source, index, unit)
        best: dict[tuple[int, bool], _State] = {}
        for state in states:
            for new in _labels(state, clues):
                key = (new.last, new.role is _Role.BODY)
                if key not in best or new.score > best[key].score:
                    best[key] = new
        states = sorted(best.values(), key=lambda state: -state.score)[:_BEAM]
    return _collect(states[0])


def _clues(source: str, index: int, unit: Unit) -> _Clues:
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
        number=number,
        weight=weight,
        head=head,
        is_rows=unit.is_rows,
        cites=_CITES.search(text) is not None,
        address_first=_ADDRESS_FIRST.match(text) is not None,
        may_open=trace is not None or _OPENING.match(text) is not None,
        trace=trace is not None,
    )


def _labels(state: _State, clues: _Clues) -> Iterator[_State]:
    """Every way to label a unit after ``state``."""
    in_notes = state.role is not _Role.BODY
    cost = clues.weight
    if clues.address_first:
        cost += 3.0
    elif clues.cites and in_notes:
        cost += 1.5
    yield _State(state.score - cost, state.last, _Role.BODY, clues.unit, None, False, state)
    if clues.is_rows:
        return
    if clues.number is not None:
        skipped = clues.number - state.last - 1
        if skipped >= 0:
            gain = clues.weight - min(skipped, 12) - (1.5 if skipped else 0.0)
            yield _State(state.score + gain, clues.number, _Role.NOTE, clues.unit, clues.head, True, state)
        return
    if in_notes and clues.cites:
        gain = 2.0 if clues.address_first else -0.5
        yield _State(state.score + gain, state.last, _Role.MORE, clues.unit, None, False, state)
    if state.last > 0 and clues.may_open:
        gain = (0.5 if clues.cites else -2.0) + (0.5 if in_notes else -1.5) + (3.0 if clues.trace else 0.0)
        yield _State(state.score + gain, state.last + 1, _Role.NOTE, clues.unit, clues.head, False, state)


def _collect(state: _State | None) -> tuple[FoundNote, ...]:
    notes: list[FoundNote] = []
    more: list[int] = []
    while state is not None:
        if state.role is _Role.MORE:
            more.append(state.unit)
        elif state.role is _Role.NOTE:
            notes.append(FoundNote(state.last, (state.unit, *reversed(more)), state.head, state.printed))
            more = []
        state = state.back
    return tuple(reversed(notes))
