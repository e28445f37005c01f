"""Page furniture: running heads and feet, bare page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.units import Unit

MAX_LENGTH = 80
"""Running heads and feet are short."""

MIN_REPEATS = 3
"""A line must come back this often to be a running head or foot by its words."""

_EDGE_NUMBER = re.compile(r"^(?P<head>\d{1,3})\s+(?=\D)|(?<=\D)\s+(?P<foot>\d{1,3})$")
_BARE_NUMBER = re.compile(r"^[-–—\[(]?\s*(?:page\s+)?(?P<number>\d{1,3})\s*[-–—\])/|]?$", re.IGNORECASE)
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$")


def find_furniture(source: str, units: Sequence[Unit]) -> dict[int, int | None]:
    """Find page furniture. Returns the index of each such unit with the page number it prints, or None.

    A unit is furniture if it is a bare page number, or if its words come back on several pages and either a
    page number goes with them, or they are a web address, or they break a sentence in two.
    """
    found: dict[int, int | None] = {}
    repeats: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for index, unit in enumerate(units):
        text = unit.text(source)
        if unit.is_junk:
            found[index] = None
            continue
        if unit.is_rows or len(unit.lines) > 1 or len(text) > MAX_LENGTH:
            continue
        bare = _BARE_NUMBER.match(text)
        if bare and unit.alone:
            found[index] = int(bare["number"])
            continue
        words, number = split_page_number(text)
        repeats[words].append((index, number))
    for words, places in repeats.items():
        if len(places) >= MIN_REPEATS and _is_running(source, units, words, places):
            found.update(places)
    return found


def split_page_number(text: str) -> tuple[str, int | None]:
    """Take the page number off a running head or foot.

    >>> split_page_number("4 Report 78 / 2022"), split_page_number("www.example.org")
    (('Report 78 / 2022', 4), ('www.example.org', None))
    """
    match = _EDGE_NUMBER.search(text)
    if match is None:
        return text, None
    return (text[: match.start()] + text[match.end() :]).strip(), int(match["head"] or match["foot"])


def _is_running(source: str, units: Sequence[Unit], words: str, places: Sequence[tuple[int, int | None]]) -> bool:
    if not any(map(str.isalpha, words)):
        return False
    numbers = [number for _, number in places if number is not None]
    if len(numbers) >= 2 and numbers == sorted(set(numbers)):
        return True
    return _ADDRESS.match(words) is not None or any(_breaks_sentence(source, units, i) for i, _ in places)


def _breaks_sentence(source: str, units: Sequence[Unit], index: int) -> bool:
    """Whether a unit stands between text that breaks off and text that goes on in lower case."""
    if not 0 < index < len(units) - 1:
        return False
    before, here, after = (unit.text(source) for unit in units[index - 1 : index + 2])
    return before[-1].isalnum() and after[0].islower() and here not in (before, after)
