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
        """Rows of the ``k`` nearest vectors, of equal ones the first; of ``allowed`` rows only, where given."""
        limit = min(k, self._size if allowed is None else len(allowed))
        if self._index is None or limit == 0:
            return []
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.asarray(allowed, dtype=np.int64))  # must outlive the search
            parameters = faiss.SearchParameters()
            parameters.sel = selector
        _, rows = self._index.search(vector.reshape(1, -1), limit, params=parameters)
        return [int(row) for row in rows[0]]

    def scores(self, vector: Vectors, rows: Sequence[int]) -> list[float]:
        """Cosine of ``vector`` (dim,) with each of ``rows``."""
        if not rows:
            return []
        # Summed row by row: a matrix product rounds equal rows differently, and equal texts must score the same.
        return [float(score) for score in (self._vectors[list(rows)] * vector).sum(axis=1)]
