"""Tantivy: the best passages by BM25 over stemmed English words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import tantivy

_WRITER_BYTES = 50_000_000
MAX_WORDS = 200
"""Words of a question that are looked up; a longer one is a pasted page, and its first words will do."""


class LexicalIndex:
    """BM25 (k1 1.2, b 0.75) over texts, by row; built in memory from what the store holds."""

    def __init__(self, texts: Sequence[str]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="en_stem")
        builder.add_unsigned_field("row", fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        for row, text in enumerate(texts):
            document = tantivy.Document()
            document.add_text("text", text)
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._size = len(texts)
        # The same steps as Tantivy's "en_stem", for looking words up.
        self._analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(40))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )

    def scores(self, question: str) -> dict[int, float]:
        """BM25 score of every row that shares a word with ``question``."""
        # A question goes the way a text goes, not through the query parser: its quotes, brackets and operators
        # mean nothing here, and its words are cut and folded as the texts' are.
        words = self._analyzer.analyze(question)[:MAX_WORDS]
        if not words or not self._size:
            return {}
        terms = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "text", word)) for word in words]
        query = tantivy.Query.boolean_query(terms)
        searcher = self._index.searcher()
        hits = searcher.search(query, self._size).hits
        rows = searcher.fast_field_values("row", [address for _, address in hits])
        return {int(row): float(score) for row, (score, _) in zip(rows, hits, strict=True) if row is not None}

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Inverse document frequency of each word: ``ln(1 + (N - n + 0.5) / (n + 0.5))``, as in BM25.

        Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), in Lucene's variant.
        """
        searcher = self._index.searcher()
        found: list[float] = []
        for word in words:
            tokens = self._analyzer.analyze(word)
            n = min((searcher.doc_freq("text", token) for token in tokens), default=self._size)
            found.append(math.log(1 + (self._size - n + 0.5) / (n + 0.5)))
        return found


def best_rows(scores: dict[int, float], k: int, allowed: Iterable[int] | None = None) -> list[int]:
    """The ``k`` rows with the highest scores, best first, ties by row; of ``allowed`` rows only, where given."""
    rows = scores.keys() if allowed is None else scores.keys() & set(allowed)
    return sorted(rows, key=lambda row: (-scores[row], row))[:k]
