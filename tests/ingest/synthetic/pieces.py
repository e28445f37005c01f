"""A document in the making: a row of pieces, each with its role, so that no offset is ever searched for."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from .truth import State

HYPHENATION = re.compile(
    r"(?<![\w/.-])[A-Za-z]?[a-z]{3,}(?=(?:tion|ment|ness|ship|ture|sion|tive|able|ings?|ence|ance|tory|ally|bank)[a-z]{0,2}\b)"
)
COMPOUND = re.compile(r"(?<=[a-z]{3}-)(?=[a-z]{3})")
BETWEEN_WORDS = re.compile(r"(?<=[a-z]{2}) (?=[a-z]{2})")
BETWEEN_SENTENCES = re.compile(r"(?<=[a-z]\.) (?=[A-Z])")


class Role(StrEnum):
    """What a piece is."""

    TEXT = "text"
    DECOY = "decoy"
    MARKER = "marker"
    NUMBER = "number"
    NOTE = "note"
    HYPHEN = "hyphen"
    FURNITURE = "furniture"
    GAP = "gap"  # white space in front of a note
    CUT = "cut"  # empty: a page breaks the text off here
    RESUME = "resume"  # empty: it goes on here


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with one role. ``notes`` are the ordinals it calls or the one it belongs to; ``kind`` is that of a cut."""

    text: str
    role: Role = Role.TEXT
    notes: tuple[int, ...] = ()
    state: State = State.CLEAN
    kind: str = ""


Pieces = tuple[Piece, ...]


def parse(marked: str) -> Pieces:
    """Text with decoys between ``‹`` and ``›`` as pieces.

    >>> [(piece.text, str(piece.role)) for piece in parse("over ‹4 km²› of land")]
    [('over ', 'text'), ('4 km²', 'decoy'), (' of land', 'text')]
    """
    parts = re.split(r"‹(.*?)›", marked)
    roles = (Role.TEXT, Role.DECOY)
    return tuple(Piece(part, roles[i % 2]) for i, part in enumerate(parts) if part)


def plain(pieces: Iterable[Piece]) -> str:
    """The text of the pieces."""
    return "".join(piece.text for piece in pieces)


def split(pieces: Pieces, at: int) -> tuple[Pieces, Pieces]:
    """Cut a row of pieces before character ``at``."""
    before: list[Piece] = []
    after: list[Piece] = []
    for piece in pieces:
        size = len(piece.text)
        if at >= size and not after:
            before.append(piece)
        elif at <= 0 or after:
            after.append(piece)
        else:
            before.append(replace(piece, text=piece.text[:at]))
            after.append(replace(piece, text=piece.text[at:]))
        at -= size
    return tuple(before), tuple(after)


def free(pieces: Pieces) -> list[bool]:
    """For each character, whether it is running text of the body or of a note, which a line or a page may break."""
    flags: list[bool] = []
    for piece in pieces:
        flags += [piece.role in (Role.TEXT, Role.NOTE)] * len(piece.text)
    return flags


def cut_places(pieces: Pieces, kinds: Iterable[str]) -> list[tuple[int, str]]:
    """Where a page may break the text off, as (place, kind); for all but "word" and "compound" the place is a blank."""
    patterns = {"sentence": BETWEEN_WORDS, "end": BETWEEN_SENTENCES, "compound": COMPOUND, "word": HYPHENATION}
    text, may = plain(pieces), free(pieces)
    places = []
    for kind in kinds:
        for match in patterns[kind].finditer(text):
            at = match.end() if kind in ("word", "compound") else match.start()
            if all(may[max(at - 2, 0) : at + 2]):
                places.append((at, kind))
    return sorted(places)


def break_off(pieces: Pieces, at: int, kind: str) -> tuple[Pieces, Pieces]:
    """The two halves of a text that a page cuts, with what is printed at the cut and what the truth needs of it."""
    head, tail = split(pieces, at)
    if kind in ("sentence", "end"):
        _, tail = split(tail, 1)  # the blank gives way to the page
    if kind == "end":
        return head, tail
    if kind == "word":
        head = (*head, Piece("-", Role.HYPHEN, tail[0].notes))
    return (*head, Piece("", Role.CUT, kind=kind)), (Piece("", Role.RESUME), *tail)


def wrap(pieces: Pieces, width: int, rng: random.Random, hyphens: float) -> Pieces:
    """Break the text into lines of at most ``width`` where it can; ``hyphens`` is the chance of breaking a word."""
    breaks, broken = _line_breaks(pieces, width, rng, hyphens)
    out: list[Piece] = []
    offset = 0
    for piece in pieces:
        held = ""
        for i, char in enumerate(piece.text, offset):
            if i in broken:
                out += [replace(piece, text=held), Piece("-", Role.HYPHEN, piece.notes)]
                held = "\n"
            held += "\n" if i in breaks else char
        out.append(replace(piece, text=held))
        offset += len(piece.text)
    return tuple(out)


def _line_breaks(pieces: Pieces, width: int, rng: random.Random, hyphens: float) -> tuple[set[int], set[int]]:
    """Blanks that become line ends, and places in words where a hyphen and a line end go in."""
    text, may = plain(pieces), free(pieces)
    in_note = any(piece.role is Role.NOTE for piece in pieces)
    points = {match.end() for match in HYPHENATION.finditer(text) if all(may[match.start() : match.end() + 3])}
    breaks: set[int] = set()
    broken: set[int] = set()
    start, blank = 0, -1
    for i, char in enumerate(f"{text} "):
        if char != " ":
            continue
        if i - start > width and blank > start:
            inside = [p for p in points if blank < p < i and p - start < width]
            if inside and rng.random() < hyphens:
                broken.add(inside[0])
                start = inside[0]
            else:
                breaks.add(blank)
                start = blank + 1
        # A number that opens a line inside a note would look like the number of the next one.
        if i < len(text) and not (in_note and text[i + 1 : i + 2].isdecimal()) and may[i]:
            blank = i
    return breaks, broken
