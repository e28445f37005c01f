"""Late interaction, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from index.late import best_matches, maxsim, weighted_mean

QUESTION = np.array([[1, 0], [0, 1]], dtype=np.float32)
NEAR = np.array([[0.6, 0.8], [1, 0]], dtype=np.float32)
FAR = np.array([[0.8, -0.6]], dtype=np.float32)
EMPTY = np.zeros((0, 2), dtype=np.float32)


def weights(*values: float) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, dtype=np.float32)


def test_each_token_of_the_question_takes_its_best_match() -> None:
    assert best_matches(QUESTION, NEAR) == pytest.approx([1.0, 0.8])
    assert best_matches(QUESTION, FAR) == pytest.approx([0.8, -0.6])
    assert best_matches(QUESTION, EMPTY).tolist() == [0, 0]


def test_maxsim_is_the_weighted_mean_of_the_best_matches() -> None:
    """(3 * 1.0 + 1 * 0.8) / 4 = 0.95; (3 * 0.8 - 0.6) / 4 = 0.45; no token, no match."""
    assert maxsim(QUESTION, weights(3, 1), [NEAR, FAR, EMPTY]) == pytest.approx([0.95, 0.45, 0.0])
    assert maxsim(QUESTION, weights(3, 1), [EMPTY, FAR]) == pytest.approx([0.0, 0.45])


def test_without_weights_it_is_the_plain_mean() -> None:
    assert maxsim(QUESTION, weights(0, 0), [NEAR]) == pytest.approx([0.9])
    assert weighted_mean(weights(0.2, 0.4), weights(0, 0)) == pytest.approx(0.3)


def test_of_nothing_comes_nothing() -> None:
    assert maxsim(QUESTION, weights(1, 1), []) == []
    assert maxsim(EMPTY, weights(), [NEAR, FAR]) == [0.0, 0.0]
