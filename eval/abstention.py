"""How well a confidence tells questions that the documents answer (label 1) from others (label 0)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eval.bootstrap import Floats, draws, middle

Scores = Sequence[float] | Floats


class Point(NamedTuple):
    """Were only questions of at least this ``confidence`` answered: which share of all, and which of them wrongly.

    ``risk`` is the share of those answered that have no answer.
    """

    confidence: float
    coverage: float
    risk: float


def auroc(scores: Scores, labels: Scores) -> float:
    """Share of pairs of a 1 and a 0 where the 1 scores higher, ties counting half; nan without such a pair."""
    pairs = order(scores, labels)
    return float(pairs.mean()) if pairs.size else float("nan")


def auroc_interval(scores: Scores, labels: Scores) -> tuple[float, float]:
    """The middle 95 % of the AUROC over samples drawn with replacement, within each class."""
    return order_interval(order(scores, labels))


def order(scores: Scores, labels: Scores) -> Floats:
    """For each 1 (rows) and each 0 (columns): 1 where the 1 scores higher, 0.5 where they tie, else 0."""
    values, marks = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    ones, zeros = values[marks == 1][:, None], values[marks == 0][None]
    found: Floats = (ones > zeros) + (ones == zeros) / 2
    return found


def order_interval(pairs: Floats) -> tuple[float, float]:
    """The middle 95 % of the mean of ``pairs`` (ones, zeros), each class drawn with replacement.

    Of the difference of two runs' ``order`` it is the paired interval of the difference of their AUROC.
    """
    ones, zeros = pairs.shape
    return middle(((draws(ones) @ pairs) * draws(zeros)).sum(axis=1) / pairs.size)


def risk_coverage(scores: Scores, labels: Scores) -> list[Point]:
    """The risk-coverage curve (El-Yaniv & Wiener, 2010), the surest questions first: a Point for each confidence."""
    values, marks = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    points = []
    for confidence in np.unique(values)[::-1]:
        kept = marks[values >= confidence]
        points.append(Point(float(confidence), len(kept) / len(marks), float(1 - kept.mean())))
    return points
