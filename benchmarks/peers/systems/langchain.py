"""LangChain as its tutorials on semantic search and RAG go: recursive splitter, in-memory store, similarity search."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.documents import Document
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from benchmarks.peers.protocol import Documents, Piece, Search, Task, serve

STORE = "store.json"


def build(task: Task, documents: Documents) -> int:
    """Split, embed, and dump the store."""
    loaded = [Document(page_content=text, metadata={"source": name}) for name, text in documents.items()]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    splits = splitter.split_documents(loaded)
    store = InMemoryVectorStore(HuggingFaceEmbeddings(model_name=task.model))
    store.add_documents(splits)
    store.dump(str(task.folder / STORE))
    return len(splits)


def opened(task: Task) -> Search:
    """Load the store."""
    store = InMemoryVectorStore.load(str(task.folder / STORE), HuggingFaceEmbeddings(model_name=task.model))

    def search(question: str, k: int) -> Sequence[Piece]:
        return [
            Piece.at(found.metadata["source"], found.page_content, found.metadata["start_index"])
            for found in store.similarity_search(question, k=k)
        ]

    return search


if __name__ == "__main__":
    serve(build, opened, ["langchain-core", "langchain-text-splitters", "langchain-huggingface"])
