"""From several kinds of score to one: higher is better, everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.contract import Candidate
from index.late import Floats
from index.ranking import Ranking

BM25_TOP = 2.2
"""What a word's BM25 comes to at the most, over its rarity: k1 + 1, with k1 1.2."""


def fuse(
    candidates: Sequence[Candidate], late: Floats, sentence: Floats, ranking: Ranking, coverage: float, rarity: float
) -> Floats:
    """``late + .8 sentence + .5 cosine + 1.5 g share``, by the weights of ``ranking``; float (n,).

    ``share`` (0 to 1) is BM25 over the most it could be, 2.2 times ``rarity``, the summed rarity of the question's
    words; g is the pool's ``coverage``: the more of a question the texts say in its own words, the more these count.
    No score depends on what else is in the pool. Weights and alternatives: docs/retrieval.md.
    """
    dense = np.array([candidate.dense for candidate in candidates], dtype=np.float64)
    bm25 = np.array([candidate.lexical for candidate in candidates], dtype=np.float64)
    share = np.minimum(bm25 / max(BM25_TOP * rarity, 1e-9), 1.0)
    close = late + ranking.sentence_weight * sentence + ranking.dense_weight * dense
    # Equal passages must score the same, however products were summed: what differs less is equal.
    scores: Floats = np.round(close + ranking.lexical_weight * coverage * share, 5)
    return scores


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
