"""The bare model and an exact FAISS index: what the systems that only split, or only embed, are completed by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import faiss
from sentence_transformers import SentenceTransformer

from benchmarks.peers.protocol import Piece, Search, Task

VECTORS, PIECES = "vectors.faiss", "pieces.json"


def keep(task: Task, found: Sequence[Piece]) -> int:
    """Embed pieces; keep their vectors and them. Returns how many they are."""
    vectors = SentenceTransformer(task.model).encode([piece.text for piece in found], normalize_embeddings=True)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(task.folder / VECTORS))
    (task.folder / PIECES).write_text(json.dumps([asdict(piece) for piece in found]), encoding="utf-8")
    return len(found)


def opened(task: Task) -> Search:
    """Load what was kept."""
    model = SentenceTransformer(task.model)
    index = faiss.read_index(str(task.folder / VECTORS))
    held = [Piece(**row) for row in json.loads((task.folder / PIECES).read_text(encoding="utf-8"))]

    def search(question: str, k: int) -> Sequence[Piece]:
        _, numbers = index.search(model.encode([question], normalize_embeddings=True), min(k, len(held)))
        return [held[number] for number in numbers[0]]

    return search
