"""Where the words of a question are met in a text, so that a reader sees why it was found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index.codec import Ints
from index.embedder import Vectors
from index.late import Floats
from index.pruning import is_stop_word
from index.question import Question
from index.stems import english, word_stems

MEANT = 0.6
"""Cosine from which on a word of a text is shown as one that was meant.

Of the words of the development questions 3.5 % come so near to some other word of a passage drawn at random, 11 % to
one of a passage found; most of these are what a reader would call the same ("cost", "price"). docs/retrieval.md
"""

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the question met at ``[start, end)`` of the reading text.

    ``weight`` (0 to 1) is the word's share of the question; ``exact`` says that both are the same word, endings
    aside; otherwise it is the place nearest in meaning. ``cosine`` is how near the two are in the model's eyes.
    """

    word: str
    weight: float
    start: int
    end: int
    cosine: float
    exact: bool


class Matcher:
    """Finds the words of questions in texts."""

    def __init__(self) -> None:
        self._analyzer = english()

    def matches(self, question: Question, text: str, places: Ints, cosines: Vectors) -> tuple[Match, ...]:
        """Places of ``text`` where words of ``question`` are met, in the order of the text.

        Each word comes with every place where it stands itself, and with the place nearest in meaning where that is
        as near as ``MEANT``. ``cosines`` (n, m) are of the text's tokens, at ``places`` (n,), and the question's.
        """
        spans = [match.span() for match in _WORD.finditer(text)]
        asked = [i for i, word in enumerate(question.words) if not is_stop_word(word.text)]
        if not spans or not asked or not question.rarity:
            return ()
        near = _by_word(cosines, places, spans, question)
        stems = word_stems(self._analyzer, [text[start:end] for start, end in spans])
        found: list[Match] = []
        for number in asked:
            word = question.words[number]
            stem = " ".join(self._analyzer.analyze(word.text))
            same = {i for i, other in enumerate(stems) if other == stem and stem}
            # 2022 is near 2021 to the model, but no answer to it.
            meant = set() if any(map(str.isdigit, word.text)) else set(_meant(near[:, number]))
            for at in sorted(same | meant):
                cosine = float(np.clip(near[at, number], 0.0, 1.0))
                found.append(Match(word.text, word.rarity / question.rarity, *spans[at], round(cosine, 4), at in same))
        return tuple(sorted(found, key=lambda match: (match.start, -match.weight)))


def _meant(cosines: Floats) -> Iterator[int]:
    best = int(np.argmax(cosines))
    if cosines[best] >= MEANT:
        yield best


def _by_word(cosines: Vectors, places: Ints, spans: list[tuple[int, int]], question: Question) -> Vectors:
    """Cosine of each word of a text with each of a question's, float32 (spans, words); -1 where a word has no token.

    Each piece of the question's word takes its best piece of the text's word; the mean of them counts.
    """
    starts, ends = np.array(spans).T
    owner = np.searchsorted(starts, places, side="right") - 1
    inside = (owner >= 0) & (places < ends[owner])
    best = np.full((len(spans), cosines.shape[1]), -1, dtype=np.float32)
    np.maximum.at(best, owner[inside], cosines[inside])
    sums = np.zeros((len(question.words), len(spans)), dtype=np.float32)
    worded = question.word_of >= 0
    np.add.at(sums, question.word_of[worded], best.T[worded])
    pieces = np.bincount(question.word_of[worded], minlength=len(question.words))
    near: Vectors = np.where(pieces[:, None] > 0, sums / np.maximum(pieces, 1)[:, None], -1).T.astype(np.float32)
    return near
