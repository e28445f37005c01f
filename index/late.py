"""Late interaction: how well each token of a question is met by the tokens of a text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors

Floats = NDArray[np.float32]


def best_matches(question: Vectors, text: Vectors) -> Floats:
    """For each token of ``question`` (m, dim) the highest cosine with a token of ``text`` (n, dim).

    Returns float32 (m,), zeros where ``text`` has no token. This is the inner maximum of MaxSim (Khattab and
    Zaharia, ColBERT, 2020).
    """
    if not len(text):
        return np.zeros(len(question), dtype=np.float32)
    best: Floats = (question @ text.T).max(axis=1)
    return best


def maxsim(question: Vectors, weights: Floats, texts: Sequence[Vectors]) -> list[float]:
    """Mean of the best matches of the question's tokens, by ``weights`` (m,), for each of ``texts``."""
    if not texts or not len(question):
        return [0.0] * len(texts)
    # One product for all texts: many small ones cost more in calls than in arithmetic.
    similarities = question @ np.concatenate(texts).T
    bounds = np.cumsum([0, *(len(text) for text in texts)])
    means: list[float] = []
    for start, end in pairwise(bounds):
        nothing = np.zeros(len(question), dtype=np.float32)
        best: Floats = similarities[:, start:end].max(axis=1) if end > start else nothing
        means.append(weighted_mean(best, weights))
    return means


def weighted_mean(values: Floats, weights: Floats) -> float:
    """Mean of ``values`` (m,) by ``weights`` (m,); the plain mean where all weights are zero."""
    total = float(weights.sum())
    return float(values @ weights) / total if total > 0 else float(values.mean())
