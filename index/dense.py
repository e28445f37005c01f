"""FAISS: the nearest passages by cosine."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np

from index.embedder import Vectors


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
        """Rows of the ``k`` nearest vectors, nearest first, ties by row; of ``allowed`` rows only, where given."""
        size = self._size if allowed is None else len(allowed)
        limit = min(k, size)
        if self._index is None or limit <= 0:
            return []
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.asarray(allowed, dtype=np.int64))  # must outlive the search
            parameters = faiss.SearchParameters()
            parameters.sel = selector
        # FAISS leaves it open which of several equal vectors it gives: see where the last ones' equals end.
        wanted = min(limit + 1, size)
        while True:
            scores, rows = (found[0] for found in self._index.search(vector.reshape(1, -1), wanted, params=parameters))
            if wanted == size or scores[-1] < scores[limit - 1]:
                break
            wanted = min(2 * wanted, size)
        order = np.lexsort((rows, -scores))[:limit]
        return [int(row) for row in rows[order]]

    def scores(self, vector: Vectors, rows: Sequence[int]) -> list[float]:
        """Cosine of ``vector`` (dim,) with each of ``rows``."""
        if not rows:
            return []
        # Summed row by row: a matrix product rounds equal rows differently, and equal texts must score the same.
        return [float(score) for score in (self._vectors[list(rows)] * vector).sum(axis=1)]
