"""Headings and their levels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from ingest.contents import plain
from ingest.styles import without_marker
from ingest.tables import is_caption
from ingest.units import Unit

MAX_LENGTH = 120
"""A heading is one line of at most this many characters."""

_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=\D)")
_NUMBERED_HEADING = re.compile(
    r"\d{1,2}(?:\.\d{1,2}){0,4}\.?\s+[^\W\d_][^.;]*[^.;:,\s]$|\d{1,2}\.\d[\d.]*\s+[A-Z].*[^.;:,\s]$"
)
_ADDRESS = re.compile(r"(?:URL\s*:|https?://|www\.)", re.IGNORECASE)
_MARKDOWN = re.compile(r"(?P<level>#{1,6})\s+(?P<title>.*?)\s*#*$")
_SENTENCE_END = re.compile(r"[.!…:;。！][\"'”’»)\]*_]*$")
_NAMES = 8
"""A line of more capitalised words than this, with none in lower case between them, is a list of names."""


def find_headings(
    source: str, units: Sequence[Unit], body: Sequence[int], contents: Mapping[str, int]
) -> dict[int, tuple[int, str]]:
    """Find headings among the units named by ``body``.

    ``contents`` is what a printed table of contents lists. Returns the index of each heading with its level
    (1 is the highest) and its title.
    """
    found: dict[int, tuple[int, str]] = {}
    depth = 0  # of the last numbered heading
    for index, following in zip_longest(body, body[1:]):
        if not _is_heading(source, units, index, following, contents):
            continue
        text = " ".join(units[index].text(source).split())
        if markdown := _MARKDOWN.match(text):
            found[index] = (len(markdown["level"]), markdown["title"])
        elif numbered := _NUMBERED.match(text):
            depth = numbered["number"].count(".") + 1
            found[index] = (depth, text)
        elif _opens_part(source, units, index, following, contents):
            depth = 1
            found[index] = (1, text)
        else:
            listed = plain(text) in contents or not contents
            found[index] = (depth + (1 if listed else 2), text)
    return found


def _opens_part(
    source: str, units: Sequence[Unit], index: int, following: int | None, contents: Mapping[str, int]
) -> bool:
    """Whether a heading without a number opens a part of its own.

    It does if the printed contents list it on the same page as the heading that follows at once.
    """
    page = contents.get(plain(units[index].text(source)))
    after = plain(units[following].text(source)) if following is not None else ""
    return page is not None and contents.get(after) == page


def _is_heading(
    source: str, units: Sequence[Unit], index: int, following: int | None, contents: Mapping[str, int]
) -> bool:
    unit = units[index]
    if unit.is_rows or len(unit.lines) > 1:
        return False
    text = unit.text(source)
    if _MARKDOWN.match(text):
        return True
    if not unit.alone or len(text) > MAX_LENGTH or following is None:
        return False
    if units[following].is_rows or source[units[following].span.start].islower():
        return False
    return plain(text) in contents or _NUMBERED_HEADING.match(text) is not None or _is_titled(text)


def _is_titled(text: str) -> bool:
    """Whether a line without a number is worded as a heading: short, or with its main words in capitals."""
    if is_caption(text) or _ADDRESS.match(text) or not text[0].isupper() or text[-1] in ",-–—":
        return False
    if _SENTENCE_END.search(without_marker(text)) or _is_about_people(text):
        return False
    main = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    capitals = sum(word[0].isupper() for word in main)
    letters = sum(map(str.isalpha, text))
    return letters > 0.6 * len(text) and (len(text.split()) <= 6 or capitals >= 0.6 * len(main))


def _is_about_people(text: str) -> bool:
    """Whether a line lists names, or says after a dash who somebody is."""
    words = text.split()
    names = len(words) > _NAMES and not text.isupper() and all(word[0].isupper() for word in words)
    return names or "—" in text
