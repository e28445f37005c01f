"""Footnotes: which paragraphs are notes, which note each one is, and where the body calls it.

Numbers in a document only go up, so both questions are monotone alignments, solved exactly by dynamic
programming over candidates. First the units are labelled as body, note *n* or continuation of a note; then
the marker candidates between one page's notes and the next are matched to the numbers of those notes.
The shapes that printed numbers take are rows of one table each; nothing else here knows a publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.model import Found, Span
from ingest.units import Unit

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class Shape(NamedTuple):
    """One way to print a number: ``pattern`` has a group ``n``; ``weight`` says how sure a sign it is."""

    name: str
    pattern: re.Pattern[str]
    weight: float


NOTE_SHAPES = (
    Shape("markdown", re.compile(r"\[\^(?P<n>\d{1,4})\]:\s*"), 6.0),
    Shape("superscript", re.compile(r"(?P<n>[⁰¹²³⁴-⁹]{1,4})(?![⁰¹²³⁴-⁹])\s*"), 5.0),
    Shape("caret", re.compile(r"\^\{(?P<n>\d{1,4})\s*(?:\}\s*|(?=&\}quot;))"), 5.0),
)
"""How a note's own number stands at the head of its paragraph."""

MARKER_SHAPES = (
    Shape("markdown", re.compile(r"(?P<cut>(?P<mark>\[\^(?P<n>\d{1,4})\]))(?!:)"), 4.0),
    Shape("formula", re.compile(r"\$[^$\n]{1,40}?(?P<cut>(?P<mark>\^\{(?P<n>\d{1,4})\})\$)"), 4.0),
    Shape("caret", re.compile(r"(?P<cut>\s*(?P<mark>\^\{(?P<n>\d{1,4})\}))(?!\$)"), 4.0),
    Shape("superscript", re.compile(r"(?P<cut>[ \t]?(?P<mark>(?P<n>[⁰¹²³⁴-⁹]{1,4})))(?![⁰¹²³⁴-⁹])"), 4.0),
    # Digits glued to what ends a clause; after a digit and a stop (a date, a decimal) only at a sentence's end.
    Shape(
        "glued",
        re.compile(
            r"(?<=[\w\"”’)%][,;:)\"”’])(?P<cut>(?P<mark>(?P<n>\d{1,4})))(?=\s|$)"
            r"|(?<=[^\W\d]|[\"”’)])(?<!\bNo)\.?(?<=[.!?])(?P<cut2>(?P<mark2>(?P<n2>\d{1,4})))(?=\s|$)"
            r"|(?<=\d\.)(?P<cut3>(?P<mark3>(?P<n3>\d{1,4})))(?=\s+[A-Z\"“]|\s*$)"
        ),
        2.0,
    ),
    Shape(
        "spaced",
        re.compile(r"(?<=[.,;)\"”’])(?P<cut>[ \t](?P<mark>(?P<n>\d{1,4})))(?=[ \t]+[a-zA-Z\"“(]|\s*$)"),
        1.0,
    ),
)
"""How a marker stands in the body. ``mark`` is the marker itself, ``cut`` what reading leaves out."""

