"""Waiting for what another thread does."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again and again; fail after half a minute."""
    tick = threading.Event()
    for _ in range(30_000):
        if holds():
            return
        tick.wait(0.001)
    pytest.fail("it never came to that")
