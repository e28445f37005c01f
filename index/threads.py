"""Threads that wait quietly."""

from __future__ import annotations

import os

_QUIET = {
    # Threads of torch and FAISS that have nothing to do give the core back instead of spinning on it.
    "OMP_WAIT_POLICY": "PASSIVE",
    # NumPy's products here are small: one thread is as fast, and two fight with torch's for the cores.
    "OPENBLAS_NUM_THREADS": "1",
}


def quiet_threads() -> None:
    """Set how the numeric libraries' threads wait, where the environment does not say.

    Has an effect only before they are imported, so entry points call it first. Measured with 2 cores: without
    it, a search that follows a forward pass of the model takes up to three times as long.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
