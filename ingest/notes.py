"""Which paragraphs are footnotes, and which note each one is.

Every paragraph is body, the beginning of note *n*, or more of the note before it. Dynamic programming picks
the best labelling of the whole document in which the numbers of the notes only go up, or begin anew where a
chapter or a page does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import NamedTuple

from ingest.clues import Clues, gather
from ingest.model import Found, Span
from ingest.numbering import Head, Numerals
from ingest.styles import GLUED, PLAIN, SURE, Mark
from ingest.units import Unit
from ingest.wording import MOST

_NEAR = 4
"""No more pieces of furniture than this, less one, stand between two notes."""

_BEAM = 48
"""How many labellings, of different last notes, are kept after each paragraph."""

_FAR = 16.0
"""A labelling that lags behind the best by more has never been seen to win."""

REPAIRED_GAIN = 4.0
"""For a number that can be read as the one that is due, less what has to be forgiven."""

CONCLUDED = -1.5
"""For a note that nothing but its neighbours tells: worth it where a number would be left out."""

CONCLUDED_MOST = -0.25
"""The most that speaks for such a note, unless it gives a source or stands where notes stand."""

BEFORE_NEXT = 1.5
"""For a unit right in front of the note that comes after it."""

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

MANY = 2
"""So many notes that are clearly numbered make a style."""

EARLIER = 1e-6

_NOWHERE: Mapping[float, Sequence[int]] = {}


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


class _Role(Enum):
    BODY = auto()
    NOTE = auto()
    MORE = auto()
    REST = auto()  # more of a note, at the foot of the next page


class _State(NamedTuple):
    """The best labelling so far of those that end with note ``last`` and give the last unit this role.

    ``since`` is where in the source the markers of this run of notes may begin, ``ended`` where its last unit
    ended and in which ``section`` of notes, ``apart`` whether body text that may hold markers has come since. ``cut``: the run stands where the
    body breaks off. ``open``: the last note does.
    """

    score: float
    last: int
    role: _Role
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
    back: _State | None


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
    last = _label(paragraphs(), _Labeller(numerals, calls, numerals.restarts, has_style), numerals.restarts)
    if not numerals.restarts and last.series > 1:
        last = _label(paragraphs(), _Labeller(numerals, calls, True, has_style), restarts=True)
    return tuple(_believed(_collect(last, numerals), apart))


def _label(paragraphs: Iterable[Clues], labeller: _Labeller, restarts: bool) -> _State:
    """The end of the best labelling; where it is sure that numbers restart but may not, of its beginning."""
    start = _State(0.0, 0, _Role.BODY, 0, 0, True, False, 0, False, -1, None, Found.PRINTED, "", 0.0, 0, None)
    states = [start]
    for clues in paragraphs:
        if labeller.is_inert(clues, states):
            continue
        best: dict[tuple[int, bool], _State] = {}
        for state in states:
            for new in labeller.labels(state, clues):
                key = (new.last, new.role is _Role.BODY)
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


class _Labeller:
    """Gives every way to label a unit after a state, with what speaks for it."""

    def __init__(self, numerals: Numerals, calls: Calls, restarts: bool, has_style: bool) -> None:
        self._numerals = numerals
        self._calls = calls
        self._restarts = restarts
        self._has_style = has_style
        self._read: tuple[int, Sequence[tuple[str, Span]]] = (-1, ())

    def is_inert(self, clues: Clues, states: Sequence[_State]) -> bool:
        """Whether a unit can only be body, as those before it were."""
        if clues.head or any(state.role is not _Role.BODY or not state.apart for state in states):
            return False
        if clues.unit.is_rows:
            return True
        hopeless = len(states) == 1 and not states[0].last and not self._calls.best(1, 0, clues.span.start)
        if hopeless:
            return True
        stands_right = clues.interrupts or clues.in_section or clues.after_rule or clues.at_bottom
        if clues.goes_on and any(state.open for state in states):
            return False
        return not (stands_right or clues.trace or clues.looks or clues.next_number)

    def labels(self, state: _State, clues: Clues) -> Iterator[_State]:
        """Yield every way to label a unit after ``state``."""
        if clues.unit.is_rest and state.role is not _Role.BODY:
            yield self._gone_on(state, clues, 0.0)  # with the paragraph of the note that junk has interrupted
            return
        yield self._body(state, clues)
        if clues.unit.is_rows or (clues.inside_line and state.role is _Role.BODY):
            return
        if clues.head:
            yield from self._printed(state, clues, clues.head)
        elif clues.is_url_piece:
            return  # of which note it is a piece is found out later
        if clues.head is None or clues.head.weight <= PLAIN:
            if state.role is not _Role.BODY or (state.open and clues.goes_on):
                yield from self._more(state, clues)
        yield from self._due(state, clues, state.last + 1)
        if self._restarts and state.role is _Role.BODY and state.last:
            yield from self._due(state, clues, 1)

    def _body(self, state: _State, clues: Clues) -> _State:
        cost = clues.head.weight if clues.head and clues.head.weight > PLAIN and not clues.inside_line else 0.0
        if state.role is _Role.BODY:
            apart = state.apart or not clues.is_short
            if not cost and apart == state.apart:
                return state
            return state._replace(score=state.score - cost, apart=apart)
        if clues.cites:
            cost += 3.0 if clues.address_first else 1.5
        if clues.unit.tentative or clues.indented:
            cost += 1.0
        if clues.has_feeds and not (clues.on_new_page or clues.after_furniture or clues.is_short):
            cost += 1.0  # nothing but notes stands below notes
        return state._replace(
            score=state.score - cost,
            role=_Role.BODY,
            apart=not clues.is_short,
            unit=clues.index,
            gain=0.0,
            back=state,
        )

    def _printed(self, state: _State, clues: Clues, head: Head) -> Iterator[_State]:
        """Take the printed number at the head of a unit for a note's: a higher one, or one that begins anew."""
        if head.number > state.last:
            skipped = head.number - state.last - 1
            gain = self._weigh(state, clues, head, sequential=skipped == 0)
            yield self._note(state, clues, gain - _skipping(skipped), head.number, head.span, Found.PRINTED, head.style)
        if 0 < head.number <= min(2, state.last) and state.role in (_Role.BODY, _Role.REST):
            anew = 0.0 if self._restarts else RESTARTED
            gain = self._weigh(state, clues, head, sequential=self._restarts) - anew - _skipping(head.number - 1)
            if self._calls.best(head.number, self._since(state, clues), clues.span.start) < GLUED:
                gain -= UNCALLED_ANEW
            yield self._note(
                state, clues, gain, head.number, head.span, Found.PRINTED, head.style, series=state.series + 1
            )

    def _weigh(self, state: _State, clues: Clues, head: Head, sequential: bool) -> float:
        """What speaks for the printed number at the head of a unit being a note's."""
        in_notes = state.role is not _Role.BODY
        if clues.inside_line:  # it is a marker behind a blank, unless its marker stands before
            mark = self._calls.best(head.number, self._since(state, clues), clues.span.start)
            return 1.0 + clues.looks + (CALLED_GAIN if mark >= GLUED else UNCALLED)
        if head.weight > PLAIN and head.style != "bracket":
            return head.weight + 0.5 * self._called(state, clues, head.number)
        mark = self._calls.best(head.number, self._since(state, clues), clues.span.start)
        gain = head.weight + 0.6 * clues.looks + self._place_of_plain(state, clues, sequential, mark >= GLUED)
        gain += CALLED_GAIN if mark >= GLUED else mark + UNCALLED
        if head.style == "plain" and self._has_style:
            gain -= OTHER_STYLE
        if head.style == "symbol" and clues.next_number == head.number + 1:
            gain += BEFORE_NEXT
        return gain + (1.0 if sequential and in_notes else 0.0)

    def _place_of_plain(self, state: _State, clues: Clues, sequential: bool, called: bool) -> float:
        """What the place says for digits that might as well number the items of a list."""
        in_notes = state.role is not _Role.BODY
        if clues.in_section or clues.after_rule:
            return 2.5
        if clues.in_list:
            return -6.0
        if clues.at_bottom:
            return 2.0
        if state.cut if in_notes else clues.interrupts:
            return 1.5
        if sequential and (in_notes or called):
            return -0.5 if in_notes else -1.0 if state.last else -2.5
        return -4.0

    def _more(self, state: _State, clues: Clues) -> Iterator[_State]:
        """Go on with the note before."""
        if state.role is _Role.BODY:
            # No body goes on in small letters where none breaks off, or below a rule.
            of_note = clues.after_rule or clues.next_number == state.last + 1 or not clues.interrupts
            gain = 0.8 if of_note else -1.0
        elif clues.cites:
            gain = 2.0 if clues.address_first else -0.5
        elif state.role is _Role.REST and not clues.unit.tentative:
            gain = -3.0
        elif clues.unit.tentative or clues.indented:
            gain = 0.5
        elif clues.goes_on:
            gain = -2.0 if state.cut else 0.2 if state.open else -1.5
        elif clues.on_new_page or clues.after_furniture:
            gain = -1.5
        else:
            gain = 0.3 if clues.at_page_end else -0.8
        if clues.head and clues.head.number == state.last + 1:
            gain -= CALLED_GAIN  # it numbers the next note
        following = (state.last + 1, 1) if self._restarts else (state.last + 1,)
        if any(self._calls.best(number, *clues.span) >= GLUED for number in following):
            gain -= CALLED_GAIN  # what calls the next note is body
        yield self._gone_on(state, clues, gain)

    def _gone_on(self, state: _State, clues: Clues, gain: float) -> _State:
        return state._replace(
            score=state.score + gain,
            role=_Role.REST if state.role in (_Role.BODY, _Role.REST) else _Role.MORE,
            cut=clues.interrupts or clues.after_rule if state.role is _Role.BODY else state.cut,
            since=self._since(state, clues),
            ended=clues.span.end,
            apart=False,
            open=clues.is_open,
            unit=clues.index,
            gain=gain,
            back=state,
        )

    def _due(self, state: _State, clues: Clues, due: int) -> Iterator[_State]:
        """Every way in which a unit that does not print its number can be the note that is due."""
        if clues.head and clues.head.number == due:
            return
        damaged = self._damaged(clues)
        concluded = clues.head is None and clues.may_open
        if not (damaged or concluded or clues.head) or (due == 1 and not self._may_begin_run(clues)):
            return
        called = self._called(state, clues, due)
        if due == 1 and called < CALLED_GAIN:
            return  # without marker and place nothing tells the first note of a document or a page
        place = -2.0 + clues.looks + self._place(state, clues) + called
        if clues.next_number == due + 1:
            place += BEFORE_NEXT
        anew = due <= state.last
        series = state.series + anew
        for token, head in damaged:
            forgiven = self._numerals.misread(token, due)
            supported = clues.looks > 0 or called > 0 or clues.trace or not token.isascii() or clues.in_section
            if token.isalnum() and token.isascii() and not self._is_among_notes(state, clues):
                if token.isdecimal() or not (clues.interrupts and clues.looks):
                    continue  # a number, or a short word
            if forgiven is not None and supported and not (anew and token.isalpha()):
                gain = place + REPAIRED_GAIN - forgiven + (TRACE_GAIN if clues.trace else 0.0)
                if token.isalpha() and not clues.trace and clues.source[head.end] not in "\"“«‘'":
                    gain -= SHORT_WORD
                if clues.head:
                    gain -= CONTRADICTED
                yield self._note(state, clues, gain, due, head, Found.REPAIRED, "", series=series)
        if concluded:
            yield self._concluded(state, clues, place, due, series)
        elif clues.head and clues.head.style == "plain" and self._is_among_notes(state, clues):
            gain = min(place + CONCLUDED - CONTRADICTED, CONCLUDED_MOST)
            yield self._note(state, clues, gain, due, clues.head.span, Found.INFERRED, "", series=series)

    def _concluded(self, state: _State, clues: Clues, place: float, due: int, series: int) -> _State:
        """A unit without a number for the note that is due."""
        # Of several paragraphs that could begin the note alike, the first does: the others are more of it.
        gain = place + CONCLUDED - EARLIER * clues.index
        among = self._is_among_notes(state, clues)
        if clues.trace:
            gain += TRACE_GAIN
        elif clues.speck and among:
            gain += SPECK_GAIN
        elif clues.looks < MOST and not (among and state.role is not _Role.BODY):
            gain = min(gain, CONCLUDED_MOST)
        left = clues.trace or (clues.speck if among else None)
        head = Span(*left.span("head")) if left and left["head"] else None
        return self._note(state, clues, gain, due, head, Found.INFERRED, "", series=series)

    def _may_begin_run(self, clues: Clues) -> bool:
        return clues.in_section or clues.at_bottom or clues.after_rule or clues.interrupts

    def _damaged(self, clues: Clues) -> Sequence[tuple[str, Span]]:
        """What may be a damaged number at the head of a unit: the same after every state."""
        if self._read[0] != clues.index:
            self._read = (clues.index, tuple(self._numerals.damaged(clues.source, clues.span)))
        return self._read[1]

    def _is_among_notes(self, state: _State, clues: Clues) -> bool:
        """Whether notes are to be expected where a unit stands."""
        ruled = clues.in_section or clues.at_bottom or clues.after_rule
        return ruled or (state.role is not _Role.BODY and state.cut)

    def _place(self, state: _State, clues: Clues) -> float:
        if state.role is not _Role.BODY:
            return 0.5
        if clues.on_new_page:
            return -2.0
        if clues.interrupts or clues.after_rule or clues.at_bottom:
            return 1.0
        return 0.0 if clues.after_furniture else -1.5

    def _called(self, state: _State, clues: Clues, number: int) -> float:
        """What the markers say for a unit being the note ``number``: it stands behind its marker, if that is seen."""
        mark = self._calls.best(number, self._since(state, clues), clues.span.start)
        if mark >= GLUED:
            return CALLED_GAIN
        return mark / 2 if mark else -CALLED_GAIN if self._calls.elsewhere(number) and not self._restarts else 0.0

    def _since(self, state: _State, clues: Clues) -> int:
        """Where the markers of the run may begin that a note after ``state`` would be in."""
        if clues.section and clues.section == state.section:
            return state.since  # whatever stands between them, all are called before their section
        return state.ended if state.role is _Role.BODY and state.apart else state.since

    def _note(
        self,
        state: _State,
        clues: Clues,
        gain: float,
        number: int,
        head: Span | None,
        found: Found,
        style: str,
        series: int | None = None,
    ) -> _State:
        return _State(
            score=state.score + gain,
            last=number,
            role=_Role.NOTE,
            since=self._since(state, clues),
            ended=clues.span.end,
            apart=False,
            cut=clues.interrupts or clues.after_rule if state.role is _Role.BODY else state.cut,
            section=clues.section,
            open=clues.is_open,
            unit=clues.index,
            head=head,
            found=found,
            style=style or state.style,
            gain=gain,
            series=state.series if series is None else series,
            back=state,
        )


def _skipping(count: int) -> float:
    return min(count, 12) + SKIPPED if count else 0.0


def _collect(state: _State | None, numerals: Numerals) -> tuple[FoundNote, ...]:
    notes: list[FoundNote] = []
    more: list[int] = []
    while state is not None:
        if state.role in (_Role.MORE, _Role.REST):
            more.append(state.unit)
        elif state.role is _Role.NOTE:
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
