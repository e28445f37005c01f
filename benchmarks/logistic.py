"""Logistic regression in NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eval.bootstrap import Floats

STEPS = 50


@dataclass(frozen=True, slots=True)
class Fitted:
    """``intercept`` and ``weights`` (features,) of a logit, on the features' own scales."""

    intercept: float
    weights: Floats

    def confidence(self, rows: Floats) -> Floats:
        """Probability of class 1 for each of ``rows`` (n, features)."""
        found: Floats = 1 / (1 + np.exp(-(self.intercept + rows @ self.weights)))
        return found


def fit(rows: Floats, labels: Floats, importance: Floats, strength: float) -> Fitted:
    """Least loss with a quadratic penalty, by Newton's method.

    ``rows`` (n, features) are brought to mean 0 and deviation 1 first, ``importance`` (n,) to mean 1. The loss is
    ``|weights|^2 / 2 + strength * sum(importance * log loss)``; the intercept is not penalised.
    """
    mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([np.ones(len(rows)), (rows - mean) / deviation])
    importance = importance / importance.mean()
    penalty = np.diag([0.0] + [1.0 / strength] * rows.shape[1])
    weights = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (importance * (likely - labels)) + penalty @ weights
        bend = (scaled * (importance * likely * (1 - likely))[:, None]).T @ scaled + penalty
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-10:
            break
    own = weights[1:] / deviation
    return Fitted(float(weights[0] - own @ mean), own)
