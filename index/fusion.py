"""From several kinds of score to one: higher is better, everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.contract import Candidate
from index.late import Closeness, Floats
from index.ranking import Ranking

Scores = NDArray[np.float64]

BM25_TOP = 2.2
"""What a word's BM25 comes to at the most, over its rarity: k1 + 1, with k1 1.2."""

DIGITS = 5
"""Scores are rounded to so many, as equal passages must score the same however their products were summed."""

STEP = 10**-DIGITS


def fuse(
    candidates: Sequence[Candidate], close: Closeness, phrase: Floats, ranking: Ranking, coverage: float, rarity: float
) -> Scores:
    """``late + .8 sentence + .5 cosine + g (1.5 share + 1.2 phrase)``, by the weights of ``ranking``; float64 (n,).

    ``share`` (0 to 1) is BM25 over the most it could be, 2.2 times ``rarity``, the summed rarity of the question's
    words; ``phrase`` (n,) is of ``late.phrases``. g is the pool's ``coverage``: the more of a question the texts say
    in its own words, the more words and their order count. No score depends on what else is in the pool. Weights and
    alternatives: docs/retrieval.md.
    """
    dense = np.array([candidate.dense for candidate in candidates], dtype=np.float64)
    bm25 = np.array([candidate.lexical for candidate in candidates], dtype=np.float64)
    share = np.minimum(bm25 / max(BM25_TOP * rarity, 1e-9), 1.0)
    meant = close.late + ranking.sentence_weight * close.sentence + ranking.dense_weight * dense
    worded = ranking.lexical_weight * share + ranking.phrase_weight * phrase
    scores: Scores = np.round(meant + coverage * worded, DIGITS)
    return scores


def after_callers(ids: Sequence[str], scores: Scores, callers: Mapping[str, Sequence[str]]) -> Scores:
    """Put each note of ``callers`` after the best of the passages that call it, where one is among ``ids``.

    For notes that were found by the sentence that calls them: who asks for what that sentence says is shown it first,
    and then the note behind it.
    """
    place = {passage_id: i for i, passage_id in enumerate(ids)}
    moved = scores.copy()
    for note, passages in callers.items():
        among = [scores[place[caller]] for caller in passages if caller in place]
        if among:
            moved[place[note]] = min(scores[place[note]], max(among) - STEP)
    return moved


def standardise(values: Sequence[float]) -> list[float]:
    """Bring ``values`` to mean 0 and deviation 1; all zeros where they are all equal.

    >>> standardise([1.0, 3.0]), standardise([2.0, 2.0])
    ([-1.0, 1.0], [0.0, 0.0])
    """
    array = np.asarray(values, dtype=np.float64)
    deviation = float(array.std()) if len(array) else 0.0
    if deviation < 1e-12:
        return [0.0] * len(array)
    return [float(value) for value in (array - array.mean()) / deviation]


def best_candidates(candidates: Sequence[Candidate], count: int) -> list[Candidate]:
    """The ``count`` best by the sum of both standardised scores, by passage id."""
    dense, lexical = standardise([c.dense for c in candidates]), standardise([c.lexical for c in candidates])
    scores = [a + b for a, b in zip(dense, lexical, strict=True)]
    order = sorted(range(len(candidates)), key=lambda i: (-scores[i], candidates[i].passage_id))
    return sorted((candidates[i] for i in order[:count]), key=lambda candidate: candidate.passage_id)
