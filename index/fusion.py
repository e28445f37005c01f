"""From several kinds of score to one: higher is better, everywhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.contract import Candidate


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


def fuse(main: Sequence[float], other: Sequence[float], weight: float) -> list[float]:
    """``z(main) + weight * z(other)``: sums of standardised scores rank better than reciprocal rank fusion here."""
    return [a + weight * b for a, b in zip(standardise(main), standardise(other), strict=True)]


def best_candidates(candidates: Sequence[Candidate], count: int) -> list[Candidate]:
    """The ``count`` best by the sum of both standardised scores, by passage id."""
    scores = fuse([c.dense for c in candidates], [c.lexical for c in candidates], 1.0)
    order = sorted(range(len(candidates)), key=lambda i: (-scores[i], candidates[i].passage_id))
    return sorted((candidates[i] for i in order[:count]), key=lambda candidate: candidate.passage_id)
