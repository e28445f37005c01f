"""The embedding seam: texts to unit vectors, and the token counts that go with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.model import Passage

Vectors = NDArray[np.float32]
"""float32 (n, dim), rows of unit length."""

Progress = Callable[[int], None]
"""Told how many more texts are done."""

SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class Embedded:
    """What one forward pass gives for a text: its vector (dim,) and those of its tokens (tokens, dim).

    All are float32 of unit length; special tokens are left out.
    """

    vector: Vectors
    tokens: Vectors


class Embedder(Protocol):
    """Turns texts into vectors. ``fingerprint`` names the model and its exact weights."""

    @property
    def fingerprint(self) -> str:
        """Model id and hash of its weights; another fingerprint makes stored vectors unusable."""
        ...

    @property
    def window(self) -> int:
        """Tokens the model reads of one text, without special tokens; it silently cuts what is longer."""
        ...

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Characters ``[start, end)`` of each token of ``text``, without special tokens, not cut."""
        ...

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, in input order."""
        ...


def token_counter(embedder: Embedder) -> Callable[[str], int]:
    """Count tokens as ``embedder`` does."""
    return lambda text: len(embedder.token_offsets(text))


@dataclass(frozen=True, slots=True)
class IndexText:
    """What is embedded and indexed of a passage: what places it, and from ``offset`` on its reading text.

    From ``caller`` on stands the sentence that calls a footnote; it is ``offset`` where there is none.
    """

    text: str
    offset: int
    caller: int


def index_text(title: str, passage: Passage, embedder: Embedder) -> IndexText:
    """Place a passage: ``title > section > caller > reading text``.

    ``caller`` is the sentence that calls a footnote. Where that is more than the model reads, parts are left
    out, the outermost first, and never anything of the reading text. Raises ValueError if that alone is more
    than the model reads.
    """
    count = token_counter(embedder)
    parts = [part + SEPARATOR for part in (title, *passage.section, passage.context) if part]
    for left_out in range(len(parts) + 1):
        before = "".join(parts[left_out:])
        if count(before + passage.text) <= embedder.window:
            called = len(parts[-1]) if passage.context and left_out < len(parts) else 0
            return IndexText(before + passage.text, len(before), len(before) - called)
    raise ValueError(f"passage {passage.id} is longer than the {embedder.window} tokens that the model reads")
