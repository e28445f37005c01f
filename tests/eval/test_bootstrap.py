"""Intervals are the same every time, and those that resampling gives."""

from __future__ import annotations

import numpy as np
import pytest

from eval.bootstrap import DRAWS, draws, interval


def test_every_sample_is_as_large_as_what_it_is_drawn_from() -> None:
    assert draws(7).shape == (DRAWS, 7)
    assert set(draws(7).sum(axis=1)) == {7}
    assert draws(7).mean() == 1


def test_an_interval_is_the_same_every_time() -> None:
    values = np.random.default_rng(1).random(50)
    first = interval(values)
    draws.cache_clear()
    assert interval(values) == first


def test_an_interval_is_that_of_resampling() -> None:
    draw = np.random.default_rng(2)
    values = (draw.random(100) < 0.8).astype(np.float64)
    means = [draw.choice(values, 100).mean() for _ in range(4000)]
    assert interval(values) == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.011)


def test_values_that_are_all_the_same_leave_no_doubt() -> None:
    assert interval(np.ones(9)) == (1, 1)
    assert interval(np.zeros(9)) == (0, 0)
    assert interval(np.array([])) == (0, 0)


@pytest.mark.parametrize(("lost", "certain"), [(1, False), (3, False), (4, True), (10, True)])
def test_of_127_questions_four_that_break_are_beyond_chance(lost: int, certain: bool) -> None:
    """A sample leaves out three given questions with a probability of e^-3 = .05, four with .018: of .025 allowed."""
    _, high = interval(np.array([-1.0] * lost + [0.0] * (127 - lost)))
    assert (high < 0) is certain
