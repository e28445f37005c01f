"""AUROC is the share of pairs in the right order, and risk over coverage is counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.abstention import Point, auroc, auroc_interval, order, order_interval, risk_coverage


def test_auroc_is_the_share_of_pairs_in_order_ties_counting_half() -> None:
    assert auroc([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0]) == (1 + 1 + 0.5 + 1) / 4
    assert auroc([1, 2], [1, 0]) == 0
    assert math.isnan(auroc([1, 2], [1, 1]))


def test_the_interval_holds_the_figure() -> None:
    scores, labels = [0.9, 0.8, 0.3, 0.4, 0.2, 0.1], [1, 1, 1, 0, 0, 0]
    low, high = auroc_interval(scores, labels)
    assert 0 <= low <= auroc(scores, labels) <= high <= 1
    assert low < high


def test_the_interval_is_that_of_resampling_within_each_class() -> None:
    draw = np.random.default_rng(3)
    labels = np.array([1] * 40 + [0] * 30)
    scores = draw.normal(size=70) + labels
    drawn = []
    for _ in range(2000):
        chosen = np.concatenate([draw.choice(40, 40), 40 + draw.choice(30, 30)])
        drawn.append(auroc(scores[chosen], labels[chosen]))
    assert auroc_interval(scores, labels) == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.01)


def test_two_runs_with_the_same_scores_do_not_differ() -> None:
    pairs = order([0.9, 0.4, 0.3, 0.1], [1, 1, 0, 0])
    assert order_interval(pairs - pairs) == (0, 0)


def test_risk_over_coverage_has_a_point_for_each_confidence_the_surest_first() -> None:
    found = risk_coverage([0.9, 0.5, 0.7, 0.5], [1, 1, 0, 0])
    assert found == [Point(0.9, 1 / 4, 0), Point(0.7, 2 / 4, 1 / 2), Point(0.5, 1, 1 / 2)]
    assert risk_coverage([], []) == []
