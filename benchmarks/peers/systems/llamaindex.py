"""LlamaIndex as its starter tutorial for local models goes: a vector index of documents with every default."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core import Document, Settings, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from benchmarks.peers.protocol import Documents, Piece, Search, Task, serve


def build(task: Task, documents: Documents) -> int:
    """Make the index, and persist it."""
    Settings.embed_model = HuggingFaceEmbedding(model_name=task.model)
    index = VectorStoreIndex.from_documents([Document(text=text, doc_id=name) for name, text in documents.items()])
    index.storage_context.persist(persist_dir=str(task.folder))
    return len(index.docstore.docs)


def opened(task: Task) -> Search:
    """Load the index."""
    Settings.embed_model = HuggingFaceEmbedding(model_name=task.model)
    index = load_index_from_storage(StorageContext.from_defaults(persist_dir=str(task.folder)))

    def search(question: str, k: int) -> Sequence[Piece]:
        nodes = [found.node for found in index.as_retriever(similarity_top_k=k).retrieve(question)]
        return [
            Piece(node.ref_doc_id, node.text)
            if node.start_char_idx is None
            else Piece.at(node.ref_doc_id, node.text, node.start_char_idx)
            for node in nodes
        ]

    return search


if __name__ == "__main__":
    serve(build, opened, ["llama-index-core", "llama-index-embeddings-huggingface"])
