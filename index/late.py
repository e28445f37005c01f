"""Late interaction: how well each token of a question is met by the tokens of a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.codec import Coded, Ints
from index.embedder import Vectors

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Closeness:
    """How well each of some texts meets a question, float32 (texts,): as a whole, and by its best sentence.

    ``is_called`` (texts,) says that this is no sentence of the text, but the one that calls it as a note.
    """

    late: Floats
    sentence: Floats
    is_called: NDArray[np.bool_]


def interact(coded: Coded, cosines: Vectors, weights: Floats, placing: float) -> Closeness:
    """Meet the texts of ``coded`` with a question.

    ``cosines`` (tokens, m) are those of ``coded.cosines``, ``weights`` (m,) of the question's tokens. A text's score
    is the weighted mean of the best cosines of the question's tokens (the inner maximum of MaxSim: Khattab and
    Zaharia, ColBERT, 2020), over all of it or over one sentence. What only places a text, its title and sections,
    counts ``placing`` in the first and nothing in the second. 0 for a text without tokens.
    """
    texts = len(coded.bounds) - 1
    found = Closeness(
        np.zeros(texts, dtype=np.float32), np.zeros(texts, dtype=np.float32), np.zeros(texts, dtype=np.bool_)
    )
    if not len(coded.starts) or not cosines.shape[1]:
        return found
    groups: Floats = np.maximum.reduceat(cosines, coded.starts, axis=0)
    sentences = np.where(coded.is_placing, -np.inf, weighted_means(groups, weights)).astype(np.float32)
    groups[coded.is_placing] *= placing
    firsts = np.flatnonzero(np.diff(coded.owner, prepend=-1))
    owners = coded.owner[firsts]
    best = np.maximum.reduceat(sentences, firsts)
    is_caller = ~coded.is_placing & (coded.places[coded.starts] < 0)
    called = np.maximum.reduceat(np.where(is_caller, sentences, -np.inf), firsts)
    found.late[owners] = weighted_means(np.maximum.reduceat(groups, firsts, axis=0), weights)
    found.sentence[owners] = np.where(np.isfinite(best), best, 0)
    found.is_called[owners] = np.isfinite(called) & (called == best)
    return found


def phrases(coded: Coded, cosines: Vectors, weights: Floats, content: Ints) -> Floats:
    """How well texts meet the words of a question one after the other, float32 (texts,).

    Of each two tokens that follow each other among ``content``, those of the question that are worth keeping, the best
    mean cosine with two that follow each other in the text; the mean of that by the lighter one's weight. 0 for a
    question or a text of one token.
    """
    found = np.zeros(len(coded.bounds) - 1, dtype=np.float32)
    if len(content) < 2 or not len(cosines):
        return found
    pairs = np.full((len(cosines), len(content) - 1), -np.inf, dtype=np.float32)
    pairs[:-1] = (cosines[:-1][:, content[:-1]] + cosines[1:][:, content[1:]]) / 2
    filled = np.flatnonzero(np.diff(coded.bounds))
    pairs[coded.bounds[1:][filled] - 1] = -np.inf  # the last token of a text is followed by none
    best = np.maximum.reduceat(pairs, coded.bounds[filled], axis=0)
    lighter = np.minimum(weights[content[:-1]], weights[content[1:]])
    found[filled] = np.where(np.isfinite(best[:, 0]), weighted_means(np.nan_to_num(best, neginf=0), lighter), 0)
    return found


def best_matches(cosines: Vectors) -> Floats:
    """For each token of a question the highest of ``cosines`` (n, m); zeros (m,) where there is no token."""
    if not len(cosines):
        return np.zeros(cosines.shape[1], dtype=np.float32)
    best: Floats = cosines.max(axis=0)
    return best


def weighted_means(values: Floats, weights: Floats) -> Floats:
    """Mean of each row of ``values`` (n, m) by ``weights`` (m,): the plain mean where all are zero, 0 where m is 0."""
    if not weights.size:
        return np.zeros(len(values), dtype=np.float32)
    # Summed row by row: a matrix product rounds equal rows differently, and equal texts must score the same.
    total = weights.sum()
    means: Floats = (values * weights).sum(axis=1) / total if total > 0 else values.mean(axis=1)
    return means


def weighted_mean(values: Floats, weights: Floats) -> float:
    """Mean of ``values`` (m,) by ``weights`` (m,); the plain mean where all weights are zero."""
    return float(weighted_means(values[None], weights)[0])
