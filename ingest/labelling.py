"""Every way to label a unit: body, the beginning of a note, more of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.clues import Clues
from ingest.evidence import (
    CONCLUDED,
    CONCLUDED_MOST,
    CONTRADICTED,
    EARLIER,
    REPAIRED_GAIN,
    SHORT_WORD,
    SPECK_GAIN,
    TRACE_GAIN,
    Calls,
    Evidence,
    Role,
    State,
    skipping,
)
from ingest.model import Found, Span
from ingest.numbering import Head, Numerals
from ingest.styles import PLAIN
from ingest.wording import MOST


class Labeller:
    """Gives every way to label a unit after a state, with what speaks for it."""

    def __init__(self, numerals: Numerals, calls: Calls, restarts: bool, has_style: bool) -> None:
        self._numerals = numerals
        self._calls = calls
        self._restarts = restarts
        self._evidence = Evidence(calls, restarts, has_style)
        self._read: tuple[int, Sequence[tuple[str, Span]]] = (-1, ())

    def is_inert(self, clues: Clues, states: Sequence[State]) -> bool:
        """Whether a unit can only be body, as those before it were."""
        if clues.head or any(state.role is not Role.BODY or not state.apart for state in states):
            return False
        if clues.unit.is_rows:
            return True
        if len(states) == 1 and not states[0].last and not self._calls.best(1, 0, clues.span.start):
            return True
        if clues.goes_on and any(state.open for state in states):
            return False
        return not (self._evidence.may_begin_run(clues) or clues.trace or clues.looks or clues.next_number)

    def labels(self, state: State, clues: Clues) -> Iterator[State]:
        """Yield every way to label a unit after ``state``."""
        if clues.unit.is_rest and state.role is not Role.BODY:
            yield self._gone_on(state, clues, 0.0)  # with the paragraph of the note that junk has interrupted
            return
        yield self._body(state, clues)
        if clues.unit.is_rows or (clues.inside_line and state.role is Role.BODY):
            return
        if clues.head:
            yield from self._printed(state, clues, clues.head)
        elif clues.is_url_piece:
            return  # of which note it is a piece is found out later
        in_notes = state.role is not Role.BODY
        if (clues.head is None or clues.head.weight <= PLAIN) and (in_notes or (state.open and clues.goes_on)):
            yield self._gone_on(state, clues, self._evidence.more(state, clues))
        if clues.head and clues.head.weight > PLAIN and clues.head.number == state.last + 1:
            return  # what is clearly printed, and due, is nothing else
        yield from self._due(state, clues, state.last + 1)
        if self._restarts and state.role is Role.BODY and state.last:
            yield from self._due(state, clues, 1)

    def _body(self, state: State, clues: Clues) -> State:
        cost = clues.head.weight if clues.head and clues.head.weight > PLAIN and not clues.inside_line else 0.0
        if state.role is Role.BODY:
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
            role=Role.BODY,
            apart=not clues.is_short,
            unit=clues.index,
            gain=0.0,
            back=state,
        )

    def _printed(self, state: State, clues: Clues, head: Head) -> Iterator[State]:
        """Take the printed number at the head of a unit for a note's: a higher one, or one that begins anew."""
        if head.number > state.last:
            skipped = head.number - state.last - 1
            gain = self._evidence.printed(state, clues, head, sequential=skipped == 0) - skipping(skipped)
            yield self._note(state, clues, gain, head.number, head.span, Found.PRINTED, head.style)
        if 0 < head.number <= min(2, state.last) and state.role in (Role.BODY, Role.REST):
            gain = self._evidence.anew(state, clues, head)
            yield self._note(state, clues, gain, head.number, head.span, Found.PRINTED, head.style, anew=True)

    def _gone_on(self, state: State, clues: Clues, gain: float) -> State:
        return state._replace(
            score=state.score + gain,
            role=Role.REST if state.role in (Role.BODY, Role.REST) else Role.MORE,
            cut=clues.interrupts or clues.after_rule if state.role is Role.BODY else state.cut,
            since=self._evidence.since(state, clues),
            ended=clues.span.end,
            apart=False,
            open=clues.is_open,
            unit=clues.index,
            gain=gain,
            back=state,
        )

    def _due(self, state: State, clues: Clues, due: int) -> Iterator[State]:
        """Every way in which a unit that does not print its number can be the note that is due."""
        if clues.head and clues.head.number == due:
            return
        damaged = self._damaged(clues)
        concluded = clues.head is None and clues.may_open
        place = self._evidence.due(state, clues, due) if damaged or concluded or clues.head else None
        if place is None:
            return
        for token, head in damaged:
            gain = self._repaired(state, clues, due, token, head)
            if gain is not None:
                yield self._note(state, clues, place + gain, due, head, Found.REPAIRED, anew=due <= state.last)
        if concluded:
            yield self._concluded(state, clues, place, due)
        elif clues.head and clues.head.style == "plain" and self._evidence.is_among_notes(state, clues):
            gain = min(place + CONCLUDED - CONTRADICTED, CONCLUDED_MOST)
            yield self._note(state, clues, gain, due, clues.head.span, Found.INFERRED, anew=due <= state.last)

    def _repaired(self, state: State, clues: Clues, due: int, token: str, head: Span) -> float | None:
        """What speaks for a token being what is left of the number that is due; None where it cannot be that."""
        supported = clues.looks or clues.trace or not token.isascii() or clues.in_section
        if not supported and self._evidence.called(state, clues, due) <= 0:
            return None
        is_word = token.isalnum() and token.isascii() and clues.source[head.start].isalnum()
        if (
            is_word
            and not self._evidence.is_among_notes(state, clues)
            and (token.isdecimal() or not (clues.interrupts and clues.looks))
        ):
            return None  # a number, or a short word
        forgiven = self._numerals.misread(token, due)
        if forgiven is None or (due <= state.last and token.isalpha()):
            return None
        gain = REPAIRED_GAIN - forgiven + (TRACE_GAIN if clues.trace else 0.0)
        if token.isalpha() and not clues.trace and clues.source[head.end] not in "\"“«‘'":
            gain -= SHORT_WORD
        return gain - CONTRADICTED if clues.head else gain

    def _concluded(self, state: State, clues: Clues, place: float, due: int) -> State:
        """A unit without a number for the note that is due."""
        # Of several paragraphs that could begin the note alike, the first does: the others are more of it.
        gain = place + CONCLUDED - EARLIER * clues.index
        among = self._evidence.is_among_notes(state, clues)
        if clues.trace:
            gain += TRACE_GAIN
        elif clues.speck and among:
            gain += SPECK_GAIN
        elif clues.looks < MOST and not (among and state.role is not Role.BODY):
            gain = min(gain, CONCLUDED_MOST)
        left = clues.trace or (clues.speck if among else None)
        head = Span(*left.span("head")) if left and left["head"] else None
        return self._note(state, clues, gain, due, head, Found.INFERRED, anew=due <= state.last)

    def _damaged(self, clues: Clues) -> Sequence[tuple[str, Span]]:
        """What may be a damaged number at the head of a unit: the same after every state."""
        if self._read[0] != clues.index:
            self._read = (clues.index, tuple(self._numerals.damaged(clues.source, clues.span)))
        return self._read[1]

    def _note(
        self,
        state: State,
        clues: Clues,
        gain: float,
        number: int,
        head: Span | None,
        found: Found,
        style: str = "",
        anew: bool = False,
    ) -> State:
        return State(
            score=state.score + gain,
            last=number,
            role=Role.NOTE,
            since=self._evidence.since(state, clues),
            ended=clues.span.end,
            apart=False,
            cut=clues.interrupts or clues.after_rule if state.role is Role.BODY else state.cut,
            section=clues.section,
            open=clues.is_open,
            unit=clues.index,
            head=head,
            found=found,
            style=style or state.style,
            gain=gain,
            series=state.series + anew,
            back=state,
        )
