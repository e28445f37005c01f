"""What is known of a synthetic document, to the character."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.model import Span


class State(StrEnum):
    """What damage has left of a marker, a printed number, a hyphen or a line of furniture."""

    CLEAN = "clean"
    GARBLED = "garbled"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Call:
    """A marker: the ordinals of the notes it calls (several in ``[3, 5]``), its Span, and where it stands or stood."""

    notes: tuple[int, ...]
    span: Span | None
    at: int
    state: State


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the document.

    ``ordinal`` counts the notes from 0 in the order in which they are first called (in a reference list: in
    the order of the list), ``series`` the times that numbering has started anew before it. ``label`` is what is
    printed in an undamaged document, ``printed`` the Span of the note's own number or sign with its dressing.
    ``spans`` are those of the text without the number, one for each paragraph and each part on another page;
    none of them starts or ends with white space. ``refers_to`` is the ordinal of the note that an Ibid., op. cit. or
    supra names: one step, that note may itself be an Ibid.
    """

    ordinal: int
    series: int
    label: str
    spans: tuple[Span, ...]
    printed: Span | None
    state: State
    page: int
    refers_to: int | None

    @property
    def number(self) -> int | None:
        """The number that is called, None for a sign or a name."""
        return int(self.label) if self.label.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where a page cuts a sentence or a word: the text breaks off at ``end`` and goes on at ``start``.

    ``kind`` is "sentence", "word" (a hyphen was printed, and stands before ``end`` unless damage took it) or
    "compound" (the hyphen is the word's own).
    """

    kind: str
    end: int
    start: int


@dataclass(frozen=True, slots=True)
class Synthetic:
    """A synthetic document and the truth about it; all in the order of the text, ``notes`` by ordinal."""

    style: str
    text: str
    notes: tuple[Note, ...]
    calls: tuple[Call, ...]
    decoys: tuple[Span, ...]
    furniture: tuple[Span, ...]
    cuts: tuple[Cut, ...]

    @property
    def links(self) -> tuple[tuple[Span, int], ...]:
        """Every marker that stands in the text with every note it calls: (Span, ordinal)."""
        return tuple((call.span, note) for call in self.calls if call.span for note in call.notes)

    @property
    def lost(self) -> tuple[int, ...]:
        """Ordinals of the notes of which no marker stands in the text any more."""
        standing = {note for _, note in self.links}
        return tuple(note.ordinal for note in self.notes if note.ordinal not in standing)
