"""Threads that do not fight for the cores."""

from __future__ import annotations

import os

_SETTINGS = {
    # NumPy's products here are small. With threads of their own they spin beside torch's, which spin too: with
    # 2 cores a search then took twice as long (39 ms beside 19 ms) for a product that one thread does as fast.
    "OPENBLAS_NUM_THREADS": "1",
}


def quiet_threads() -> None:
    """Set how the numeric libraries use threads, where the environment does not say.

    Has an effect only before they are imported, so entry points call it first.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
