"""bm25s as its README introduces it: stop words and stems of English, BM25 as Lucene computes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import bm25s
import Stemmer

from benchmarks.peers.protocol import Documents, Piece, Search, Task, pieces, serve


def build(task: Task, documents: Documents) -> int:
    """Index the pieces."""
    corpus = [asdict(piece) for piece in pieces(task, documents)]
    retriever = bm25s.BM25()
    retriever.index(_tokens([row["text"] for row in corpus]), show_progress=False)
    retriever.save(task.folder, corpus=corpus)
    return len(corpus)


def opened(task: Task) -> Search:
    """Load the index and what it is of."""
    retriever = bm25s.BM25.load(task.folder, load_corpus=True)

    def search(question: str, k: int) -> Sequence[Piece]:
        k = min(k, len(retriever.corpus))
        rows, _ = retriever.retrieve(_tokens([question]), k=k, show_progress=False)
        return [Piece(row["document"], row["text"], tuple(map(tuple, row["spans"]))) for row in rows[0]]

    return search


def _tokens(texts: list[str]) -> object:
    return bm25s.tokenize(texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False)


if __name__ == "__main__":
    serve(build, opened, ["bm25s"])
