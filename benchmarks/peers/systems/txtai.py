"""txtai as its quick start for RAG goes: Textractor, then an embeddings database with content; hybrid on request.

The quick start splits by sections, which a plain text has none of: it would stay whole. So paragraphs are taken,
the next choice of the same Textractor, and no backend is needed to convert what is text already.
"""

from __future__ import annotations

from collections.abc import Sequence

from txtai import Embeddings
from txtai.pipeline import Textractor

from benchmarks.peers.protocol import Documents, Piece, Search, Task, serve

INDEX = "index"


def build(task: Task, documents: Documents) -> int:
    """Split, index, and save."""
    textractor = Textractor(paragraphs=True, backend=None)
    rows = [(name, part) for name, text in documents.items() for part in textractor(text)]
    embeddings = Embeddings(content=True, path=task.model, hybrid="--hybrid" in task.options)
    embeddings.index(rows)
    embeddings.save(str(task.folder / INDEX))
    return len(rows)


def opened(task: Task) -> Search:
    """Load the database."""
    embeddings = Embeddings()
    embeddings.load(str(task.folder / INDEX))

    def search(question: str, k: int) -> Sequence[Piece]:
        return [Piece(row["id"], row["text"]) for row in embeddings.search(question, k)]

    return search


if __name__ == "__main__":
    serve(build, opened, ["txtai"])
