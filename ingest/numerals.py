"""Page numbers alone on a line, and Roman numerals."""

from __future__ import annotations

import re

_OPEN, _CLOSE = r"(?:[-–—|\[(/]|page\b|p\.|pg\.)", r"[-–—|\])/]"
_BARE = re.compile(
    rf"(?:{_OPEN}\s*){{0,2}}(?P<number>\d{{1,3}})(?:\s*(?:of|/)\s*\d{{1,4}})?\s*{_CLOSE}?(?:\s*p\s?a\s?g\s?e)?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?:[-–—\[]\s*|page\s+)(?P<number>\d{4})(?:\s*(?:of|/)\s*\d{4})?\s*[-–—\]]?", re.IGNORECASE)
_ROMAN_BARE = re.compile(r"(?:[-–—\[(]\s*)?(?P<number>[ivxlc]{1,8})(?:\s*[-–—\])])?")
_ROMAN = re.compile(r"(?=[mdclxvi])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def bare_page_number(text: str) -> int | None:
    """Read a line that holds a page number and nothing else.

    >>> [bare_page_number(line) for line in ("12", "- 12 -", "Page 3 of 80", "[7]", "1823", "in 12")]
    [12, 12, 3, 7, None, None]
    """
    match = _BARE.fullmatch(text) or _THOUSANDS.fullmatch(text)
    return int(match["number"]) if match else None


def bare_roman_number(text: str) -> int | None:
    """Read a line that holds a page number of front matter, in small Roman numerals: ``xii``, ``- iv -``."""
    match = _ROMAN_BARE.fullmatch(text)
    return roman_value(match["number"]) if match else None


def roman_value(numeral: str) -> int | None:
    """Read a Roman numeral, in capitals or small letters; None where it is none.

    >>> roman_value("XIV"), roman_value("ix"), roman_value("IIX")
    (14, 9, None)
    """
    if not _ROMAN.fullmatch(numeral):
        return None
    values = [_VALUES[letter] for letter in numeral.casefold()]
    return sum(-here if here < after else here for here, after in zip(values, [*values[1:], 0], strict=True))
