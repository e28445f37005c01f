"""From several kinds of score to one, worked by hand."""

from __future__ import annotations

import pytest

from index.contract import Candidate
from index.fusion import best_candidates, fuse, standardise


def test_standardised_scores_have_mean_0_and_deviation_1() -> None:
    """Mean 4, deviation sqrt((9 + 1 + 0 + 4 + 4 ... )/n): of 1, 5, 6 it is sqrt((9 + 1 + 4) / 3)."""
    deviation = (14 / 3) ** 0.5
    assert standardise([1, 5, 6]) == pytest.approx([-3 / deviation, 1 / deviation, 2 / deviation])
    assert standardise([1.0, 3.0]) == [-1.0, 1.0]


@pytest.mark.parametrize("values", [[], [7.0], [0.25, 0.25, 0.25]])
def test_equal_scores_say_nothing(values: list[float]) -> None:
    assert standardise(values) == [0.0] * len(values)


def test_fusing_adds_standardised_scores() -> None:
    assert fuse([0.0, 2.0], [10.0, 0.0], 0.5) == pytest.approx([-0.5, 0.5])
    assert fuse([0.0, 2.0], [5.0, 5.0], 0.5) == pytest.approx([-1.0, 1.0])
    with pytest.raises(ValueError, match="zip"):
        fuse([1.0], [1.0, 2.0], 0.5)


def test_the_best_candidates_are_those_with_the_best_sum() -> None:
    """Dense z: -1.34, -.45, .45, 1.34; lexical z: -.58, 1.73, -.58, -.58; sums: -1.92, 1.29, -.13, .76."""
    a, b, c, d = (Candidate(i, dense, 4.0 * (i == "b")) for i, dense in zip("abcd", (0.1, 0.2, 0.3, 0.4), strict=True))
    assert best_candidates([a, b, c, d], 1) == [b]
    assert best_candidates([d, c, b, a], 2) == [b, d]
    assert best_candidates([d, c, b, a], 3) == [b, c, d]
    assert best_candidates([a, b], 9) == [a, b]
    assert best_candidates([], 3) == []


def test_of_equal_candidates_the_first_ids_are_best() -> None:
    equal = [Candidate(i, 0.5, 1.0) for i in "cab"]
    assert [c.passage_id for c in best_candidates(equal, 2)] == ["a", "b"]
