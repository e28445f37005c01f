"""Threads that do not fight for the cores."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

_SETTINGS = {
    # NumPy's products here are small. With threads of their own they spin beside torch's, which spin too: with
    # 2 cores a search then took twice as long (39 ms beside 19 ms) for a product that one thread does as fast.
    "OPENBLAS_NUM_THREADS": "1",
    # A team of OpenMP threads spins until its slowest member is done. Where another process wants one of 2 cores,
    # that is for whole time slices: the slowest tenth of questions took 106 ms, 12 ms where waiting threads sleep.
    "OMP_WAIT_POLICY": "PASSIVE",
}


def quiet_threads(environment: MutableMapping[str, str] | None = None) -> None:
    """Set how the numeric libraries use threads, where the environment does not say.

    Has an effect only before they are imported, so entry points call it first. ``environment`` is this process's
    where none is given.
    """
    environment = os.environ if environment is None else environment
    for name, value in _SETTINGS.items():
        environment.setdefault(name, value)
