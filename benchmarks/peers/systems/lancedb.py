"""LanceDB as its introduction goes: a table whose vectors an embedding function makes; hybrid search on request."""

from __future__ import annotations

from collections.abc import Sequence

import lancedb
from lancedb.embeddings import get_registry
from lancedb.pydantic import LanceModel, Vector

from benchmarks.peers.protocol import Documents, Piece, Search, Task, pieces, serve

TABLE = "texts"


def build(task: Task, documents: Documents) -> int:
    """Make the table, with an index of words where it is to be searched both ways."""
    model = get_registry().get("sentence-transformers").create(name=task.model)

    class Row(LanceModel):  # type: ignore[misc]
        text: str = model.SourceField()
        vector: Vector(model.ndims()) = model.VectorField()  # type: ignore[valid-type]
        source: str
        start: int

    table = lancedb.connect(task.folder).create_table(TABLE, schema=Row)
    table.add([{"text": p.text, "source": p.document, "start": p.spans[0][0]} for p in pieces(task, documents)])
    if "--hybrid" in task.options:
        table.create_fts_index("text")
    return int(table.count_rows())


def opened(task: Task) -> Search:
    """Open the table."""
    table = lancedb.connect(task.folder).open_table(TABLE)
    kind = "hybrid" if "--hybrid" in task.options else "vector"

    def search(question: str, k: int) -> Sequence[Piece]:
        rows = table.search(question, query_type=kind).limit(k).to_list()
        return [Piece.at(row["source"], row["text"], row["start"]) for row in rows]

    return search


if __name__ == "__main__":
    serve(build, opened, ["lancedb"])
