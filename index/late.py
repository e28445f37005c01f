"""Late interaction: how well each token of a question is met by the tokens of a text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.codec import Coded
from index.embedder import Vectors

Floats = NDArray[np.float32]


def interact(coded: Coded, cosines: Vectors, weights: Floats, placing: float) -> tuple[Floats, Floats]:
    """How well texts meet a question: as a whole, and by their best sentence. Two float32 (texts,).

    ``cosines`` (tokens, m) are those of ``coded.cosines``, ``weights`` (m,) of the question's tokens. Each is the
    weighted mean of the best cosines of the question's tokens (the inner maximum of MaxSim: Khattab and Zaharia,
    ColBERT, 2020), over all of a text and over one sentence of it. What only places the text, its title and sections,
    counts ``placing`` in the first and nothing in the second. 0 for a text without tokens.
    """
    texts = len(coded.bounds) - 1
    late, sentence = np.zeros(texts, dtype=np.float32), np.zeros(texts, dtype=np.float32)
    if not len(coded.starts) or not cosines.shape[1]:
        return late, sentence
    groups: Floats = np.maximum.reduceat(cosines, coded.starts, axis=0)
    best = np.where(coded.is_placing, np.float32(-np.inf), weighted_means(groups, weights))
    groups[coded.is_placing] *= placing
    firsts = np.flatnonzero(np.diff(coded.owner, prepend=-1))
    owners = coded.owner[firsts]
    late[owners] = weighted_means(np.maximum.reduceat(groups, firsts, axis=0), weights)
    sentence[owners] = np.maximum.reduceat(best, firsts)
    return late, np.where(np.isinf(sentence), np.float32(0), sentence)


def best_matches(cosines: Vectors) -> Floats:
    """For each token of a question the highest of ``cosines`` (n, m); zeros (m,) where there is no token."""
    if not len(cosines):
        return np.zeros(cosines.shape[1], dtype=np.float32)
    best: Floats = cosines.max(axis=0)
    return best


def weighted_means(values: Floats, weights: Floats) -> Floats:
    """Mean of each row of ``values`` (n, m) by ``weights`` (m,); the plain mean where all weights are zero."""
    # Summed row by row: a matrix product rounds equal rows differently, and equal texts must score the same.
    total = weights.sum()
    means: Floats = (values * weights).sum(axis=1) / total if total > 0 else values.mean(axis=1)
    return means


def weighted_mean(values: Floats, weights: Floats) -> float:
    """Mean of ``values`` (m,) by ``weights`` (m,); the plain mean where all weights are zero."""
    return float(weighted_means(values[None], weights)[0])
