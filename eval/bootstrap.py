"""How far a figure could have come out otherwise: percentile bootstrap over questions (Efron, 1979), seeded."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS = 2000
MIDDLE = (0.025, 0.975)
"""Quantiles between which an interval lies: the middle 95 %."""


@lru_cache(maxsize=4)
def draws(n: int) -> Floats:
    """How often each of ``n`` questions comes up in each sample of ``n``, drawn with replacement: (DRAWS, n).

    The same for the same ``n``, always.
    """
    found: Floats = np.random.default_rng(n).multinomial(n, np.full(n, 1 / n), DRAWS).astype(np.float64)
    found.flags.writeable = False
    return found


def interval(values: Floats) -> tuple[float, float]:
    """The middle 95 % of the means over samples of ``values`` (n,). Of no values it is 0 to 0.

    Of the differences between two runs, question by question, it is the paired interval of theirs.
    """
    return middle(draws(len(values)) @ values / len(values)) if len(values) else (0.0, 0.0)


def middle(means: Floats) -> tuple[float, float]:
    """The middle 95 % of what the samples gave."""
    low, high = np.quantile(means, MIDDLE)
    return float(low), float(high)
