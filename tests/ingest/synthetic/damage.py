"""Damage as character recognition does it: what is small, raised or repeated is dropped or misread."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from .pieces import Piece, Role
from .truth import State

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
DIGITS = re.compile(f"[0-9{RAISED}]+")
LOWERED = str.maketrans(RAISED, "0123456789")
LOOKALIKES = {
    **{"0": "oO", "1": "lIi", "2": "zZ", "3": "8", "4": "A", "5": "S", "6": "b", "7": "T", "8": "B", "9": "g"},
    **{"⁰": "º°o", "¹": "'lI", "²": "?z", "³": "ʒ8", "⁴": "A", "⁵": "S", "⁶": "b", "⁷": "'T", "⁸": "B", "⁹": "?g"},
    **{"*": "'°x", "†": "t+f", "‡": "+#t", "§": "S8$", "¶": "TP"},
}
WRAPPERS = re.compile(r"</?sup>|\\textsuperscript|\\footnotemark|\\footnotetext|[\[\]{}^$:.]")
HYPHENS = ("¬", "~", "—", "- ")
FURNITURE_LOOKALIKES = {
    "o": "0",
    "l": "1",
    "e": "c",
    "i": "l",
    "a": "s",
    "n": "ri",
    "1": "l",
    "0": "O",
    "5": "S",
    "2": "z",
}
Garble = Callable[[str, random.Random], str]


def damaged(pieces: list[Piece], rate: float, rng: random.Random) -> list[Piece]:
    """The pieces after damage: each marker, number, hyphen and line of furniture is hit with probability ``rate``.

    One half of what is hit is dropped, the other garbled; white space before notes is changed a third as often.
    """
    if rate <= 0:
        return pieces
    garbles = {
        Role.MARKER: garble_marker,
        Role.NUMBER: garble_number,
        Role.HYPHEN: lambda _, rng: rng.choice(HYPHENS),
        Role.FURNITURE: garble_furniture,
    }
    out = []
    for piece in pieces:
        if piece.role is Role.GAP and rng.random() < rate / 3:
            piece = replace(piece, text=_other_gap(piece.text, rng))
        elif piece.role in garbles and rng.random() < rate:
            garbled = garbles[piece.role](piece.text, rng)
            if rng.random() < 0.5 or garbled == piece.text:
                piece = replace(piece, text="", state=State.DROPPED)
            else:
                piece = replace(piece, text=garbled, state=State.GARBLED)
        out.append(piece)
    return out


def garble_marker(text: str, rng: random.Random) -> str:
    """A marker misread; the same text where there is nothing in it to misread."""
    ways: list[Garble] = [
        _lookalike,
        _lookalike,
        _partly,
        _plain,
        _plain,
        _unwrapped,
        _unwrapped,
        _apart,
        _star,
        _quote,
    ]
    return _first_change(text, ways, rng)


def garble_number(text: str, rng: random.Random) -> str:
    """The number of a note misread, glued to the text, or replaced by a sign."""
    ways: list[Garble] = [_lookalike, _lookalike, _partly, _plain, _glued, _glued, _unwrapped, _star, _quote]
    return _first_change(text, ways, rng)


def garble_furniture(text: str, rng: random.Random) -> str:
    """A running head or page number with a few letters misread."""
    places = [i for i, char in enumerate(text) if char.lower() in FURNITURE_LOOKALIKES]
    chosen = set(rng.sample(places, min(len(places), rng.randint(1, 3))))
    return "".join(FURNITURE_LOOKALIKES[c.lower()] if i in chosen else c for i, c in enumerate(text))


def _first_change(text: str, ways: list[Garble], rng: random.Random) -> str:
    for way in rng.sample(ways, len(ways)):
        changed = way(text, rng)
        if changed != text and changed.strip():
            return changed
    return text


def _lookalike(text: str, rng: random.Random) -> str:
    places = [i for i, char in enumerate(text) if char in LOOKALIKES]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + rng.choice(LOOKALIKES[text[at]]) + text[at + 1 :]


def _partly(text: str, rng: random.Random) -> str:
    """One of several digits, letters or signs is lost."""
    match = re.search(f"[0-9{RAISED}*†‡§¶]{{2,}}|(?<=\\^)[a-z-]{{4,}}", text)
    if not match:
        return text
    at = rng.randrange(match.start(), match.end())
    return text[:at] + text[at + 1 :]


def _plain(text: str, _: random.Random) -> str:
    """Only the label is left, no longer raised."""
    if not DIGITS.search(text):
        return text
    return WRAPPERS.sub("", text).translate(LOWERED)


def _unwrapped(text: str, rng: random.Random) -> str:
    """One brace, bracket or tag is lost."""
    wrappers = list(WRAPPERS.finditer(text))
    if not wrappers:
        return text
    lost = rng.choice(wrappers)
    return text[: lost.start()] + text[lost.end() :]


def _apart(text: str, rng: random.Random) -> str:
    """A blank in front of the marker, or inside it."""
    match = DIGITS.search(text)
    if text.startswith("["):
        return f"[ {text[1:]}"
    if not match or match.end() - match.start() < 2 or rng.random() < 0.6:
        return f" {text.translate(LOWERED)}"
    at = rng.randrange(match.start() + 1, match.end())
    return f"{text[:at]} {text[at:]}"


def _star(text: str, _: random.Random) -> str:
    """The first digit is read as an asterisk."""
    match = DIGITS.search(text)
    if not match:
        return text
    rest = match.group()[1:].translate(LOWERED)
    return text[: match.start()] + "*" + rest + text[match.end() :]


def _quote(text: str, rng: random.Random) -> str:
    """A short number is read as a quotation mark; what is longer is too wide for that."""
    if not re.fullmatch(rf"[0-9{RAISED}$^{{}}.\s]+", text) or len(re.findall(rf"[0-9{RAISED}]", text)) > 2:
        return text
    return rng.choice("\"”'*") + (" " if text.endswith(" ") else "")


def _glued(text: str, _: random.Random) -> str:
    """The blank after the number is lost."""
    return text.rstrip(" ")


def _other_gap(gap: str, rng: random.Random) -> str:
    """A line too many, too few, or none."""
    others = [other for other in ("\n", "\n\n", "\n\n\n", " ") if other != gap]
    return rng.choice(others)
