"""Tantivy: the best passages by BM25 over stemmed English words."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from index.contract import Filters
from index.rows import path_key
from index.snapshot import IndexedRow, Rows
from index.stems import english, word_stems

_WRITER_BYTES = 50_000_000
MAX_WORDS = 200
"""Words of a question that are looked up; a longer one is a pasted page, and its first words will do."""

ROUNDING = 1e-6
"""Scores nearer than this, over their size, are equal: they differ by the order in which they were summed."""


class LexicalIndex:
    """BM25 (k1 1.2, b 0.75) over passages by row, in a folder or in memory. What it gives is as when it was opened.

    Scores count passages that ``change`` took out until the index is built anew; the search never gives one.
    """

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()
        self._analyzer = english()

    @classmethod
    def build(cls, passages: Iterable[IndexedRow], folder: Path | None = None) -> LexicalIndex:
        """Index ``passages``, in ``folder`` where one is given, which must be empty. Raises ValueError, OSError."""
        index = _unwatched(tantivy.Index(_schema(), path=str(folder) if folder else None))
        _write(index, passages, ())
        return cls(index)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Open what ``build`` made in ``folder``. Raises ValueError where it is damaged."""
        return cls(_unwatched(tantivy.Index.open(str(folder))))

    def change(self, added: Iterable[IndexedRow], removed: Sequence[int]) -> LexicalIndex:
        """Write a change down; this object goes on giving what it gave. Raises ValueError, OSError."""
        _write(self._index, added, removed)
        return LexicalIndex(self._index)

    @property
    def rows(self) -> Rows:
        """Rows of all passages, rising."""
        everything = self._searcher.search(tantivy.Query.all_query(), max(1, self._searcher.num_docs), count=False).hits
        return np.sort(self._rows(everything))

    def search(self, question: str, k: int, filters: Filters | None = None) -> dict[int, float]:
        """The ``k`` best passages that share a word with ``question``, and all that are equal to the last, by row."""
        terms = self._terms(question)
        if not terms or not k:
            return {}
        query = tantivy.Query.boolean_query(terms)
        clauses = [(tantivy.Occur.Must, _nothing(condition)) for condition in self._conditions(filters or Filters())]
        if clauses:  # one of the words must be there, not only what is asked of the passage
            query = tantivy.Query.boolean_query([*clauses, (tantivy.Occur.Must, query)])
        limit = k + 1
        while True:
            hits = self._searcher.search(query, limit, count=False).hits
            last = hits[k - 1][0] if len(hits) >= k else 0.0
            if len(hits) < limit or hits[-1][0] < last * (1 - ROUNDING):
                break
            limit *= 4
        hits = [hit for hit in hits if hit[0] >= last * (1 - ROUNDING)]
        return {int(row): score for row, (score, _) in zip(self._rows(hits), hits, strict=True)}

    def scores(self, question: str, rows: Sequence[int]) -> dict[int, float]:
        """Score of each of ``rows`` that shares a word with ``question``."""
        terms = self._terms(question)
        if not terms or not rows:
            return {}
        hits = self._searcher.search(self._of_rows(terms, rows), len(rows), count=False).hits
        return {int(row): score for row, (score, _) in zip(self._rows(hits), hits, strict=True)}

    def coverage(self, question: str, rows: Sequence[int]) -> float:
        """Of that of ``rows`` which holds most of ``question``: the rarity of its words there, over that of all."""
        words = list(dict.fromkeys(self._analyzer.analyze(question)[:MAX_WORDS]))
        rarity = [self._rarity(word) for word in words]
        if not rows or not sum(rarity):
            return 0.0
        terms = [
            (tantivy.Occur.Should, tantivy.Query.const_score_query(self._term(word), weight))
            for word, weight in zip(words, rarity, strict=True)
        ]
        best = self._searcher.search(self._of_rows(terms, rows), 1, count=False).hits
        return min(1.0, best[0][0] / sum(rarity)) if best else 0.0

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Inverse document frequency of each word: ``ln(1 + (N - n + 0.5) / (n + 0.5))``, as in BM25.

        Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), in Lucene's variant.
        """
        analyzed = [self._analyzer.analyze(word) for word in words]
        return [max(map(self._rarity, tokens), default=self._rarity(None)) for tokens in analyzed]

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many passages each word stands, endings aside; words of letters and digits alone."""
        return [self._count(stem) if stem else 0 for stem in word_stems(self._analyzer, list(words))]

    def _rarity(self, word: str | None) -> float:
        """Rarity of a stemmed word; None stands for one that is everywhere."""
        size = self._searcher.num_docs
        n = size if word is None else self._count(word)
        return math.log(1 + (size - n + 0.5) / (n + 0.5))

    def _count(self, stem: str) -> int:
        # What a change took out is counted until it is merged away, and would make more than there are.
        return min(self._searcher.num_docs, int(self._searcher.doc_freq("text", stem)))

    def _of_rows(self, terms: Sequence[tuple[tantivy.Occur, tantivy.Query]], rows: Sequence[int]) -> tantivy.Query:
        """Any of ``terms``, in one of ``rows``."""
        among = tantivy.Query.term_set_query(self._schema, "row", list(rows))
        any_of = tantivy.Query.boolean_query(terms)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, _nothing(among)), (tantivy.Occur.Must, any_of)])

    def _terms(self, question: str) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        # A question goes the way a text goes, not through the query parser: its quotes, brackets and operators
        # mean nothing here, and its words are cut and folded as the texts' are.
        words = self._analyzer.analyze(question)[:MAX_WORDS]
        return [(tantivy.Occur.Should, self._term(word)) for word in words]

    def _term(self, word: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "text", word, index_option="freq")

    def _conditions(self, filters: Filters) -> list[tantivy.Query]:
        """What ``filters`` ask of a passage."""
        found = [
            tantivy.Query.term_set_query(self._schema, field, sorted(among))
            for field, among in (("document", filters.document_ids), ("kind", filters.kinds))
            if among
        ]
        if filters.section_prefix:
            section = _section_term(path_key(filters.section_prefix))
            found.append(tantivy.Query.term_query(self._schema, "section", section))
        if filters.pages is not None:
            first, last = filters.pages
            number = tantivy.FieldType.Integer
            found.append(tantivy.Query.range_query(self._schema, "first_page", number, upper_bound=last))
            found.append(tantivy.Query.range_query(self._schema, "last_page", number, lower_bound=first))
        return found

    def _rows(self, hits: Sequence[tuple[float, tantivy.DocAddress]]) -> Rows:
        values = self._searcher.fast_field_values("row", [address for _, address in hits])
        return np.array(values, dtype=np.int64)


