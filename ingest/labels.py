"""Notes that are called by name, ``[^silver]``: found by name, in whatever order they stand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from ingest.clues import Clues, gather
from ingest.markers import FoundMarker
from ingest.misreading import misreading
from ingest.model import Found, Span
from ingest.notes import FoundNote
from ingest.styles import LABEL, LABEL_MARKER, SURE
from ingest.units import Unit

_DAMAGED_LABEL = re.compile(r"[\[({|]?\^?[\[({|]?(?P<n>[\w*|!-]{1,40})[\])}|]{0,2}[:;.]\s*(?=\S)")
_DAMAGED_MARKER = re.compile(r"[\[({|]?\^\s?(?P<n>[\w*|!-]{1,40})[\])}|]?|\[(?P<m>[\w*|!-]{1,40})\](?![:(])")
_DIGITS = 4
_MOST = 0.75
_FEW = 2
"""OCR adds or loses no more characters of a name."""
_ALIKE = 0.75
"""Names at least so much alike may be the same name, damaged."""


@dataclass(frozen=True, slots=True)
class _Definition:
    """A note as it stands: ``label`` is None where a paragraph among labelled ones has none that can be read."""

    label: str | None
    head: Span | None
    units: tuple[int, ...]


class Labelled(NamedTuple):
    """The notes that are called by name, with their markers, in the order of their numbers.

    ``beside_numbers``: the other labels of the document count up, so they are no names but numbers.
    """

    notes: Sequence[tuple[FoundNote, tuple[FoundMarker, ...]]] = ()
    beside_numbers: bool = True


def find_labelled(source: str, units: Sequence[Unit], apart: Container[int]) -> Labelled:
    """Find the notes that are called by name.

    Where all labels are numbers, they number the notes; otherwise the first calls do, uncalled notes last.
    Indented paragraphs behind a note are more of it. ``apart`` names the units that are none. Labels that count
    up as the notes stand are no names but numbers: then only those that are none, and called as they stand, are names.
    """
    if "[^" not in source:
        return Labelled()
    definitions = _definitions(source, units, apart)
    labels = [definition.label for definition in definitions if definition.label]
    beside_numbers = _count_up(labels)
    within = {index for definition in definitions for index in definition.units}
    body = [unit.span for index, unit in enumerate(units) if index not in apart and index not in within]
    calls = _calls(source, body) if labels else {}
    if beside_numbers:
        named = {d.label: d for d in definitions if d.label and not d.label.isdecimal() and d.label in calls}
    else:
        named = _named(source, definitions, calls, body)
    numbers = _numbers(named, calls)
    found = [
        (_note(definition, label, numbers[label]), tuple(sorted(calls.get(label, ()), key=lambda m: m.span)))
        for label, definition in named.items()
    ]
    return Labelled(sorted(found, key=lambda pair: pair[0].number), beside_numbers)


def _count_up(labels: Sequence[str]) -> bool:
    """Whether most labels are numbers that rise as the notes stand; damage may have hurt some."""
    numbers = [int(label) for label in labels if label.isdecimal() and len(label) <= _DIGITS]
    rising = sum(low < high for low, high in pairwise(numbers))
    return len(numbers) >= _MOST * len(labels) and rising >= _MOST * (len(numbers) - 1)


def _definitions(source: str, units: Sequence[Unit], apart: Container[int]) -> list[_Definition]:
    """The notes as they stand, among them paragraphs in a run of notes whose label is gone."""
    found: list[_Definition] = []
    seen: set[str] = set()
    last = -2
    for clues in gather(source, units, apart, _no_number):
        match = LABEL.match(source, *clues.span)
        damaged = _DAMAGED_LABEL.match(source, *clues.span)
        follows = bool(found) and last == clues.index - 1
        if match and match["n"] not in seen:
            found.append(_Definition(match["n"], Span(*match.span()), (clues.index,)))
            seen.add(match["n"])
        elif follows and (clues.indented or clues.unit.tentative):
            found[-1] = replace(found[-1], units=(*found[-1].units, clues.index))
        elif damaged and source[clues.span.start] in "[^({|":
            found.append(_Definition(None, Span(*damaged.span()), (clues.index,)))
        elif follows and _is_among(source, units, clues):
            found.append(_Definition(None, Span(*damaged.span()) if damaged else None, (clues.index,)))
        else:
            continue
        last = clues.index
    return found


def _is_among(source: str, units: Sequence[Unit], clues: Clues) -> bool:
    """Whether a paragraph without a label, right behind a note, stands right before another and calls none."""
    following = clues.index + 1
    if following >= len(units) or LABEL_MARKER.search(source, *clues.span):
        return False
    return LABEL.match(source, *units[following].span) is not None


def _calls(source: str, body: Sequence[Span]) -> dict[str, list[FoundMarker]]:
    calls: dict[str, list[FoundMarker]] = defaultdict(list)
    for span in body:
        for match in LABEL_MARKER.finditer(source, *span):
            mark = Span(*match.span())
            calls[match["n"]].append(FoundMarker(mark, (mark,), Found.PRINTED, SURE))
    return calls


def _named(
    source: str, definitions: Sequence[_Definition], calls: dict[str, list[FoundMarker]], body: Sequence[Span]
) -> dict[str, _Definition]:
    """Give each note the label it is called by: its own; or else, if it is not called, one that no note has.

    Calls that no note answers go to the note whose label is like theirs.
    """
    named = {definition.label: definition for definition in definitions if definition.label in calls}
    unanswered = [label for label in calls if label not in named]
    left = [place for place, definition in enumerate(definitions) if definition.label not in calls]
    for label, place in _likeliest_pairs(source, definitions, unanswered, left):
        own = definitions[place].label
        left.remove(place)
        if own is not None and own.isdecimal() >= label.isdecimal():  # what calls it is hurt, not the note
            named[own] = definitions[place]
            calls[own] = [replace(call, found=Found.REPAIRED) for call in calls.pop(label)]
        else:
            named[label] = replace(definitions[place], label=None)
    for place in left:
        own = definitions[place].label
        if own is not None:
            named[own] = definitions[place]
    uncalled = [label for label in named if label not in calls]
    for printed, mark in _damaged_calls(source, body, named, calls):
        like = _likeliest(printed, uncalled)
        if like is not None:
            calls[like].append(FoundMarker(mark, (mark,), Found.REPAIRED, 1.0))
            uncalled.remove(like)
    return named


def _likeliest_pairs(
    source: str, definitions: Sequence[_Definition], labels: Sequence[str], places: Sequence[int]
) -> list[tuple[str, int]]:
    """Pair labels that are called with notes that have none of their own, the most alike first."""
    rated = [
        (likeness, label, place)
        for label in labels
        for place in places
        if (likeness := _fits(source, definitions, place, label)) >= _ALIKE
    ]
    ties = Counter((label, likeness) for likeness, label, _ in rated)
    rated = [pair for pair in rated if ties[pair[1], pair[0]] == 1]
    pairs: list[tuple[str, int]] = []
    for _, label, place in sorted(rated, key=lambda pair: -pair[0]):
        if all(label != one and place != other for one, other in pairs):
            pairs.append((label, place))
    if not pairs and len(labels) == len(places) == 1:
        return [(labels[0], places[0])]
    return pairs


def _fits(source: str, definitions: Sequence[_Definition], place: int, label: str) -> float:
    """How well a label fits a note: by what is left of the note's own, or by the numbers of its neighbours."""
    definition = definitions[place]
    if definition.head is not None:
        match = _DAMAGED_LABEL.match(source, definition.head.start)
        return _likeness(match["n"], label) if match else 0.0
    near = [definitions[at].label for at in (place - 1, place + 1) if 0 <= at < len(definitions)]
    numbers = [int(name) - step for name, step in zip(near, (-1, 1), strict=False) if name and name.isdecimal()]
    return 0.9 if label.isdecimal() and numbers and all(number == int(label) for number in numbers) else 0.0


