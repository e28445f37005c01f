"""Ibid as it is served: the texts are ingested as files, and searched through the Library with every default."""

from __future__ import annotations

from collections.abc import Sequence

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

from benchmarks.peers.protocol import Documents, Piece, Search, Task, serve
from service.library import Library
from service.settings import load_settings


def build(task: Task, documents: Documents) -> int:
    """Ingest the texts, each a file named by its id."""
    texts = task.folder / "texts"
    texts.mkdir(exist_ok=True)
    for document, text in documents.items():
        (texts / f"{document}.txt").write_bytes(text.encode())
    library = _library(task)
    library.ingest([texts])
    return library.index.truth.counts()[1]


def opened(task: Task) -> Search:
    """Open the index; a passage comes with all of its spans."""
    library = _library(task)

    def search(question: str, k: int) -> Sequence[Piece]:
        passages = [hit.passage for hit in library.search(question, k)]
        return [Piece(p.document_id, p.text, spans=tuple(p.spans)) for p in passages]

    return search


def _library(task: Task) -> Library:
    return Library(load_settings(data_dir=task.folder))


if __name__ == "__main__":
    serve(build, opened, ["ibid"])
