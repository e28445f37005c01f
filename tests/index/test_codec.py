"""Token vectors at rest lose little, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec import pack_tokens, unpack_tokens


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.sampled_from([1, 8, 384]))
def test_a_round_trip_loses_at_most_half_a_step(seed: int, count: int, dim: int) -> None:
    """A step is the 127th part of a token's largest value, which itself is kept to eleven bits."""
    tokens = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    tokens /= np.linalg.norm(tokens, axis=1, keepdims=True)
    again = unpack_tokens(pack_tokens(tokens), dim)
    assert again.dtype == np.float32
    largest = np.abs(tokens).max(axis=1, keepdims=True)
    assert (np.abs(again - tokens) <= largest * (1 / 254 + 1 / 2048)).all()
    assert np.linalg.norm(again, axis=1) == pytest.approx(1, abs=0.01)


def test_a_token_takes_a_byte_a_dimension_and_two_for_its_scale() -> None:
    assert len(pack_tokens(np.ones((5, 384), dtype=np.float32))) == 5 * (384 + 2)


@pytest.mark.parametrize("shape", [(0, 8), (3, 8)])
def test_nothing_stays_nothing(shape: tuple[int, int]) -> None:
    nothing = np.zeros(shape, dtype=np.float32)
    assert np.array_equal(unpack_tokens(pack_tokens(nothing), 8), nothing)
