"""How near real questions lie to passages, and those that inverted lists are tried with: ``--data DIR``.

``python -m benchmarks.nearness --data DIR`` embeds COVID-QA (its articles in pieces of 80 words, its questions) with
the default model. A table is printed as Markdown: the cosine with the nearest piece, and with the tenth, that a tenth,
half and nine tenths of the questions stay below; and the recall@10 of inverted lists made of the pieces.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from index.threads import quiet_threads

quiet_threads()  # before the numeric libraries are imported, as the command does

import faiss
import numpy as np

from benchmarks.search_sets import covidqa
from index.dense import DenseIndex
from index.embedder import Embedder, Vectors
from index.lists import SEED, made_up_questions
from index.models import SentenceTransformerEmbedder

WORDS = 80
SHARES = (10, 50, 90)


def main() -> None:
    """Embed, look for the nearest, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds covidqa.json")
    asked = covidqa(parser.parse_args().data)
    embedder = SentenceTransformerEmbedder()
    passages = _embed(embedder, [piece for text in asked.texts.values() for piece in pieces(text)])
    questions = _embed(embedder, [question.text for question in asked.questions])
    print("\n".join(table(passages, questions)))


def pieces(text: str) -> list[str]:
    """Cut ``text`` into pieces of ``WORDS`` words; the last may be shorter."""
    words = text.split()
    return [" ".join(words[start : start + WORDS]) for start in range(0, len(words), WORDS)]


def _embed(embedder: Embedder, texts: list[str]) -> Vectors:
    return np.array([embedded.vector for embedded in embedder.embed(texts)], dtype=np.float32)


def table(passages: Vectors, questions: Vectors) -> Iterator[str]:
    """Lines of Markdown on unit vectors ``passages`` (n, dim) and ``questions`` (m, dim)."""
    dense = DenseIndex.build(np.arange(len(passages)), passages, flat_max=0)
    made_up = made_up_questions(passages, np.random.default_rng(SEED))
    made_up /= np.linalg.norm(made_up, axis=1, keepdims=True)
    yield f"{len(passages):,} passages, {len(questions):,} questions\n"
    yield "| questions | nearest: " + " | ".join(f"{share} %" for share in SHARES) + " | tenth: 50 % | recall@10 |"
    yield "| --- " * 6 + "|"
    for name, vectors in (("real", questions), ("made up", made_up)):
        scores, wanted = faiss.knn(vectors, passages, 10, metric=faiss.METRIC_INNER_PRODUCT)
        found = [dense.search(vector, 100).rows for vector in vectors]
        recall = np.mean([np.isin(want, got).mean() for want, got in zip(wanted, found, strict=True)])
        nearest = " | ".join(f"{value:.2f}" for value in np.percentile(scores[:, 0], SHARES))
        yield f"| {name} | {nearest} | {np.median(scores[:, 9]):.2f} | {recall:.3f} |"


if __name__ == "__main__":
    main()
