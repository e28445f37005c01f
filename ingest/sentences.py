"""Sentence boundaries in reading text."""

from __future__ import annotations

import re

# Abbreviations that are followed by more of the same sentence; compared in lower case, without the last stop.
_ABBREVIATIONS = frozenset(
    "al app art bln ca cf ch chap co col corp dec dept dr e.g ed eds esp est et etc feb fig figs fn gen gov i.e "
    "ibid inc jan jr lt ltd maj mln mr mrs ms mt n no nos nov nr oct op p par para ph.d pp prof rev sec sen sep "
    "sept sgt sr st tab transl trans univ v viz vol vols vs".split()
)
# Words that begin a sentence far more often than they follow an abbreviation such as "U.S." inside one.
_STARTERS = frozenset(
    "a after all although an and as at because but by despite during each first for from given he however if in "
    "it its many meanwhile moreover most no nevertheless on one only our second she since so some such that the "
    "their then there these they third this those thus to under we what when where while who with yet you".split()
)
_CLOSERS = "\"'”’»)]"
_BOUNDARY = re.compile(
    rf"[.!?…]+[{re.escape(_CLOSERS)}]*(?P<gap>\s+)(?=[^\s])"  # a stop, what closes with it, a blank
    rf"|[。！？]+[{re.escape(_CLOSERS)}」』]*(?P<cjk>)"  # a full-width stop needs no blank after it
)
_LAST_WORD = re.compile(r"(\S+?)\.$")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Split reading text into sentences: ``(start, end)`` offsets in order, blanks between them left out.

    Every character but those blanks belongs to exactly one sentence.

    >>> [("Dr. Li said so. Then he left.")[a:b] for a, b in split_sentences("Dr. Li said so. Then he left.")]
    ['Dr. Li said so.', 'Then he left.']
    """
    sentences: list[tuple[int, int]] = []
    start = 0
    for match in _BOUNDARY.finditer(text):
        end = match.end() if match["gap"] is None else match.start("gap")
        if match["gap"] is not None and not _is_boundary(text[start:end], text[match.end() :]):
            continue
        if text[start:end].strip():
            sentences.append((start, end))
            start = match.end()
    if text[start:].strip():
        sentences.append((start, len(text.rstrip())))
    return sentences


def _is_boundary(before: str, after: str) -> bool:
    """Whether a sentence ends between ``before`` (which ends in a stop) and ``after``."""
    following = after.lstrip(_CLOSERS + "“‘«([*_—–-")
    if not following or following[0].islower():
        return False
    bare = before.rstrip(_CLOSERS)
    if bare != before or not bare.endswith(".") or bare.endswith(".."):
        return True
    match = _LAST_WORD.search(bare)
    word = match[1].lstrip("(\"'“‘«[") if match else ""
    if word.casefold() in _ABBREVIATIONS:
        return False
    initial = len(word) == 1 and word.isupper()
    acronym = re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word) is not None
    if initial or acronym:
        first = re.match(r"[\w'’]+", following)
        return first is not None and first[0].casefold() in _STARTERS and first[0][0].isupper() and not initial
    if word.isdigit() and len(word) <= 2:  # "1. Russia and China": the number of a list item, not a sentence
        return before.strip() != bare[-len(word) - 1 :]
    return True
