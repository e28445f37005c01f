"""How well a linker did on a synthetic document: counts of links, notes, decoys and lost markers."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from ingest.model import Span

from .truth import Synthetic


@dataclass(frozen=True, slots=True)
class Linked:
    """A note as a linker found it: its label, where its text starts, and the Spans of its markers."""

    label: str
    start: int
    markers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts, which add up over documents."""

    links: int = 0
    hit: int = 0
    found: int = 0
    right: int = 0
    notes: int = 0
    named: int = 0
    decoys: int = 0
    taken: int = 0
    lost: int = 0
    told: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))

    @property
    def precision(self) -> float | None:
        """Share of the pairs found that is right; None where nothing was found, which is neither right nor wrong."""
        return share(self.right, self.found)

    @property
    def recall(self) -> float | None:
        """Share of the pairs standing in the text that was found."""
        return share(self.hit, self.links)


def score(truth: Synthetic, linked: Sequence[Linked]) -> Score:
    """Compare what a linker found in a document with the truth about it."""
    owners = _owners(truth, linked)
    hits, wrong = _judged(truth, linked, owners)
    pairs = list(zip(owners, linked, strict=True))
    spoken = {owner for owner, note in pairs if note.markers}
    found = sum(len(note.markers) for note in linked)
    return Score(
        links=len(truth.links),
        hit=len(set(hits)),
        found=found,
        right=found - len(wrong),
        notes=len(truth.notes),
        named=len({owner for owner, note in pairs if owner is not None and truth.notes[owner].label == note.label}),
        decoys=len(truth.decoys),
        taken=sum(_overlaps_one(truth.decoys, marker) for marker in {m for note in linked for m in note.markers}),
        lost=len(truth.lost),
        told=len({owner for owner, _ in pairs if owner in truth.lost and owner not in spoken}),
    )


def faults(truth: Synthetic, linked: Sequence[Linked]) -> list[str]:
    """Every link that was missed or is false, with the text around it, in the order of the text."""
    hits, wrong = _judged(truth, linked, _owners(truth, linked))
    told = [(span, f"missed {truth.notes[o].label}") for span, o in truth.links if (span, o) not in set(hits)]
    told += [(span, f"false {label}") for span, label in wrong]
    return [f"{what}: {truth.text[max(at.start - 40, 0) : at.end + 25]!r}" for at, what in sorted(told)]


def _judged(
    truth: Synthetic, linked: Sequence[Linked], owners: Sequence[int | None]
) -> tuple[list[tuple[Span, int]], list[tuple[Span, str]]]:
    """The true links that were found, and the markers found that make none, with the label they were read as."""
    standing = [(call.span, call.notes) for call in truth.calls if call.span]
    starts = [span.start for span, _ in standing]
    hits, wrong = [], []
    for owner, note in zip(owners, linked, strict=True):
        for marker in note.markers:
            at = bisect_right(starts, marker.end - 1) - 1
            if at >= 0 and owner is not None and standing[at][0].overlaps(marker) and owner in standing[at][1]:
                hits.append((standing[at][0], owner))
            else:
                wrong.append((marker, note.label))
    return hits, wrong


def _owners(truth: Synthetic, linked: Sequence[Linked]) -> list[int | None]:
    """For each note found the ordinal of the true note that starts there, or None.

    A note may be found from its printed number on, where damage has made that unreadable, and lose a mark or
    two at its start; one that starts further on has lost its beginning, and is not that note.
    """
    begins = sorted(((note.printed or note.spans[0]).start, note.ordinal) for note in truth.notes)
    owners: list[int | None] = []
    for note in linked:
        at = bisect_right(begins, (note.start, len(truth.notes))) - 1
        ordinal = begins[at][1] if at >= 0 else None
        near = ordinal is not None and note.start <= truth.notes[ordinal].spans[0].start + 3
        owners.append(ordinal if near else None)
    return owners


def _overlaps_one(spans: Sequence[Span], marker: Span) -> bool:
    at = bisect_right(spans, Span(marker.end - 1, sys.maxsize)) - 1
    return at >= 0 and spans[at].overlaps(marker)


def share(part: int, whole: int) -> float | None:
    """The part of the whole; None of nothing."""
    return part / whole if whole else None
