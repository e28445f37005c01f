"""FAISS: the nearest passages by cosine, exactly while they are few, by inverted lists when they are many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.embedder import Vectors
from index.lists import inverted_lists
from index.snapshot import Rows

ROUNDING = 1e-6
"""Scores nearer than this are of equal vectors, or as good as."""

FLAT_MAX = 50_000
"""Vectors that are searched exactly; more of them are sorted into inverted lists.

An exact search reads every vector: of so many, it takes about what all the rest of a search does.
"""

LOOSE_SHARE = 0.05
"""Vectors added to inverted lists or taken from them, over those in them, at which the lists are made anew."""

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]
NO_ROWS: Rows = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Nearest:
    """Rows (n,) with their cosines (n,), best first; with more than were asked for where the last are equal."""

    rows: Rows
    scores: Scores


@dataclass(frozen=True, eq=False)
class Part:
    """Vectors in a FAISS index: the one at place i is of ``rows[i]``."""

    rows: Rows
    index: Any  # faiss has no types

    @classmethod
    def flat(cls, rows: Rows, vectors: Vectors) -> Self:
        """Keep ``vectors`` (n, dim) as they are, for exact search."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(rows, index)

    def search(self, vector: Vectors, k: int, among: Mask | None, exactly: bool) -> Nearest:
        """The ``k`` nearest, and all that are equal to the last; of those places only that ``among`` says."""
        count = len(self.rows) if among is None else int(np.count_nonzero(among))
        if not count or not k:
            return Nearest(NO_ROWS, np.zeros(0, dtype=np.float32))
        # The bits must outlive the search; with a selector FAISS starts no team of threads for one question.
        bits = np.packbits(np.ones(len(self.rows), dtype=np.bool_) if among is None else among, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)
        parameters = self._parameters(selector, exactly)
        question = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        scores, found = self.index.search(question, min(k + 1, count), params=parameters)
        places = found[0]
        if len(places) > k and scores[0][k - 1] - scores[0][k] < ROUNDING:
            # Equal vectors, which FAISS rounds by where they stand: take all there are.
            _, _, places = self.index.range_search(question, float(scores[0][k - 1]) - ROUNDING, params=parameters)
        places = np.sort(places[places >= 0])
        return best(self.rows[places], self.scores(vector, places), k)

    def _parameters(self, selector: faiss.IDSelector, exactly: bool) -> faiss.SearchParameters:
        if isinstance(self.index, faiss.IndexFlat):
            return faiss.SearchParameters(sel=selector)
        return faiss.SearchParametersIVF(sel=selector, nprobe=self.index.nlist if exactly else self.index.nprobe)

    def scores(self, vector: Vectors, places: NDArray[np.int64]) -> Scores:
        """Cosine of ``vector`` (dim,) with the vectors at ``places``."""
        if not len(places):
            return np.zeros(0, dtype=np.float32)
        held = self.vectors[places] if self.vectors is not None else self.index.reconstruct_batch(places)
        # Summed row by row: a matrix product rounds equal rows differently, and equal texts must score the same.
        scores: Scores = (held * vector).sum(axis=1)
        return scores

    @cached_property
    def vectors(self) -> Vectors | None:
        """The vectors (n, dim) where they are kept as they are; a view, no copy."""
        if not isinstance(self.index, faiss.IndexFlat):
            return None
        count, dim = len(self.rows), self.index.d
        if not count:
            return np.zeros((0, dim), dtype=np.float32)
        view: Vectors = faiss.rev_swig_ptr(self.index.get_xb(), count * dim).reshape(count, dim)
        return view


