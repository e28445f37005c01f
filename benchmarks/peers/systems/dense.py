"""The bare model over pieces as they are: what every toolkit for vectors comes down to."""

from __future__ import annotations

from benchmarks.peers.protocol import Documents, Task, pieces, serve
from benchmarks.peers.systems.vectors import keep, opened


def build(task: Task, documents: Documents) -> int:
    """Embed and keep."""
    return keep(task, pieces(task, documents))


if __name__ == "__main__":
    serve(build, opened, ["sentence-transformers", "faiss-cpu"])
