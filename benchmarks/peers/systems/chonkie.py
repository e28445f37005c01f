"""chonkie as its README goes, its recursive chunker with every default, and FAISS over the bare model's vectors."""

from __future__ import annotations

from chonkie import RecursiveChunker

from benchmarks.peers.protocol import Documents, Piece, Task, serve
from benchmarks.peers.systems.vectors import keep, opened


def build(task: Task, documents: Documents) -> int:
    """Cut, embed and keep."""
    chunker = RecursiveChunker()
    return keep(
        task,
        [
            Piece(name, chunk.text, ((chunk.start_index, chunk.end_index),))
            for name, text in documents.items()
            for chunk in chunker(text)
        ],
    )


if __name__ == "__main__":
    serve(build, opened, ["chonkie", "faiss-cpu"])
