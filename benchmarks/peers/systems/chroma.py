"""Chroma as its introduction goes: a persistent collection with an embedding function, documents added and queried."""

from __future__ import annotations

from collections.abc import Sequence

import chromadb
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

from benchmarks.peers.protocol import Documents, Piece, Search, Task, pieces, serve

BATCH = 1000


def build(task: Task, documents: Documents) -> int:
    """Add the pieces."""
    found = pieces(task, documents)
    collection = _collection(task)
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        collection.add(
            ids=[str(number) for number in range(start, start + len(batch))],
            documents=[piece.text for piece in batch],
            metadatas=[{"source": piece.document, "start": piece.spans[0][0]} for piece in batch],
        )
    return int(collection.count())


def opened(task: Task) -> Search:
    """Open the collection."""
    collection = _collection(task)

    def search(question: str, k: int) -> Sequence[Piece]:
        found = collection.query(query_texts=[question], n_results=k)
        rows = zip(found["documents"][0], found["metadatas"][0], strict=True)
        return [Piece.at(row["source"], text, row["start"]) for text, row in rows]

    return search


def _collection(task: Task) -> chromadb.Collection:
    client = chromadb.PersistentClient(path=str(task.folder))
    function = SentenceTransformerEmbeddingFunction(model_name=task.model)
    return client.get_or_create_collection(name="texts", embedding_function=function)


if __name__ == "__main__":
    serve(build, opened, ["chromadb"])
