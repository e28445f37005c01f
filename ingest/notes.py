"""Which paragraphs are footnotes, and which note each one is.

Every paragraph is body, the beginning of note *n*, or more of the note before it. Dynamic programming picks
the best labelling of the whole document in which the numbers of the notes only go up, or begin anew where a
chapter or a page does. ``ingest.evidence`` weighs, ``ingest.labelling`` gives the ways to label.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from ingest.clues import Clues, gather
from ingest.evidence import Calls, Role, State
from ingest.labelling import Labeller
from ingest.model import Found, Span
from ingest.numbering import Numerals
from ingest.styles import PLAIN, Mark
from ingest.units import Unit

_NEAR = 4
"""No more pieces of furniture than this, less one, stand between two notes."""

_BEAM = 48
"""How many labellings, of different last notes, are kept after each paragraph."""

_FAR = 8.0
"""A labelling that lags behind the best by more hardly ever wins."""

MANY = 2
"""So many notes that are clearly numbered make a style."""


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note in the layout: ``units`` hold it, ``head`` is the printed number to leave out (or None).

    ``series`` counts how often the numbering began anew before it; ``since`` is where its marker may stand at
    the earliest: behind the notes that stand before its own. ``found`` says whether its number is printed, was
    repaired, or is inferred from its neighbours; ``weight`` what speaks for it.
    """

    number: int
    label: str
    units: tuple[int, ...]
    head: Span | None
    found: Found
    style: str
    series: int
    since: int
    weight: float


def find_notes(
    source: str, units: Sequence[Unit], apart: Container[int], numerals: Numerals, marks: Sequence[Mark]
) -> tuple[FoundNote, ...]:
    """Find the notes of a document, in the order of the source. ``apart`` names the units that are none.

    ``marks`` are what may be markers: a note stands behind its own.
    """
    calls = Calls(marks)
    heads = (numerals.head(source, u.span) for i, u in enumerate(units) if i not in apart and not u.is_rows)
    has_style = sum(head is not None and head.weight > PLAIN for head in heads) >= MANY
    paragraphs = partial(gather, source, units, apart, numerals.head)  # made anew: all at once they fill the memory
    last = _label(paragraphs(), Labeller(numerals, calls, numerals.restarts, has_style), numerals.restarts)
    if not numerals.restarts and last.series > 1:
        last = _label(paragraphs(), Labeller(numerals, calls, True, has_style), restarts=True)
    return tuple(_believed(_collect(last, numerals), apart))


def _label(paragraphs: Iterable[Clues], labeller: Labeller, restarts: bool) -> State:
    """The end of the best labelling; where it is sure that numbers restart but may not, of its beginning."""
    start = State(0.0, 0, Role.BODY, 0, 0, True, False, 0, False, -1, None, Found.PRINTED, "", 0.0, 0, None)
    states = [start]
    for clues in paragraphs:
        if labeller.is_inert(clues, states):
            continue
        best: dict[tuple[int, bool], State] = {}
        for state in states:
            for new in labeller.labels(state, clues):
                key = (new.last, new.role is Role.BODY)
                if key not in best or new.score > best[key].score:
                    best[key] = new
        ranked = sorted(best.values(), key=lambda state: -state.score)[:_BEAM]
        states = [state for state in ranked if state.score >= ranked[0].score - _FAR]
        if not restarts and min(state.series for state in states) > 1:
            break
    return states[0]


def _believed(notes: Sequence[FoundNote], apart: Container[int]) -> Iterator[FoundNote]:
    """Leave out what only filled a gap in the numbers: notes that nothing tells and that stand by no other note."""
    for place, note in enumerate(notes):
        if note.found is not Found.INFERRED or note.weight > 0.0:
            yield note
            continue
        before = notes[place - 1].units[-1] if place else -2
        after = notes[place + 1].units[0] if place + 1 < len(notes) else -2
        if _adjoin(before, note.units[0], apart) or _adjoin(note.units[-1], after, apart):
            yield note


def _adjoin(left: int, right: int, apart: Container[int]) -> bool:
    """Whether no body text stands between two units."""
    return 0 <= left < right <= left + _NEAR and all(index in apart for index in range(left + 1, right))


def _collect(state: State | None, numerals: Numerals) -> tuple[FoundNote, ...]:
    notes: list[FoundNote] = []
    more: list[int] = []
    while state is not None:
        if state.role in (Role.MORE, Role.REST):
            more.append(state.unit)
        elif state.role is Role.NOTE:
            notes.append(
                FoundNote(
                    number=state.last,
                    label=numerals.label(state.last),
                    units=(state.unit, *reversed(more)),
                    head=state.head,
                    found=state.found,
                    style=state.style,
                    series=state.series,
                    since=state.since,
                    weight=state.gain,
                )
            )
            more = []
        state = state.back
    return tuple(reversed(notes))
