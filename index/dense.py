"""FAISS: the nearest passages by cosine."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np

from index.embedder import Vectors

ROUNDING = 1e-6
"""Scores nearer than this are of equal vectors, or as good as."""


class DenseIndex:
    """Exact search over unit vectors (n, dim) with the inner product, which is their cosine."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self._size = len(vectors)
        self._index = faiss.IndexFlatIP(vectors.shape[1]) if self._size else None
        if self._index is not None:
            self._index.add(self._vectors)

    @property
    def dim(self) -> int:
        """Length of a vector; 0 for an empty index."""
        return int(self._vectors.shape[1]) if self._size else 0

    def search(self, vector: Vectors, k: int, allowed: Sequence[int] | None = None) -> list[int]:
        """Rows of the ``k`` nearest vectors, of equal ones the first; of ``allowed`` rows only, where given."""
        count = self._size if allowed is None else len(allowed)
        if self._index is None or not count or not k:
            return []
        question = vector.reshape(1, -1)
        parameters = faiss.SearchParameters()
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.asarray(allowed, dtype=np.int64))  # must outlive the search
            parameters.sel = selector
        scores, found = self._index.search(question, min(k + 1, count), params=parameters)
        rows = [int(row) for row in found[0]]
        if len(rows) > k and scores[0][k - 1] - scores[0][k] < ROUNDING:
            # Equal vectors, which FAISS rounds by where they stand: take all there are before cutting.
            _, _, more = self._index.range_search(question, float(scores[0][k - 1]) - ROUNDING, params=parameters)
            rows = [int(row) for row in more]
        exact = dict(zip(rows, self.scores(vector, rows), strict=True))
        return sorted(rows, key=lambda row: (-exact[row], row))[:k]

    def scores(self, vector: Vectors, rows: Sequence[int]) -> list[float]:
        """Cosine of ``vector`` (dim,) with each of ``rows``."""
        if not rows:
            return []
        # Summed row by row: a matrix product rounds equal rows differently, and equal texts must score the same.
        return [float(score) for score in (self._vectors[list(rows)] * vector).sum(axis=1)]
