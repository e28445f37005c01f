"""A question as the model and the index read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors
from index.late import Floats
from index.pruning import is_stop_word

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, and how rare it is in the index."""

    text: str
    rarity: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its vector (dim,), its tokens' vectors (m, dim), what each weighs (m,), its words.

    ``word_of`` (m,) says which of ``words`` each token is of, -1 for what is no word. ``text`` is what was asked,
    ``read_as`` what was read for it: the same, or with slips of the keys put right. All else is of ``read_as``.
    """

    text: str
    read_as: str
    vector: Vectors
    tokens: Vectors
    weights: Floats
    words: tuple[Word, ...]
    word_of: NDArray[np.int64]

    @property
    def content(self) -> NDArray[np.int64]:
        """Which tokens are of words that are no stop words, in their order."""
        worth = [not is_stop_word(word.text) for word in self.words]
        return np.array([i for i, word in enumerate(self.word_of) if word >= 0 and worth[word]], dtype=np.int64)

    @property
    def asked(self) -> Floats:
        """Weights (m,) of the tokens of words that are no stop words; of all where there are no others.

        Texts keep no token of a stop word: how fully a text meets a question is to be judged without them.
        """
        worth = np.zeros_like(self.weights)
        worth[self.content] = self.weights[self.content]
        return worth if worth.any() else self.weights

    @property
    def rarity(self) -> float:
        """Sum of the rarity of all words."""
        return sum(word.rarity for word in self.words)


def words_of(text: str) -> list[tuple[int, str]]:
    """Words of ``text``, each with the offset where it begins."""
    return [(match.start(), match.group()) for match in _WORD.finditer(text)]


def weigh(text: str, rarity: Sequence[float], starts: Sequence[int]) -> tuple[Floats, NDArray[np.int64]]:
    """Weight of each token, of which word it is, by where tokens start in ``text``; ``rarity`` is of its words.

    The tokens of a word share its rarity evenly: a word counts the same however many pieces the model makes of it.
    0 and -1 for what is no word.
    """
    at = {
        place: number
        for number, (start, word) in enumerate(words_of(text))
        for place in range(start, start + len(word))
    }
    word_of = np.array([at.get(start, -1) for start in starts], dtype=np.int64)
    pieces = np.bincount(word_of[word_of >= 0], minlength=len(rarity))
    shares = np.append(np.asarray(rarity, dtype=np.float64) / np.maximum(pieces, 1), 0.0)
    return shares[word_of].astype(np.float32), word_of