def _unwatched(index: tantivy.Index) -> tantivy.Index:
    """Load only what is asked for: Tantivy's own way is a thread that watches the folder, and loads what is new."""
    index.config_reader(reload_policy="manual")
    index.reload()
    return index


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name="en_stem", index_option="freq")
    builder.add_unsigned_field("row", indexed=True, fast=True)
    for name in ("document", "kind", "section"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("first_page", "last_page"):
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def _write(index: tantivy.Index, added: Iterable[IndexedRow], removed: Sequence[int]) -> None:
    # One thread: which passage stands in which segment is then the same in every run.
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    if len(removed):
        writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "row", list(removed)))
    for passage in added:
        writer.add_document(_document(passage))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def _document(passage: IndexedRow) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("text", passage.text)
    made.add_unsigned("row", passage.row)
    made.add_text("document", passage.document_id)
    made.add_text("kind", passage.kind)
    for path in accumulate(path_key([part]) for part in passage.section):
        made.add_text("section", _section_term(path))
    made.add_integer("first_page", passage.pages[0])
    made.add_integer("last_page", passage.pages[1])
    return made


def _section_term(path: str) -> str:
    """A section path as a word of limited length."""
    return hashlib.sha256(path.encode()).hexdigest()[:32]


def _nothing(query: tantivy.Query) -> Any:  # noqa: ANN401 (tantivy's types do not say)
    """A condition that adds nothing to the score."""
    return tantivy.Query.const_score_query(query, 0.0)
