"""haiku.rag as its Python API is introduced: files are added, cut by headings and tokens, and searched both ways.

The tokenizer that counts a chunk's tokens is that of the embedding model, as its configuration advises.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from haiku.rag.client import HaikuRAG
from haiku.rag.config.models import AppConfig

from benchmarks.peers.protocol import Documents, Piece, Search, Task, serve

DIMENSIONS = 384


def build(task: Task, documents: Documents) -> int:
    """Add the texts, each a file named by its id."""
    texts = task.folder / "texts"
    texts.mkdir(exist_ok=True)
    paths = [texts / f"{name}.txt" for name in documents]
    for path in paths:
        path.write_bytes(documents[path.stem].encode())
    return asyncio.run(_add(task, paths))


async def _add(task: Task, paths: Sequence[Path]) -> int:
    async with HaikuRAG(task.folder / "haiku.lancedb", config=_config(task), create=True) as client:
        added = [await client.create_document_from_source(path) for path in paths]
        return sum([await client.chunk_repository.count_by_document_id(document.id) for document in added])


def opened(task: Task) -> Search:
    """Open the database."""
    runner = asyncio.Runner()
    client = HaikuRAG(task.folder / "haiku.lancedb", config=_config(task), read_only=True)
    runner.run(client.__aenter__())

    def search(question: str, k: int) -> Sequence[Piece]:
        found = runner.run(client.search(question, limit=k, include_images=False))
        return [Piece(Path(one.document_uri).stem, one.content) for one in found]

    return search


def _config(task: Task) -> AppConfig:
    model = {"provider": "sentence-transformers", "name": task.model, "vector_dim": DIMENSIONS}
    return AppConfig.model_validate(
        {"embeddings": {"model": model}, "processing": {"chunking_tokenizer": task.model, "pictures": "none"}}
    )


if __name__ == "__main__":
    serve(build, opened, ["haiku.rag"])
