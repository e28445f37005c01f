"""Which token vectors of a text are worth keeping, in the groups that late interaction looks at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from index.codec import TokenText
from index.embedder import IndexText, Vectors
from ingest.sentences import split_sentences

STOP_WORDS = frozenset(
    """
    a about after all also an and are as at be been before being between but by can could did do does during for from
    had has have he her his how i if in into is it its might no not of on or our over s she should than that the
    their then there these they this those through to under was we were what when where which who whom whose why will
    with would you your
    """.split()
)
"""English words that nobody asks about: dropping their tokens costs no quality (docs/retrieval.md)."""

_WORD = re.compile(r"\w+")
_LINE = re.compile(r"[^\n]+")


def is_stop_word(word: str) -> bool:
    """Whether a word says nothing by itself; one in capitals is a name (WHO, IT).

    >>> [is_stop_word(word) for word in ("Who", "who", "WHO", "A", "harbour")]
    [True, True, False, True, False]
    """
    return word.casefold() in STOP_WORDS and not (len(word) > 1 and word.isupper())


def kept_tokens(text: IndexText, places: Sequence[int], vectors: Vectors) -> TokenText:
    """Keep of ``vectors`` (n, dim), whose tokens begin at ``places`` (n,) in ``text.text``, those of words.

    Stop words and punctuation are dropped, except where nothing would be left.
    """
    groups = [[i for i, place in enumerate(places) if low <= place < high] for low, high in _stretches(text)]
    worth = _worth_keeping(text.text, places)
    kept = [[i for i in group if i in worth] for group in groups]
    if not any(kept[1:]):
        kept = groups
    rows = [i for group in kept for i in group]
    starts = np.cumsum([0, *map(len, kept)])[:-1]
    return TokenText(
        vectors=vectors[rows],
        places=[places[i] - text.offset for i in rows],
        starts=[int(start) for start, group in zip(starts, kept, strict=True) if group],
        placing=len(kept[0]),
    )


def _stretches(text: IndexText) -> Iterator[tuple[int, int]]:
    """Title and sections, then the calling sentence, then each sentence of the reading text, as offsets."""
    yield 0, text.caller
    yield text.caller, text.offset
    for line in _LINE.finditer(text.text, text.offset):
        for low, high in split_sentences(line.group()):
            yield line.start() + low, line.start() + high


def _worth_keeping(text: str, places: Sequence[int]) -> set[int]:
    """Tokens of words that are no stop words."""
    stops = {match.start() for match in _WORD.finditer(text) if is_stop_word(match.group())}
    return {i for i, place in enumerate(places) if text[place : place + 1].isalnum() and place not in stops}
