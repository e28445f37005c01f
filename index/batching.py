"""Texts to vectors in batches: a few at once with others' and exactly, many in one go and fast."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from index.embedder import Embedded, Progress
from index.gathering import Gatherer

BATCH_TOKENS = 1024
"""Tokens of a batch, padding included. More are no faster, and a question may have to wait for one batch."""

READ = 256
"""Texts whose tokens are read at once; they are sorted by length, so that little of a batch is padding."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Texts as a model reads them: what it is given of them, and how many tokens each has, special ones included."""

    features: dict[str, Any]
    lengths: list[int]


class BatchModel(Protocol):
    """A model that embeds a batch in the thread that calls it; safe from several threads."""

    def read(self, texts: Sequence[str]) -> Tokens:
        """Tokens of ``texts``."""
        ...

    def embed(self, tokens: Tokens, rows: Sequence[int], half: bool) -> list[Embedded]:
        """Embed the texts ``rows`` of what was read, in that order; ``half`` allows bf16 for float32."""
        ...


class Batching:
    """Shares a model out: up to ``places`` batches at once, a question's before those of long work.

    Few texts (``embed_few``) are computed in float32, together with those that other callers have brought
    meanwhile. Many (``embed_many``) are computed in bf16 if ``half``, and give way after each batch.
    """

    def __init__(self, model: BatchModel, places: int, half: bool) -> None:
        self._model = model
        self._half = half
        self._gatherer = Gatherer(self._answer, places)

    def embed_few(self, texts: Sequence[str]) -> list[Embedded]:
        """Embed ``texts``, in their order."""
        return self._gatherer.ask(texts)

    def embed_many(self, texts: Sequence[str], progress: Progress) -> list[Embedded]:
        """Embed ``texts``, in their order; tell ``progress`` after each batch how many it had."""
        found: dict[int, Embedded] = {}
        with ThreadPoolExecutor(self._gatherer.places, "embed") as pool:
            for start in range(0, len(texts), READ):
                tokens = self._model.read(texts[start : start + READ])

                def embed(rows: list[int], tokens: Tokens = tokens) -> list[Embedded]:
                    with self._gatherer.place():
                        return self._model.embed(tokens, rows, self._half)

                made = batches(tokens.lengths, BATCH_TOKENS)
                for rows, embedded in zip(made, pool.map(embed, made), strict=True):
                    found.update(zip((start + row for row in rows), embedded, strict=True))
                    progress(len(rows))
        return [found[i] for i in range(len(texts))]

    def _answer(self, texts: list[str]) -> list[Embedded]:
        tokens = self._model.read(texts)
        found: dict[int, Embedded] = {}
        for rows in batches(tokens.lengths, BATCH_TOKENS):
            found.update(zip(rows, self._model.embed(tokens, rows, False), strict=True))
        return [found[i] for i in range(len(texts))]


def batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Rows in batches, the longest first, each of as many as padded to its longest fill ``budget``, or of one.

    Within a batch they stay in order.

    >>> batches([3, 9, 4, 2], 10)
    [[1], [0, 2], [3]]
    """
    made: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if made and (len(made[-1]) + 1) * lengths[made[-1][0]] <= budget:
            made[-1].append(row)
        else:
            made.append([row])
    return [sorted(rows) for rows in made]