def _damaged_calls(
    source: str, body: Sequence[Span], named: Mapping[str, object], calls: Mapping[str, Sequence[FoundMarker]]
) -> Iterator[tuple[str, Span]]:
    taken = {marker.span.start for label, markers in calls.items() if label in named for marker in markers}
    for span in body:
        for match in _DAMAGED_MARKER.finditer(source, *span):
            if match.start() not in taken:
                yield match["n"] or match["m"], Span(*match.span())


def _likeliest(printed: str, labels: Sequence[str]) -> str | None:
    """The label that ``printed`` is most like, if it is like one and no other as much."""
    rated = sorted(((_likeness(printed, label), label) for label in labels), reverse=True)[:2]
    if not rated or rated[0][0] < _ALIKE or (len(rated) > 1 and rated[0][0] == rated[1][0]):
        return None
    return rated[0][1]


def _likeness(printed: str, label: str) -> float:
    if printed == label:
        return 1.0
    if label.isdecimal():
        forgiven = misreading(printed, int(label))
        return 0.0 if forgiven is None else 1.0 - forgiven / 10
    if abs(len(printed) - len(label)) > _FEW or (printed[0] != label[0] and printed[-1] != label[-1]):
        return 0.0  # looking closer takes time, and there are many pairs
    return SequenceMatcher(None, printed, label, autojunk=False).ratio()


def _numbers(named: Mapping[str, _Definition], calls: Mapping[str, Sequence[FoundMarker]]) -> dict[str, int]:
    if all(label.isdecimal() and len(label) <= _DIGITS and str(int(label)) == label for label in named):
        return {label: int(label) for label in named}
    first = {label: min((m.span.start for m in calls.get(label, ())), default=None) for label in named}
    called = sorted((start, label) for label, start in first.items() if start is not None)
    order = [label for _, label in called] + [label for label, start in first.items() if start is None]
    return {label: number for number, label in enumerate(order, 1)}


def _note(definition: _Definition, label: str, number: int) -> FoundNote:
    found = Found.PRINTED if definition.label else Found.REPAIRED if definition.head else Found.INFERRED
    return FoundNote(
        number=number,
        label=label,
        units=definition.units,
        head=definition.head,
        found=found,
        style="label",
        series=0,
        since=0,
        weight=SURE,
    )


def _no_number(source: str, span: Span) -> None:
    """Labels are no numbers: none is read at the head of a paragraph."""
