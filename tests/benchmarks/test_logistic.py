"""The fit is the best there is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.logistic import fit


def test_without_features_that_tell_the_intercept_is_the_base_rate() -> None:
    fitted = fit(np.zeros((4, 1)), np.array([1.0, 1.0, 1.0, 0.0]), np.ones(4), 1.0)
    assert fitted.intercept == pytest.approx(math.log(3))
    assert fitted.weights[0] == 0


def test_importance_is_as_good_as_repeating() -> None:
    rows, labels = np.array([[0.0], [1.0], [1.0], [2.0]]), np.array([0.0, 1.0, 0.0, 1.0])
    doubled = fit(rows, labels, np.array([1.0, 3.0, 1.0, 1.0]), 1e6).confidence(rows)
    assert doubled[1] > fit(rows, labels, np.ones(4), 1e6).confidence(rows)[1] + 0.1


def test_at_the_fit_no_small_change_is_better() -> None:
    draw = np.random.default_rng(1)
    rows = draw.normal(size=(60, 2))
    labels = (rows[:, 0] + draw.normal(size=60) > 0).astype(np.float64)
    fitted = fit(rows, labels, np.ones(60), 0.5)
    deviation = rows.std(axis=0) + 1e-9

    def loss(intercept: float, weights: np.ndarray) -> float:
        likely = 1 / (1 + np.exp(-(intercept + rows @ weights)))
        logs = labels * np.log(likely) + (1 - labels) * np.log(1 - likely)
        return float(((weights * deviation) ** 2).sum() / 2 - 0.5 * logs.sum())

    centre = fitted.intercept + rows.mean(axis=0) @ fitted.weights
    for step in (np.array([0.01, 0]), np.array([0, 0.01]), np.array([-0.01, 0]), np.array([0, -0.01])):
        weights = fitted.weights + step
        moved = loss(float(centre - rows.mean(axis=0) @ weights), weights)
        assert moved > loss(fitted.intercept, fitted.weights)
