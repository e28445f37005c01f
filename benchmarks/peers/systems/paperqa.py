"""PaperQA2's retrieval, without the language model that its answers need: Docs with every default, a local model.

Each text is added with its citation, which a language model would be asked for otherwise; retrieval is by maximal
marginal relevance, as it is before evidence is summed up.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Sequence

from paperqa import Docs, Settings

from benchmarks.peers.protocol import Documents, Piece, Search, Task, serve

DOCS = "docs.pkl"


def build(task: Task, documents: Documents) -> int:
    """Add the texts, and keep what was made of them."""
    texts = task.folder / "texts"
    texts.mkdir(exist_ok=True)
    docs = Docs()
    asyncio.run(_add(docs, task, documents))
    with (task.folder / DOCS).open("wb") as file:
        pickle.dump(docs, file)
    return len(docs.texts)


async def _add(docs: Docs, task: Task, documents: Documents) -> None:
    settings = _settings(task)
    model = settings.get_embedding_model()
    for name, text in documents.items():
        path = task.folder / "texts" / f"{name}.txt"
        path.write_bytes(text.encode())
        await docs.aadd(
            path, citation=name, docname=name, dockey=name, title=name, settings=settings, embedding_model=model
        )


def opened(task: Task) -> Search:
    """Load what was kept."""
    with (task.folder / DOCS).open("rb") as file:
        docs = pickle.load(file)  # noqa: S301 (as its README keeps them; written a moment ago)
    settings = _settings(task)
    model = settings.get_embedding_model()
    runner = asyncio.Runner()

    def search(question: str, k: int) -> Sequence[Piece]:
        found = runner.run(docs.retrieve_texts(question, k, settings, model))
        return [Piece(text.doc.dockey, text.text) for text in found]

    return search


def _settings(task: Task) -> Settings:
    return Settings(embedding=f"st-{task.model}", parsing={"use_doc_details": False})


if __name__ == "__main__":
    serve(build, opened, ["paper-qa"])
