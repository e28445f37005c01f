"""What speaks for a unit being a note: the markers, the place, the printed number, each with its weight."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

from ingest.clues import Clues
from ingest.model import Found, Span
from ingest.numbering import Head
from ingest.styles import GLUED, PLAIN, SURE, Mark

REPAIRED_GAIN = 4.0
"""For a number that can be read as the one that is due, less what has to be forgiven."""

CONCLUDED = -1.5
"""For a note that nothing but its neighbours tells: worth it where a number would be left out."""

CONCLUDED_MOST = -0.25
"""The most that speaks for such a note, unless it gives a source or stands where notes stand."""

BEFORE_NEXT = 1.5
"""For a unit right in front of the note that comes after it."""

OUTSIDE = 2.0
"""For a unit outside the sections of notes, where the note before stands in one."""

TRACE_GAIN = 3.0
"""For a number of which something is left that cannot be read."""

SPECK_GAIN = 1.0
"""For a speck in its place."""

CALLED_GAIN = 2.0
"""For a note that stands behind its marker; against one whose marker stands elsewhere."""

UNCALLED = -2.5
"""For plain digits at the head of a paragraph that no marker calls: most are items of a list."""

SHORT_WORD = 2.0
"""For letters that might be a number misread, or a word: A, In, So."""

CONTRADICTED = 3.0
"""For reading a number as another one although it is clearly printed."""

SKIPPED = 1.5
"""For numbers that are left out, beside 1 for each of the first dozen."""

RESTARTED = 2.0
"""For a number that begins anew."""

UNCALLED_ANEW = 5.0
"""For a number that begins anew where no marker calls it."""

OTHER_STYLE = 2.5
"""For plain digits in a document whose notes are clearly numbered otherwise."""

EARLIER = 1e-6
"""For standing before others that could be the same note."""

_NOWHERE: Mapping[float, Sequence[int]] = {}


class Role(Enum):
    """What a unit is: body text, the beginning of a note, more of it, or its rest at the foot of the next page."""

    BODY = auto()
    NOTE = auto()
    MORE = auto()
    REST = auto()


class State(NamedTuple):
    """The best labelling so far of those that end with note ``last`` and give the last unit this role.

    ``since`` is where in the source the markers of this run of notes may begin, ``ended`` where its last unit
    ended, ``section`` the section of notes that it stands in; ``apart``: body text that may hold markers has come
    since. ``cut``: the run stands where the body breaks off. ``open``: the last note does.
    """

    score: float
    last: int
    role: Role
    since: int
    ended: int
    apart: bool
    cut: bool
    section: int
    open: bool
    unit: int
    head: Span | None
    found: Found
    style: str
    gain: float
    series: int
    back: State | None


class Calls:
    """Where the source holds what may be the marker of each number."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self._places: dict[int, dict[float, list[int]]] = defaultdict(lambda: defaultdict(list))
        for mark in sorted(marks, key=lambda mark: -mark.weight):  # the surest are looked for first
            self._places[mark.number][mark.weight].append(mark.span.start)

    def best(self, number: int, since: int, until: int) -> float:
        """Weight of the surest mark of ``number`` in a stretch of source, 0 where there is none."""
        for weight, places in self._places.get(number, _NOWHERE).items():
            place = bisect_left(places, since)
            if place < len(places) and places[place] < until:
                return weight
        return 0.0

    def elsewhere(self, number: int) -> bool:
        """Whether there is a sure mark of ``number`` anywhere."""
        return any(weight >= SURE for weight in self._places.get(number, _NOWHERE))