_URL = re.compile(r"https?://\S+")
_URL_START = re.compile(r"\s*(?:URL\s*:|https?://|www\.\S+/)", re.IGNORECASE)
_OPENING = re.compile(r"[\"“A-Z«]")
_TRACE = re.compile(r"(?P<head>\^\{[^\w}&]*\d?(?:\}|\s*(?=&\}quot;)))|\[&\]quot;")
"""What OCR leaves of a number that it could not read, before the note's text or its opening quotation mark."""
_CITES = re.compile(r"\bURL\s*:|https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundNote:
    """A note in the layout: ``units`` hold it, ``head`` is the printed number to leave out (or None)."""

    number: int
    units: tuple[int, ...]
    head: Span | None
    printed: bool


@dataclass(frozen=True, slots=True)
class FoundMarker:
    """A marker: ``span`` is what calls the note, ``cuts`` what reading text leaves out."""

    number: int
    span: Span
    cuts: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """All notes in order of number, the marker of each where one was found, and how each was found."""

    notes: tuple[FoundNote, ...]
    markers: Mapping[int, FoundMarker]

    def found(self, note: FoundNote) -> Found:
        """How ``note`` was found; a note without a marker is ``lost``, whatever its number looked like."""
        if note.number not in self.markers:
            return Found.LOST
        return Found.PRINTED if note.printed else Found.INFERRED


def align_footnotes(source: str, units: Sequence[Unit], furniture: Mapping[int, int | None]) -> Alignment:
    """Find the notes of a document and the markers that call them.

    ``furniture`` names the units that are page furniture. Notes come in the order of their numbers, each
    number once; a marker always stands before its note, and markers stand in the order of their numbers.
    """
    notes = _find_notes(source, units, furniture)
    return Alignment(notes, _find_markers(source, units, furniture, notes))


# --- notes ---------------------------------------------------------------------------------------------


class _State(NamedTuple):
    """The best labelling so far that ends in ``label`` (``body``, ``note``) after note ``last``."""

    score: float
    last: int
    label: str
    back: _State | None
    unit: int
    head: Span | None
    printed: bool


_BEAM = 48


def _find_notes(
    source: str, units: Sequence[Unit], furniture: Mapping[int, int | None]
) -> tuple[FoundNote, ...]:
    states = [_State(0.0, 0, "body", None, -1, None, False)]
    for index, unit in enumerate(units):
        if index in furniture:
            continue
        text = unit.text(source)
        head = None if unit.is_rows else _printed_number(source, unit.span)
        best: dict[tuple[int, str], _State] = {}
        for state in states:
            for new in _labels(state, index, unit.span.start, text, head, unit.is_rows):
                key = (new.last, new.label)
                if key not in best or new.score > best[key].score:
                    best[key] = new
        states = sorted(best.values(), key=lambda state: -state.score)[:_BEAM]
    return _collect(states[0])


def _labels(
    state: _State, index: int, start: int, text: str, head: tuple[int, Span, float] | None, is_rows: bool
) -> Iterator[_State]:
    """Every way to label a unit after ``state``."""
    cites = bool(_CITES.search(text))
    in_notes = state.label == "note"
    body_cost = 0.0
    if head is not None:
        body_cost += head[2]
    if _URL_START.match(text):
        body_cost += 3.0
    elif cites and in_notes:
        body_cost += 1.5
    yield _State(state.score - body_cost, state.last, "body", state, index, None, False)
    if is_rows:
        return
    if head is not None and head[0] > state.last:
        skipped = head[0] - state.last - 1
        gain = head[2] - 1.0 * min(skipped, 12) - (1.5 if skipped else 0.0)
        yield _State(state.score + gain, head[0], "note", state, index, head[1], True)
    if head is None and in_notes and cites:
        gain = 2.0 if _URL_START.match(text) else -0.5
        yield _State(state.score + gain, state.last, "note", state, -index - 2, None, False)
    trace = _TRACE.match(text)
    if head is None and state.last > 0 and (trace or _OPENING.match(text)):
        gain = (0.5 if cites else -2.0) + (0.5 if in_notes else -1.5) + (3.0 if trace else 0.0)
        cut = Span(start, start + trace.end("head")) if trace and trace["head"] else None
        yield _State(state.score + gain, state.last + 1, "note", state, index, cut, False)


def _printed_number(source: str, span: Span) -> tuple[int, Span, float] | None:
    for shape in NOTE_SHAPES:
        match = shape.pattern.match(source, span.start, span.end)
        if match:
            return int(match["n"].translate(_SUPERSCRIPTS)), Span(*match.span()), shape.weight
    return None


def _collect(state: _State | None) -> tuple[FoundNote, ...]:
    notes: list[FoundNote] = []
    continued: list[int] = []
    while state is not None:
        if state.label == "note" and state.unit < 0:
            continued.append(-state.unit - 2)
        elif state.label == "note":
            units = (state.unit, *reversed(continued))
            notes.append(FoundNote(state.last, units, state.head, state.printed))
            continued = []
        state = state.back
    return tuple(reversed(notes))


# --- markers -------------------------------------------------------------------------------------------


class _Candidate(NamedTuple):
    number: int
    weight: float
    marker: FoundMarker


def _find_markers(
    source: str, units: Sequence[Unit], furniture: Mapping[int, int | None], notes: Sequence[FoundNote]
) -> dict[int, FoundMarker]:
    """Match the body between two runs of notes with the numbers of the second run."""
    note_units = {index for note in notes for index in note.units}
    found: dict[int, FoundMarker] = {}
    first = 0
    for run in _runs(units, furniture, notes, note_units):
        body = [
            units[index].span
            for index in range(first, run[0].units[0])
            if index not in note_units and index not in furniture and not units[index].is_rows
        ]
        numbers = {note.number for note in run}
        candidates = [c for span in body for c in _candidates(source, span) if c.number in numbers]
        found.update((c.number, c.marker) for c in _best_increasing(candidates))
        first = max(run[-1].units) + 1
    return found


def _runs(
    units: Sequence[Unit],
    furniture: Mapping[int, int | None],
    notes: Sequence[FoundNote],
    note_units: set[int],
) -> Iterator[list[FoundNote]]:
    """Notes with no body text between them: the notes of one page, or all endnotes."""
    run: list[FoundNote] = []
    for note in notes:
        between = range(max(run[-1].units) + 1, note.units[0]) if run else range(0)
        if any(index not in note_units and index not in furniture for index in between):
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
            group = next(g for g in ("n", "n2", "n3") if g in match.re.groupindex and match[g])
            mark = Span(*match.span("mark" + group[1:]))
            if mark.start == span.start or mark.start in taken:
                continue
            cuts = [Span(*match.span("cut" + group[1:]))]
            if shape.name == "formula":
                cuts.insert(0, Span(match.start(), match.start() + 1))
            number = int(match[group].translate(_SUPERSCRIPTS))
            marker = FoundMarker(number, mark, tuple(cuts))
            taken[mark.start] = _Candidate(number, shape.weight, marker)
    return [taken[start] for start in sorted(taken)]


def _best_increasing(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The heaviest subsequence with rising numbers (weighted longest increasing subsequence)."""
    best: list[tuple[float, int]] = []  # for each candidate: weight of the best chain that ends in it, and link
    for i, candidate in enumerate(candidates):
        chains = [(best[j][0], j) for j in range(i) if candidates[j].number < candidate.number]
        weight, link = max(chains, default=(0.0, -1))
        best.append((weight + candidate.weight, link))
    chain: list[_Candidate] = []
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        chain.append(candidates[at])
        at = best[at][1]
    return chain[::-1]


# --- text ----------------------------------------------------------------------------------------------


def find_urls(text: str) -> tuple[str, ...]:
    """The web addresses in a note's text, in order, without the punctuation that follows them.

    >>> find_urls('"A Title," TASS. URL: https://tass.ru/a/1.')
    ('https://tass.ru/a/1',)
    """
    return tuple(match.group().rstrip(".,;:)]}\"'”’") for match in _URL.finditer(text))
