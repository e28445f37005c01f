"""Small real classes that stand in for slow ones. Deterministic and offline; no model, no torch."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from index.embedder import Embedded, Progress, Vectors, token_counter
from ingest.model import Document, Ingested
from ingest.pipeline import ingest

_TOKEN = re.compile(r"\w+|[^\w\s]")


class HashEmbedder:
    """An ``Embedder`` that draws each word's vector from a hash of the word: equal words match, others hardly do.

    A text's vector is the mean of its tokens' vectors, brought to unit length. Like a real model it silently
    cuts what is longer than ``window``. ``embedded`` counts the texts it has embedded.
    """

    def __init__(self, window: int = 254, fingerprint: str = "word-hash@1", dim: int = 128) -> None:
        self.window = window
        self.fingerprint = fingerprint
        self.dim = dim
        self.embedded = 0

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Characters ``[start, end)`` of each word and each mark of punctuation."""
        return [match.span() for match in _TOKEN.finditer(text)]

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> list[Embedded]:
        """Embed texts, in input order."""
        self.embedded += len(texts)
        found = [self._embed(text) for text in texts]
        if progress is not None and texts:
            progress(len(texts))
        return found

    def _embed(self, text: str) -> Embedded:
        words = [text[start:end].lower() for start, end in self.token_offsets(text)][: self.window]
        tokens = np.array([_vector(word, self.dim) for word in words], dtype=np.float32).reshape(-1, self.dim)
        vector = tokens.mean(axis=0) if words else _vector("", self.dim)
        return Embedded((vector / np.linalg.norm(vector)).astype(np.float32), tokens)


@lru_cache(maxsize=100_000)
def _vector(word: str, dim: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    drawn = np.random.default_rng(seed).standard_normal(dim)
    unit: Vectors = (drawn / np.linalg.norm(drawn)).astype(np.float32)
    return unit


def document(document_id: str, text: str, title: str = "") -> Document:
    """A Document of ``text``; its title is its id where none is given."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(document_id, title or document_id, "text/plain", digest, text)


def ingested_document(document_id: str, text: str, title: str = "", max_tokens: int = 120) -> Ingested:
    """``text`` as ingestion understands it, with the tokens of a ``HashEmbedder``."""
    return ingest(document(document_id, text, title), token_counter(HashEmbedder()), max_tokens)
