"""Sentences that a page break cuts: which paragraph goes on with which."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from ingest.styles import without_marker
from ingest.tables import is_figure, is_source
from ingest.units import Unit

LONG = 120
"""Only a paragraph longer than this goes on with a capital letter; a shorter one may be a title of some kind."""

_SHORT = 60
_ITEM = re.compile(r"(?:[-*•–▪◦·]|\(?\d{1,3}[.)]|\(?[a-z]\)|\(?[ivx]{1,5}\))\s+\S")
_SENTENCE_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]*_]*$")
_LOOSE_MARKER = re.compile(r"(?<=[.!?…\"”’)])\s+\d{1,4}$")
_ADDRESS_PIECE = re.compile(r"\S*[^\W_][=&/?%_][^\W_]\S*")
_STRAY_NOTE = re.compile(r"[⁰¹²³⁴-⁹⁽]|\^\{|\$?(?:URL\s*:|https?://)", re.IGNORECASE)
_ENDS_IN_ADDRESS = re.compile(r"(?:https?://|www\.)\S*$")


def find_continuations(
    source: str, units: Sequence[Unit], body: Sequence[int], headings: Collection[int], tables: Collection[int]
) -> dict[int, int]:
    """Pair the body units of which the first breaks off and the second goes on with its sentence.

    No sentence goes on over one of ``headings``; over the parts of ``tables``, and over figures, it may, but then
    in small letters.
    """
    found: dict[int, int] = {}
    text = [i for i in body if i in headings or not (i in tables or _is_passed_over(source, units[i]))]
    places = {index: place for place, index in enumerate(body)}
    for left, right in pairwise(text):
        if left in headings or right in headings:
            continue
        before, after = units[left].text(source), units[right].text(source)
        if not _breaks_off(before) or _ITEM.match(after):
            continue
        over_body = places[right] > places[left] + 1  # a table or figure stands between
        interrupted = right > left + 1
        if after[0].islower():
            if interrupted or before[-1] == "-" or not _are_items(before, after):
                found[left] = right
        elif interrupted and not over_body and len(before) > LONG:
            found[left] = right
    return found


def _is_passed_over(source: str, unit: Unit) -> bool:
    """Whether a sentence may go on behind a unit: rows, code, a caption, a source line, a stray piece of a note."""
    if unit.is_rows:
        return True
    text = unit.text(source)
    if is_figure(text) or is_source(text) or _STRAY_NOTE.match(text):
        return True
    return len(text) <= LONG and _ADDRESS_PIECE.fullmatch(text) is not None


def _are_items(before: str, after: str) -> bool:
    """Whether two short lines without a stop are items of a list rather than one sentence."""
    return len(before) < _SHORT and len(after) < _SHORT and not _SENTENCE_END.search(after)


def _breaks_off(text: str) -> bool:
    """Whether a paragraph ends inside a sentence, markers at its end left aside."""
    bare = _LOOSE_MARKER.sub("", without_marker(text[-LONG:]))
    if _ENDS_IN_ADDRESS.search(bare):
        return False
    return any(map(str.isalpha, bare)) and not _SENTENCE_END.search(bare)
