"""Token vectors at rest: one byte a dimension and one scale a token."""

from __future__ import annotations

import numpy as np

from index.embedder import Vectors

_LEVELS = 127


def pack_tokens(tokens: Vectors) -> bytes:
    """Pack float32 (tokens, dim) to int8 with a float16 scale for each token."""
    scales = np.abs(tokens).max(axis=1, initial=0.0).astype("<f2")
    steps = np.maximum(scales.astype(np.float32), 1e-6)[:, None] / _LEVELS
    levels = np.clip(np.rint(tokens / steps), -_LEVELS, _LEVELS).astype(np.int8)
    packed: bytes = scales.tobytes() + levels.tobytes()
    return packed


def unpack_tokens(packed: bytes, dim: int) -> Vectors:
    """Unpack what ``pack_tokens`` made: float32 (tokens, dim), rows of unit length to within a hundredth."""
    count = len(packed) // (dim + 2)
    scales = np.frombuffer(packed, dtype="<f2", count=count).astype(np.float32)
    levels = np.frombuffer(packed, dtype=np.int8, offset=2 * count).reshape(count, dim)
    tokens: Vectors = levels.astype(np.float32) * (scales[:, None] / np.float32(_LEVELS))
    return tokens
