"""Sentence boundaries in reading text."""

from __future__ import annotations

import re

# Abbreviations that are followed by more of the same sentence; in lower case, without the last stop.
_ABBREVIATIONS = frozenset(
    """
    al app apr art aug bln ca cf ch chap co col corp dec dept dr e.g ed eds esp est et etc feb fig figs fn gen gov
    i.e ibid inc jan jr jul jun lt ltd maj mar mln mr mrs ms mt n no nos nov nr oct op p par para ph.d pp prof rev sec
    sen sep sept sgt sr st tab transl trans univ v viz vol vols vs
    """.split()
)
# Words that begin a sentence far more often than they follow an abbreviation such as "U.S." inside one.
_STARTERS = frozenset(
    """
    a after all although an and as at because but by despite during each first for from given he however if in
    it its many meanwhile moreover most no nevertheless on one only our second she since so some such that the
    their then there these they third this those thus to under we what when where while who with yet you
    """.split()
)
_CLOSERS = "\"'”’»)]"
_STOP = rf"(?<![.!?…])[.!?…]++[{re.escape(_CLOSERS)}]*+(?=\s)"  # a stop and what closes with it, before a blank
_WIDE_STOP = rf"(?<![。！？])[。！？]++[{re.escape(_CLOSERS)}」』]*+(?P<wide>)"  # needs no blank after it
_BOUNDARY = re.compile(rf"(?:{_STOP}|{_WIDE_STOP})(?P<gap>\s*+)(?=\S)")
_STOPS = re.compile("[.!?…。！？]")
_FOLLOWING = re.compile(r"[\s\"'”’»)\]“‘«(\[*_—–-]*+(?P<word>[\w'’]++|\S)")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_REACH = 40
"""No abbreviation is longer than this, with what opens before it."""


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Split reading text into sentences: ``(start, end)`` offsets in order, blanks between them left out.

    Every character but those blanks belongs to exactly one sentence.

    >>> [("Dr. Li said so. Then he left.")[a:b] for a, b in split_sentences("Dr. Li said so. Then he left.")]
    ['Dr. Li said so.', 'Then he left.']
    """
    sentences: list[tuple[int, int]] = []
    start = place = len(text) - len(text.lstrip())
    for stop in _STOPS.finditer(text, start):  # far faster than to look for the whole pattern everywhere
        if stop.start() < place or (match := _BOUNDARY.match(text, stop.start())) is None:
            continue
        place = match.end()
        end = match.start("gap")
        if match["wide"] is None and not _is_boundary(text, start, end, match.end()):
            continue
        sentences.append((start, end))
        start = match.end()
    if start < len(text):
        sentences.append((start, len(text.rstrip())))
    return sentences


def _is_boundary(text: str, start: int, end: int, after: int) -> bool:
    """Whether the sentence from ``start`` ends at ``end``, after a stop, and another begins at ``after``."""
    following = _FOLLOWING.match(text, after)
    if following is None or following["word"][0].islower():
        return False
    if text[end - 1] != "." or text[max(start, end - 2) : end] == "..":
        return True
    words = text[max(start, end - _REACH) : end - 1].split(" ")
    word = words[-1].lstrip("(\"'“‘«[")
    if word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isupper()):
        return False
    if _ACRONYM.fullmatch(word):
        return following["word"][0].isupper() and following["word"].casefold() in _STARTERS
    # "1. Russia and China": the number of a list item is no sentence.
    return not (word.isdigit() and len(word) <= 2 and text[start : end - 1] == word)
