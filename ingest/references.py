"""Notes that point at other notes: ``Ibid.``, ``op. cit.``, ``supra note 12``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_IBID = re.compile(
    r"[\[\"“'«(*_]*(?:see\s+(?:also\s+)?|cf\.\s+)?[*_]*(?:(?:ibid|ibidem|idem|там же|ebd|ebenda)\b|id\.(?=[\s,;:)]|$))",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"(?:\bsupra,?\s*(?:at\s+)?(?:foot)?n(?:otes?|n?\.)?\s*(?P<a>\d{1,4}))"
    r"|(?:\b(?:foot)?n(?:ote|\.)\s*(?P<b>\d{1,4}),?\s*(?:above|supra)\b)"
    r"|(?:\b(?:see|cf\.|in)\s+(?:above\s+)?(?:foot)?n(?:ote|\.)\s*(?P<c>\d{1,4})\b)"
    r"|(?:\babove\s+n(?:ote|\.)?\s*(?P<e>\d{1,4})\b)"
    r"|(?:[^\W\d_]\s*\((?:above\s+|supra\s+)?n(?:ote|\.)?\s*(?P<d>\d{1,4})\))",
    re.IGNORECASE,
)
_OP_CIT = re.compile(
    r"(?P<names>(?:\b[A-Z]\.|[^.;]){0,80}?),?\s*[*_(]*(?:op|loc)\.\s?cit\b"
    r"|(?P<author>(?:\b[A-Z]\.|[^.;]){0,60}?),?\s*[*_(]*supra[*_)]*(?=[.,;:)]|\s*$)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w'’-]{2,}")


class Text(NamedTuple):
    """What a note says, and which one it is."""

    key: int
    number: int
    series: int
    text: str


def resolve(notes: Sequence[Text]) -> dict[int, int]:
    """Find the note that each note points at, by key. ``notes`` are in the order of the source.

    ``Ibid.`` points at the note before it, through others of its kind to the one that names the source;
    ``supra note 12`` at that number, of its own series if there are several; ``Jansen, op. cit.`` at the last
    note before it that does not point anywhere and names Jansen.
    """
    found: dict[int, int] = {}
    numbered = {(note.series, note.number): note.key for note in notes}
    sources: dict[str, int] = {}  # by name, the last note that gives a source under it
    for place, note in enumerate(notes):
        target = _target(note, notes[place - 1] if place else None, found, numbered, sources)
        if target is not None and target != note.key:
            found[note.key] = target
        if target is None:
            sources.update((name.group().casefold(), note.key) for name in _NAME.finditer(note.text[:200]))
    return found


def _target(
    note: Text,
    before: Text | None,
    found: dict[int, int],
    numbered: dict[tuple[int, int], int],
    sources: dict[str, int],
) -> int | None:
    if _IBID.match(note.text) and before is not None:
        return found.get(before.key, before.key)
    if match := _POINTS.search(note.text):
        number = int(match["a"] or match["b"] or match["c"] or match["d"] or match["e"])
        return numbered.get((note.series, number))
    if match := _OP_CIT.match(note.text):
        names = [name.group().casefold() for name in _NAME.finditer(match["names"] or match["author"] or "")]
        if not names:
            return found.get(before.key, before.key) if before is not None else None
        return next((sources[name] for name in reversed(names) if name in sources), None)
    return None
