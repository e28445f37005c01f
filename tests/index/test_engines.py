"""The two engines below the embedded index, where they leave open what Ibid promises."""

from __future__ import annotations

import numpy as np
import pytest

from index.dense import DenseIndex
from index.lexical import MAX_WORDS, LexicalIndex


def equals(count: int, kinds: int) -> np.ndarray:  # type: ignore[type-arg]
    """Unit vectors (count, 384), of which every ``kinds``-th is the same."""
    drawn = np.random.default_rng(0).standard_normal((kinds, 384)).astype(np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    vectors: np.ndarray = drawn[np.arange(count) % kinds]  # type: ignore[type-arg]
    return vectors


@pytest.mark.parametrize("count", [90, 1001, 30_000])
@pytest.mark.parametrize("k", [1, 20, 100, 150])
def test_of_equal_vectors_the_first_rows_are_found_and_score_the_same(count: int, k: int) -> None:
    vectors = equals(count, 3)
    dense = DenseIndex(vectors)
    same = list(range(0, count, 3))
    assert set(same[:k]) <= set(dense.search(vectors[0], k))
    assert set(same[::2][:k]) <= set(dense.search(vectors[0], k, list(range(0, count, 2))))
    assert len(set(dense.scores(vectors[0], same))) == 1


def test_the_first_words_of_a_pasted_page_are_looked_up() -> None:
    lexical = LexicalIndex(["lamp"])
    assert lexical.scores("word " * (MAX_WORDS - 1) + "lamp")
    assert not lexical.scores("word " * MAX_WORDS + "lamp")
