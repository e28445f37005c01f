"""Texts without what copying changes: white space, hyphens, quotation marks, ligatures, capitals, markup."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import lru_cache

_UNREAD = frozenset("\"'`´*_|#\\^{}~\u2032\u2033")
"""Straight quotation marks, primes and markup; typographic marks are told by their category."""

_ELISION = re.compile(r"^\s*(?:\[?(?:…|\.{3})\]?\s*)+|(?:\s*\[?(?:…|\.{3})\]?)+\s*$")


class Folded:
    r"""A text as it is compared: what copying changes is left out or made alike.

    ``text`` is what is compared, and ``places`` says for each of its characters where in the original it stands.
    A dash counts only between two digits, a dollar only before one.

    >>> Folded("Part-\nnership’s 5–6 ﬁsh").text
    'partnerships5-6fish'
    """

    def __init__(self, original: str) -> None:
        self.original = original
        self.places = array("I")
        parts: list[str] = []
        for place, character in enumerate(original):
            kept = _folded(character) or (_sign(original, place, character) if character in _SIGNS else "")
            if kept:
                parts.append(kept)
                self.places.extend([place] * len(kept))
        self.text = "".join(parts)

    def find(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Where in the original something folded stands, ``(start, end)``, in order; never in the middle of a word."""
        at = self.text.find(wanted)
        while at >= 0 and wanted:
            start, end = self.places[at], self.places[at + len(wanted) - 1] + 1
            if not cuts(self.original, start, end):
                yield start, end
            at = self.text.find(wanted, at + 1)


def folded_quote(quote: str) -> str:
    """A quote as it is looked for in a ``Folded``: without dots that say that something was left out at its ends."""
    return Folded(_ELISION.sub("", quote)).text


_DASHES = frozenset(
    chr(code) for code in (*range(0x2010, 0x2016), 0x2212, 0x2D, 0x2043, 0x301C, 0xFE58, 0xFE63, 0xFF0D)
)
_SIGNS = _DASHES | {"$"}


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """What of a character is compared, whatever stands beside it."""
    if character in _SIGNS or character in _UNREAD or character.isspace():
        return ""
    if unicodedata.category(character) in ("Pi", "Pf", "Cf", "Cc") or character in "„‚":
        return ""
    return "".join(unicodedata.normalize("NFKD", character).casefold().split())


def _sign(text: str, place: int, character: str) -> str:
    """A dash between digits, a dollar before one; else nothing."""
    following = text[place + 1 : place + 4].lstrip()[:1]
    if not following.isdecimal():
        return ""
    if character == "$":
        return "$"
    return "-" if text[max(0, place - 3) : place].rstrip()[-1:].isdecimal() else ""


def cuts(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins or ends inside a word or a number: ``400`` does in ``5,400``."""
    return cuts_number(text, start, end) or _inside_word(text, start) or _inside_word(text, end)


def cuts_number(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins or ends with a part of a number."""
    begins = text[start].isdecimal() and _NUMBER_BEFORE.search(text[max(0, start - 2) : start]) is not None
    return begins or (text[end - 1].isdecimal() and _NUMBER_AFTER.match(text, end) is not None)


_NUMBER_BEFORE, _NUMBER_AFTER = re.compile(r"\d[.,]?$"), re.compile(r"[.,]?\d")


def _inside_word(text: str, place: int) -> bool:
    """Whether a word goes on at ``place``; in scripts without capitals, some of which part no words, none does."""
    before, after = text[max(0, place - 1) : place], text[place : place + 1]
    if not before or not after:
        return False
    return unicodedata.combining(after) > 0 or (_has_case(before) and _has_case(after))


def _has_case(character: str) -> bool:
    return character.isalpha() and character.lower() != character.upper()