@dataclass(frozen=True, eq=False)
class DenseIndex:
    """Unit vectors by row. Never changed once made: ``changed`` gives another.

    All are in ``flat`` while they are few. Of many, most are in ``lists``, whose rows that are gone ``alive`` leaves
    out; those that came since are in ``flat``.
    """

    flat: Part
    lists: Part | None = None
    alive: Mask | None = None

    @classmethod
    def build(cls, rows: Rows, vectors: Vectors, flat_max: int = FLAT_MAX) -> Self:
        """Index ``vectors`` (n, dim) of ``rows`` (n,), which must rise; more than ``flat_max`` as inverted lists."""
        if len(rows) <= flat_max:
            return cls(Part.flat(rows, vectors))
        return cls.of_lists(Part(rows, inverted_lists(vectors)))

    @classmethod
    def of_lists(cls, lists: Part) -> Self:
        """Index what is in inverted lists, all of it."""
        nothing = np.zeros((0, lists.index.d), dtype=np.float32)
        return cls(Part.flat(NO_ROWS, nothing), lists, np.ones(len(lists.rows), dtype=np.bool_))

    def changed(self, rows: Rows, vectors: Vectors, flat_max: int = FLAT_MAX) -> DenseIndex | None:
        """The index of ``rows``: those here that are among them, and new ones above, whose ``vectors`` are given.

        None where many have changed, or they have become too many: then it should be built anew.
        """
        kept = np.isin(self.flat.rows, rows)
        here = self.flat.vectors[kept] if self.flat.vectors is not None else vectors[:0]
        if len(vectors):
            here = np.concatenate([here, vectors]) if len(here) else vectors
        flat_rows = np.concatenate([self.flat.rows[kept], rows[len(rows) - len(vectors) :]])
        if self.lists is None:
            return DenseIndex(Part.flat(flat_rows, here)) if len(rows) <= flat_max else None
        alive = np.isin(self.lists.rows, rows)
        loose = len(flat_rows) + int(np.count_nonzero(~alive))
        return DenseIndex(Part.flat(flat_rows, here), self.lists, alive) if loose <= LOOSE_SHARE * len(alive) else None

    @cached_property
    def rows(self) -> Rows:
        """Rows of all vectors, rising."""
        if self.lists is None:
            return self.flat.rows
        return np.concatenate([self.lists.rows[self.alive], self.flat.rows])

    @property
    def last(self) -> int:
        """The last row that a vector was ever added for; 0 if there was none."""
        return max((int(part.rows[-1]) for part in (self.flat, self.lists) if part and len(part.rows)), default=0)

    @property
    def dim(self) -> int:
        """Length of a vector; 0 where there has never been one."""
        return int(self.flat.index.d)

    def search(self, vector: Vectors, k: int, allowed: Rows | None = None) -> Nearest:
        """The ``k`` nearest of all rows; of ``allowed`` ones exactly, however many vectors there are."""
        among = None if allowed is None else np.isin(self.flat.rows, allowed)
        found = self.flat.search(vector, k, among, exactly=True)
        if self.lists is None or self.alive is None:
            return found
        among = self.alive if allowed is None else self.alive & np.isin(self.lists.rows, allowed)
        listed = self.lists.search(vector, k, among, exactly=allowed is not None)
        return best(np.concatenate([listed.rows, found.rows]), np.concatenate([listed.scores, found.scores]), k)

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Cosine of ``vector`` (dim,) with each of ``rows``, which must be here."""
        found = np.zeros(len(rows), dtype=np.float32)
        for part in (self.flat, self.lists):
            if part is not None and len(part.rows):
                places = np.minimum(np.searchsorted(part.rows, rows), len(part.rows) - 1)
                here = part.rows[places] == rows
                found[here] = part.scores(vector, places[here])
        return found


def best(rows: Rows, scores: Scores, k: int) -> Nearest:
    """The ``k`` rows with the highest scores, and those whose score is the last one's, best first."""
    if len(rows) > k > 0:
        last = np.partition(scores, -k)[-k]
        near = scores >= last - ROUNDING
        rows, scores = rows[near], scores[near]
    order = np.argsort(-scores, kind="stable")
    return Nearest(rows[order], scores[order])
