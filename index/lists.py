"""Inverted lists (FAISS IVF): vectors sorted by the nearest of some centres, of which a search visits a few."""

from __future__ import annotations

import math
import os
from typing import Any

import faiss
import numpy as np

from index.embedder import Vectors

RECALL = 0.998
"""Share of the 10 nearest that searches must find when the lists are made, for questions to find 0.99.

More is asked than is promised, as questions lie further from passages than stored vectors with noise do.
"""

SEARCHES = 400
"""Searches that the share is measured with."""

POOL = 100
"""Vectors that such a search may give; the nearest are looked for among them."""

NOISE = 2.0
"""What is added to a stored vector to make a search of it, in vector lengths: a question is near no passage.

The nearest passage is then as far off as it is for the farthest tenth of real questions (docs/index.md).
"""

PER_CENTRE = 48
"""Vectors that each centre is learnt from."""

CHUNK = 65_536
SEED = 20


def inverted_lists(vectors: Vectors) -> Any:  # noqa: ANN401 (faiss has no types)
    """Sort unit vectors (n, dim) into about 4 * sqrt(n) lists; the index says itself how many to visit.

    That number is found by searching for stored vectors with noise added, beside an exact search, and raised until
    ``RECALL`` is met. The same vectors always give the same lists.
    """
    count, dim = vectors.shape
    lists = max(1, int(4 * math.sqrt(count)))
    index = faiss.index_factory(dim, f"IVF{lists},Flat", faiss.METRIC_INNER_PRODUCT)
    index.cp.seed = SEED
    index.cp.min_points_per_centroid = 1  # fewer than it likes are no reason to print a warning
    drawn = np.random.default_rng(SEED)
    sample = np.sort(drawn.choice(count, min(count, lists * PER_CENTRE), replace=False))
    faiss.omp_set_num_threads(os.cpu_count() or 1)  # of this thread; searches have set it to one
    index.train(vectors[sample])
    for start in range(0, count, CHUNK):
        index.add(np.ascontiguousarray(vectors[start : start + CHUNK]))
    index.make_direct_map()
    index.nprobe = _probes(index, vectors, drawn)
    faiss.omp_set_num_threads(1)
    return index


def made_up_questions(vectors: Vectors, drawn: np.random.Generator) -> Vectors:
    """Up to ``SEARCHES`` of ``vectors`` (n, dim) with noise added, not of unit length."""
    chosen = vectors[np.sort(drawn.choice(len(vectors), min(SEARCHES, len(vectors)), replace=False))]
    noise = drawn.standard_normal(chosen.shape).astype(np.float32)
    questions: Vectors = chosen + NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return questions


def _probes(index: Any, vectors: Vectors, drawn: np.random.Generator) -> int:  # noqa: ANN401 (faiss has no types)
    """The least of some numbers, each half as much again as the one before, that finds what it must."""
    questions = made_up_questions(vectors, drawn)
    _, wanted = faiss.knn(questions, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
    probes = 8
    while probes < index.nlist:
        _, found = index.search(questions, POOL, params=faiss.SearchParametersIVF(nprobe=probes))
        met = np.mean([np.isin(want, got).mean() for want, got in zip(wanted, found, strict=True)])
        if met >= RECALL:
            break
        probes += probes // 2
    return min(probes, int(index.nlist))
