"""The Index seam: what a search engine under Ibid has to do, and the values that cross it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.embedder import Vectors
from ingest.model import Footnote, Ingested, Passage, PassageKind


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What is known of an indexed document without its text; counts are of what is indexed."""

    id: str
    title: str
    media_type: str
    sha256: str
    characters: int
    passages: int
    footnotes: int
    authors: tuple[str, ...] = ()
    publisher: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may be found. Empty means no limit; ``pages`` is an inclusive range that must overlap."""

    document_ids: frozenset[str] = frozenset()
    kinds: frozenset[PassageKind] = frozenset()
    section_prefix: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None

    def allow(self, passage: Passage) -> bool:
        """Whether ``passage`` may be found."""
        return (
            (not self.document_ids or passage.document_id in self.document_ids)
            and (not self.kinds or passage.kind in self.kinds)
            and passage.section[: len(self.section_prefix)] == self.section_prefix
            and (self.pages is None or (passage.pages[0] <= self.pages[1] and self.pages[0] <= passage.pages[1]))
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage in the pool: its cosine with the question, and its BM25 score (0 where no word matches)."""

    passage_id: str
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed of a passage: its text with what places it, and that text's vector (dim,).

    ``tokens`` are the token vectors of the reading text alone, packed by ``index.codec``.
    """

    text: str
    vector: Vectors
    tokens: bytes


class Index(Protocol):
    """Passages with their vectors and words, durable, one generation at a time.

    A generation is what all readers see until a writer has finished the next; it never is a mixture.
    """

    @property
    def generation(self) -> int:
        """Number of changes since the index was made; grows by one with each."""
        ...

    def upsert(self, ingested: Ingested, info: DocumentInfo, entries: Sequence[Entry]) -> None:
        """Put a document in the place of what was there under its id, in one step.

        ``entries`` are what is indexed of its passages, in their order.
        """
        ...

    def delete(self, document_id: str) -> None:
        """Take a document out of every kind of search, in one step. Raises NotFound."""
        ...

    def search(self, question: str, vector: Vectors, pool: int, filters: Filters | None = None) -> list[Candidate]:
        """The ``pool`` nearest passages by cosine with ``vector`` (dim,), and the ``pool`` best by BM25.

        Every candidate has both scores. Sorted by passage id; those that ``filters`` forbid are left out
        before the pool is cut.
        """
        ...

    def token_vectors(self, passage_ids: Sequence[str]) -> list[Vectors]:
        """Token vectors of the reading texts of these passages: float32 (tokens, dim) each. Raises NotFound."""
        ...

    def rarity(self, words: Sequence[str]) -> list[float]:
        """How rare each word is: its inverse document frequency in BM25, over all passages."""
        ...

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order given. Raises NotFound for an unknown id."""
        ...

    def documents(self) -> list[DocumentInfo]:
        """All documents, by id."""
        ...

    def text(self, document_id: str) -> str:
        """The exact source text of a document. Raises NotFound."""
        ...

    def footnotes(self, document_id: str) -> list[Footnote]:
        """A document's footnotes, by key. Raises NotFound."""
        ...
