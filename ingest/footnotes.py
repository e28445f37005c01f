"""Footnotes: which paragraphs are notes, which note each one is, and where the body calls it.

Numbers in a document only go up, so both questions are monotone alignments, solved by dynamic programming
over candidates: ``ingest.notes`` labels the paragraphs, ``ingest.markers`` matches the markers, and the
shapes that printed numbers take are the rows of ``ingest.shapes``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.markers import FoundMarker, find_markers, sure_calls
from ingest.model import Found
from ingest.notes import FoundNote, find_notes
from ingest.units import Unit

_DOUBT = (Found.PRINTED, Found.REPAIRED, Found.INFERRED)
"""From what stands there to what is concluded."""

_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Alignment:
    """All notes in order of number, the marker of each where one was found, and how each was found."""

    notes: tuple[FoundNote, ...]
    markers: Mapping[int, FoundMarker]

    def found(self, note: FoundNote) -> Found:
        """Say how ``note`` was found; without a marker it is ``lost``, whatever its number looked like."""
        marker = self.markers.get(note.number)
        if marker is None:
            return Found.LOST
        return max(note.found, marker.found, key=_DOUBT.index)


def align_footnotes(source: str, units: Sequence[Unit], furniture: Mapping[int, int | None]) -> Alignment:
    """Find the notes of a document and the markers that call them.

    ``furniture`` names the units that are page furniture. Notes come in the order of their numbers, each
    number once; a marker always stands before its note, and markers stand in the order of their numbers.
    """
    notes = find_notes(source, units, furniture, sure_calls(source, units, furniture))
    return Alignment(notes, find_markers(source, units, furniture, notes))


def find_urls(text: str) -> tuple[str, ...]:
    """List the web addresses in a note's text, in order, without the punctuation that follows them.

    >>> find_urls('"A Title," TASS. URL: https://tass.ru/a/1.')
    ('https://tass.ru/a/1',)
    """
    return tuple(match.group().rstrip(".,;:)]}\"'”’") for match in _URL.finditer(text))