class Evidence:
    """Weighs what speaks for a unit being a note after a state.

    ``restarts``: the numbers begin anew as a matter of course. ``has_style``: the notes are clearly numbered
    otherwise than by plain digits.
    """

    def __init__(self, calls: Calls, restarts: bool, has_style: bool) -> None:
        self._calls = calls
        self._restarts = restarts
        self._has_style = has_style

    def since(self, state: State, clues: Clues) -> int:
        """Where the markers of the run may begin that a note after ``state`` would be in."""
        if clues.section and clues.section == state.section:
            return state.since  # whatever stands between them, all are called before their section
        return state.ended if state.role is Role.BODY and state.apart else state.since

    def called(self, state: State, clues: Clues, number: int) -> float:
        """What the markers say for a unit being the note ``number``: it stands behind its marker, if that is seen."""
        mark = self._calls.best(number, self.since(state, clues), clues.span.start)
        if mark >= GLUED:
            return CALLED_GAIN
        return mark / 2 if mark else -CALLED_GAIN if self._calls.elsewhere(number) and not self._restarts else 0.0

    def mark(self, state: State, clues: Clues, number: int) -> float:
        """Weight of the surest mark that may call a unit as note ``number``."""
        return self._calls.best(number, self.since(state, clues), clues.span.start)

    def printed(self, state: State, clues: Clues, head: Head, sequential: bool) -> float:
        """What speaks for the printed number at the head of a unit being a note's."""
        in_notes = state.role is not Role.BODY
        if clues.inside_line:  # it is a marker behind a blank, unless its marker stands before
            mark = self.mark(state, clues, head.number)
            return 1.0 + clues.looks + (CALLED_GAIN if mark >= GLUED else UNCALLED)
        if head.weight > PLAIN and head.style != "bracket":
            return head.weight + 0.5 * self.called(state, clues, head.number)
        mark = self.mark(state, clues, head.number)
        gain = head.weight + 0.6 * clues.looks + self._place_of_plain(state, clues, sequential, mark >= GLUED)
        gain += CALLED_GAIN if mark >= GLUED else mark + UNCALLED
        if head.style == "plain" and self._has_style:
            gain -= OTHER_STYLE
        if head.style == "symbol" and clues.next_number == head.number + 1:
            gain += BEFORE_NEXT
        return gain + (1.0 if sequential and in_notes else 0.0)

    def _place_of_plain(self, state: State, clues: Clues, sequential: bool, called: bool) -> float:
        """What the place says for digits that might as well number the items of a list."""
        in_notes = state.role is not Role.BODY
        if clues.in_section or clues.after_rule:
            return 2.5
        if clues.in_list and not (
            in_notes and state.style not in ("plain", "") and clues.next_number == state.last + 2
        ):
            return -6.0
        if clues.at_bottom:
            return 2.0
        if state.cut if in_notes else clues.interrupts:
            return 1.5
        if sequential and (in_notes or called):
            return -0.5 if in_notes else -1.0 if state.last else -2.5
        return -4.0

    def anew(self, state: State, clues: Clues, head: Head) -> float:
        """What speaks for the printed number at the head of a unit beginning a series of notes."""
        gain = self.printed(state, clues, head, sequential=self._restarts) - skipping(head.number - 1)
        if self.mark(state, clues, head.number) < GLUED:
            gain -= UNCALLED_ANEW
        return gain if self._restarts else gain - RESTARTED

    def more(self, state: State, clues: Clues) -> float:
        """What speaks for a unit going on with the note before."""
        gain = _going_on(state, clues)
        if clues.head and clues.head.number == state.last + 1:
            gain -= CALLED_GAIN  # it numbers the next note
        following = (state.last + 1, 1) if self._restarts else (state.last + 1,)
        if any(self._calls.best(number, *clues.span) >= GLUED for number in following):
            gain -= CALLED_GAIN  # what calls the next note is body
        return gain

    def due(self, state: State, clues: Clues, due: int) -> float | None:
        """What place and markers say for a unit being the note that is due; None where it cannot be it."""
        if due == 1 and not self.may_begin_run(clues):
            return None
        called = self.called(state, clues, due)
        if due == 1 and called < CALLED_GAIN:
            return None  # without marker and place nothing tells the first note of a document or a page
        gain = -2.0 + clues.looks + _place(state, clues) + called
        if clues.next_number == due + 1:
            gain += BEFORE_NEXT
        return gain - OUTSIDE if state.section and not clues.section else gain

    def may_begin_run(self, clues: Clues) -> bool:
        """Whether notes may begin where a unit stands."""
        return clues.in_section or clues.at_bottom or clues.after_rule or clues.interrupts

    def is_among_notes(self, state: State, clues: Clues) -> bool:
        """Whether notes are to be expected where a unit stands."""
        ruled = clues.in_section or clues.at_bottom or clues.after_rule
        return ruled or (state.role is not Role.BODY and state.cut)


def _place(state: State, clues: Clues) -> float:
    """What the place says for a unit whose number cannot be read."""
    if state.role is not Role.BODY:
        return 0.5
    if clues.on_new_page:
        return -2.0
    if clues.interrupts or clues.after_rule or clues.at_bottom:
        return 1.0
    return 0.0 if clues.after_furniture else -1.5


def _going_on(state: State, clues: Clues) -> float:
    """What a unit says for going on with the note before."""
    if state.role is Role.BODY:
        # No body goes on in small letters where none breaks off, or below a rule.
        of_note = clues.after_rule or clues.next_number == state.last + 1 or not clues.interrupts
        gain = 0.8 if of_note else -1.0
    elif clues.cites:
        gain = 2.0 if clues.address_first else -0.5
    elif state.role is Role.REST and not clues.unit.tentative:
        gain = -3.0
    elif clues.unit.tentative or clues.indented:
        gain = 0.5
    elif clues.goes_on:
        gain = -2.0 if state.cut else 0.2 if state.open else -1.5
    elif clues.on_new_page or clues.after_furniture:
        gain = -1.5
    elif state.style == "markdown":
        gain = -3.0  # more of such a note is indented
    else:
        gain = 0.3 if clues.at_page_end else -0.8
    return gain


def skipping(count: int) -> float:
    """What it costs to leave out ``count`` numbers."""
    return min(count, 12) + SKIPPED if count else 0.0
