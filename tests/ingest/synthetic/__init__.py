"""Synthetic footnoted documents of which everything is known: ``write(style, notes, seed, damage)``."""

from __future__ import annotations

from .score import Linked, Score, faults, score, share
from .styles import STYLES, Style
from .truth import Call, Cut, Note, State, Synthetic
from .writer import write

__all__ = [
    "STYLES",
    "Call",
    "Cut",
    "Linked",
    "Note",
    "Score",
    "State",
    "Style",
    "Synthetic",
    "faults",
    "score",
    "share",
    "write",
]
