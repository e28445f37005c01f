"""The embedded index: SQLite is the truth; FAISS and Tantivy are built from it for each generation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

from index.codec import unpack_tokens
from index.contract import Candidate, DocumentInfo, Entry, Filters
from index.dense import DenseIndex
from index.embedder import Vectors
from index.lexical import LexicalIndex, best_rows
from index.store import Store, no_document
from ingest.errors import NotFound
from ingest.model import Footnote, Ingested, Passage

CACHED_PASSAGES = 1024
"""Passages whose token vectors are kept unpacked; about 200 kB each."""


class TokenCache:
    """Token vectors by passage id, the least recently used left out first. Safe from several threads."""

    def __init__(self, size: int = CACHED_PASSAGES) -> None:
        self._size = size
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def get(self, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        """Those of ``passage_ids`` that are kept."""
        with self._lock:
            found = {i: self._kept[i] for i in passage_ids if i in self._kept}
            for passage_id in found:
                self._kept.move_to_end(passage_id)
        return found

    def put(self, vectors: dict[str, Vectors]) -> None:
        """Keep ``vectors``, and let go of the oldest beyond the cache's size."""
        with self._lock:
            self._kept.update(vectors)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)


@dataclass(frozen=True)
class _Generation:
    """Everything a search needs of one generation; never changed once made."""

    number: int
    passages: list[Passage]
    documents: list[DocumentInfo]
    footnotes: dict[str, list[Footnote]]
    dense: DenseIndex
    lexical: LexicalIndex
    tokens: TokenCache = field(default_factory=TokenCache)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Row of each passage by its id."""
        return {passage.id: row for row, passage in enumerate(self.passages)}


class EmbeddedIndex:
    """An ``Index`` in one folder of the local disk. Safe from several threads and processes."""

    def __init__(self, folder: Path, fingerprint: dict[str, str]) -> None:
        self._store = Store(folder, fingerprint)
        self._store.create()
        self._lock = Lock()
        self._current: _Generation | None = None

    @property
    def store(self) -> Store:
        """The truth below, for what is no search."""
        return self._store

    @property
    def generation(self) -> int:
        """Number of changes since the index was made."""
        return self._store.generation

    def upsert(self, ingested: Ingested, info: DocumentInfo, entries: Sequence[Entry]) -> None:
        """Put a document in the place of what was there under its id, in one transaction."""
        self._store.put(ingested, info, entries)

    def delete(self, document_id: str) -> None:
        """Take a document out in one transaction. Raises NotFound."""
        self._store.remove(document_id)

    def search(self, question: str, vector: Vectors, pool: int, filters: Filters | None = None) -> list[Candidate]:
        """The nearest passages by cosine and the best by BM25, each with both scores, by passage id."""
        current = self._load()
        allowed = None
        if filters is not None and filters != Filters():
            allowed = [row for row, passage in enumerate(current.passages) if filters.allow(passage)]
        lexical = current.lexical.scores(question)
        rows = sorted({*current.dense.search(vector, pool, allowed), *best_rows(lexical, pool, allowed)})
        dense = current.dense.scores(vector, rows)
        return [
            Candidate(current.passages[row].id, score, lexical.get(row, 0.0))
            for row, score in zip(rows, dense, strict=True)
        ]

    def token_vectors(self, passage_ids: Sequence[str]) -> list[Vectors]:
        """Token vectors of the reading texts of these passages. Raises NotFound for an unknown id."""
        current = self._load()
        found = current.tokens.get(passage_ids)
        missing = [passage_id for passage_id in passage_ids if passage_id not in found]
        if missing:
            packed = self._store.packed_tokens(missing)
            unpacked = {i: unpack_tokens(tokens, current.dense.dim) for i, tokens in packed.items()}
            current.tokens.put(unpacked)
            found.update(unpacked)
        try:
            return [found[passage_id] for passage_id in passage_ids]
        except KeyError as error:
            raise _no_passage(str(error.args[0])) from None

    def rarity(self, words: Sequence[str]) -> list[float]:
        """Inverse document frequency of each word over all passages."""
        return self._load().lexical.rarity(words)

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order given. Raises NotFound for an unknown id."""
        current = self._load()
        try:
            return [current.passages[current.rows[passage_id]] for passage_id in passage_ids]
        except KeyError as error:
            raise _no_passage(str(error.args[0])) from None

    def neighbours(self, passage: Passage) -> tuple[str | None, str | None]:
        """Ids of the passages before and after ``passage`` in its document."""
        siblings = {p.position: p.id for p in self._load().passages if p.document_id == passage.document_id}
        return siblings.get(passage.position - 1), siblings.get(passage.position + 1)

    def passages(self, document_id: str) -> list[Passage]:
        """A document's passages, in the order they are read; none of an unknown document."""
        found = [passage for passage in self._load().passages if passage.document_id == document_id]
        return sorted(found, key=lambda passage: passage.position)

    def documents(self) -> list[DocumentInfo]:
        """All documents, by id."""
        return self._load().documents

    def text(self, document_id: str) -> str:
        """The exact source text of a document. Raises NotFound."""
        return self._store.text(document_id)

    def footnotes(self, document_id: str) -> list[Footnote]:
        """A document's footnotes, by key. Raises NotFound."""
        footnotes = self._load().footnotes.get(document_id)
        if footnotes is None:
            raise no_document(document_id)
        return footnotes

    def _load(self) -> _Generation:
        """The newest generation. Requests under way keep the one they began with."""
        current = self._current
        if current is not None and current.number == self._store.generation:
            return current
        with self._lock:
            if self._current is None or self._current.number != self._store.generation:
                held = self._store.snapshot()
                self._current = _Generation(
                    held.generation,
                    held.passages,
                    held.documents,
                    held.footnotes,
                    DenseIndex(held.vectors),
                    LexicalIndex(held.texts),
                )
            return self._current


def _no_passage(passage_id: str) -> NotFound:
    return NotFound(f"there is no passage {passage_id!r}; search again, the documents may have changed")
