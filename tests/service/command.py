"""What becomes of the ``ibid`` command in a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """Exit status and output of a command."""

    code: int
    out: str
    err: str


Ibid = Callable[..., Outcome]
"""Runs the command: its arguments, and variables of the environment by name."""
