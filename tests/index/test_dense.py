"""The nearest vectors: exactly while they are few, nearly always when they are many, equals together."""

from __future__ import annotations

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from index.dense import LOOSE_SHARE, DenseIndex
from index.lists import inverted_lists

Vectors = NDArray[np.float32]


def unit(vectors: Vectors) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def clustered(count: int, dim: int = 64, seed: int = 0, spread: float = 0.7) -> Vectors:
    """Unit vectors (count, dim) around a hundred centres, as texts of a hundred subjects would be."""
    centres = np.random.default_rng(0).standard_normal((100, dim))
    drawn = np.random.default_rng(seed + 1)
    return unit(centres[drawn.integers(0, 100, count)] + spread * drawn.standard_normal((count, dim)))


def equals(count: int, kinds: int) -> Vectors:
    """Unit vectors (count, 384), of which every ``kinds``-th is the same."""
    drawn = unit(np.random.default_rng(0).standard_normal((kinds, 384)))
    return drawn[np.arange(count) % kinds]


def rows_of(count: int) -> NDArray[np.int64]:
    """Rising rows with gaps."""
    return np.arange(count, dtype=np.int64) * 3 + 5


@pytest.mark.parametrize("flat_max", [10**9, 50])
@pytest.mark.parametrize("count", [90, 1001, 30_000])
@pytest.mark.parametrize("k", [1, 20, 100, 150])
def test_all_of_equal_vectors_are_found_and_score_the_same(count: int, k: int, flat_max: int) -> None:
    """Whoever cuts the pool can then cut it by id."""
    vectors, rows = equals(count, 3), rows_of(count)
    dense = DenseIndex.build(rows, vectors, flat_max)
    same = rows[::3]
    assert set(same) <= set(dense.search(vectors[0], k).rows) or len(same) < k
    assert set(same[::2]) <= set(dense.search(vectors[0], k, rows[::2]).rows) or len(same) < 2 * k
    assert len(set(dense.scores(vectors[0], same).tolist())) == 1


@pytest.mark.parametrize("flat_max", [10**9, 100])
def test_allowed_rows_are_searched_exactly(flat_max: int) -> None:
    vectors, rows = clustered(3000), rows_of(3000)
    dense = DenseIndex.build(rows, vectors, flat_max)
    allowed = np.arange(0, 3000, 7)
    question = unit(np.random.default_rng(9).standard_normal((1, 64)))[0]
    expected = allowed[np.argsort(-(vectors[allowed] @ question))[:20]]
    found = dense.search(question, 20, rows[allowed])
    assert found.rows.tolist() == rows[expected].tolist()
    assert found.scores == pytest.approx(vectors[expected] @ question, abs=1e-6)
    assert not len(dense.search(question, 20, rows[:0]).rows)


@pytest.mark.parametrize("spread", [0.7, 3.0])
def test_many_vectors_are_found_by_lists_with_a_recall_of_99_percent(spread: float) -> None:
    """Against an exact search, for questions near to and far from all; and without looking at most lists."""
    vectors, rows = clustered(60_000), rows_of(60_000)
    dense = DenseIndex.build(rows, vectors)
    assert dense.lists is not None
    assert dense.lists.index.nprobe <= dense.lists.index.nlist / 4
    questions = clustered(200, seed=1, spread=spread)
    exact = np.argsort(-(questions @ vectors.T), axis=1)[:, :10]
    met = [np.isin(rows[want], dense.search(q, 100).rows).mean() for want, q in zip(exact, questions, strict=True)]
    assert np.mean(met) >= 0.99


def test_the_same_vectors_give_the_same_lists() -> None:
    vectors = clustered(2000)
    first, second = (faiss.serialize_index(inverted_lists(vectors)) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("flat_max", [10**9, 100])
def test_a_changed_index_finds_what_one_built_anew_finds(flat_max: int) -> None:
    vectors, rows = clustered(2000), rows_of(2000)
    old = DenseIndex.build(rows[:1960], vectors[:1960], flat_max)
    left = np.r_[0:100, 120:1950, 1960:2000]
    new = old.changed(rows[left], vectors[1960:], flat_max)
    assert new is not None
    assert new.rows.tolist() == rows[left].tolist()
    assert (new.last, old.last) == (rows[-1], rows[1959])
    built = DenseIndex.build(rows[left], vectors[left])
    for question in (vectors[1], vectors[110], vectors[1999]):
        assert new.search(question, 5, rows).rows.tolist() == built.search(question, 5).rows.tolist()
        assert new.search(question, 1).rows.tolist() == built.search(question, 1).rows.tolist()
        assert new.scores(question, rows[left]) == pytest.approx(vectors[left] @ question, abs=1e-6)
    assert old.search(vectors[110], 1).rows.tolist() == [rows[110]]  # searches under way see no change


def test_lists_that_have_changed_much_and_too_many_flat_vectors_ask_to_be_built_anew() -> None:
    vectors, rows = clustered(1000), rows_of(1000)
    lists = DenseIndex.build(rows, vectors, flat_max=100)
    least = 1000 - int(LOOSE_SHARE * 1000)
    assert lists.changed(rows[:least], vectors[:0]) is not None
    assert lists.changed(rows[: least - 1], vectors[:0]) is None
    flat = DenseIndex.build(rows[:100], vectors[:100], flat_max=100)
    assert flat.changed(rows[:101], vectors[100:101], flat_max=100) is None


def test_an_empty_index_finds_nothing_and_can_grow() -> None:
    empty = DenseIndex.build(rows_of(0), np.zeros((0, 0), dtype=np.float32))
    assert not len(empty.search(np.ones(8, dtype=np.float32), 5).rows)
    vectors = clustered(4, 8)
    grown = empty.changed(rows_of(4), vectors)
    assert grown is not None
    assert grown.search(vectors[2], 1).rows.tolist() == [rows_of(4)[2]]
    assert (empty.last, grown.dim) == (0, 8)
