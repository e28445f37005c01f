"""Haystack as its tutorial on preprocessing goes: cleaner, splitter, embedder, in-memory store, embedding retriever."""

from __future__ import annotations

from collections.abc import Sequence

from haystack import Document
from haystack.components.preprocessors import DocumentCleaner, DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.protocol import Documents, Piece, Search, Task, serve

STORE = "store.json"


def build(task: Task, documents: Documents) -> int:
    """Clean, split, embed, and save the store."""
    texts = [Document(content=text, meta={"name": name}) for name, text in documents.items()]
    cleaned = DocumentCleaner().run(documents=texts)["documents"]
    splitter = DocumentSplitter(split_by="word", split_length=150, split_overlap=50)
    splits = splitter.run(documents=cleaned)["documents"]
    embedder = SentenceTransformersDocumentEmbedder(model=task.model, progress_bar=False)
    embedder.warm_up()
    store = InMemoryDocumentStore()
    store.write_documents(embedder.run(documents=splits)["documents"])
    store.save_to_disk(str(task.folder / STORE))
    return int(store.count_documents())


def opened(task: Task) -> Search:
    """Load the store. What it found was cleaned, so its places are not those of the text."""
    embedder = SentenceTransformersTextEmbedder(model=task.model, progress_bar=False)
    embedder.warm_up()
    retriever = InMemoryEmbeddingRetriever(InMemoryDocumentStore.load_from_disk(str(task.folder / STORE)))

    def search(question: str, k: int) -> Sequence[Piece]:
        vector = embedder.run(text=question)["embedding"]
        found = retriever.run(query_embedding=vector, top_k=k)["documents"]
        return [Piece(document.meta["name"], document.content) for document in found]

    return search


if __name__ == "__main__":
    serve(build, opened, ["haystack-ai", "sentence-transformers-haystack"])
