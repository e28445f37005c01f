"""The Index seam: what a search engine under Ibid has to do, and the values that cross it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from index.embedder import Vectors
from ingest.model import Footnote, Ingested, Passage, PassageKind


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What is known of an indexed document without its text; counts are of what is indexed.

    ``questions`` are some that it answers.
    """

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
    questions: tuple[str, ...] = ()


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
class Pool:
    """What a search gives to be ranked: candidates by passage id.

    ``coverage`` (0 to 1) says how much of the question the words of one passage hold, of the one that holds most of
    the best by BM25: the inverse document frequencies of its words found there, over those of all its words. 0
    without words. All passages are looked at for it, whatever the filters and ``pool``, so that these change no score.
    """

    candidates: tuple[Candidate, ...]
    coverage: float


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed of a passage: its text with what places it, and that text's vector (dim,).

    ``tokens`` are its token vectors as ``index.codec`` packs them; an Index does not look into them.
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

    def search(self, question: str, vector: Vectors, pool: int, filters: Filters | None = None) -> Pool:
        """The ``pool`` nearest passages by cosine with ``vector`` (dim,), and the ``pool`` best by BM25.

        Every candidate has both scores. Sorted by passage id; those that ``filters`` forbid are left out
        before the pool is cut.
        """
        ...

    def token_codes(self, passage_ids: Sequence[str]) -> list[bytes]:
        """``Entry.tokens`` of these passages, in the order given. Raises NotFound."""
        ...

    def rarity(self, words: Sequence[str]) -> list[float]:
        """How rare each word is: its inverse document frequency in BM25, over all passages."""
        ...

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """In how many passages each word stands, endings aside; words of letters and digits alone."""
        ...

    def fetch(self, passage_ids: Sequence[str]) -> list[Passage]:
        """The passages with these ids, in the order given. Raises NotFound for an unknown id."""
        ...

    def linked(self, passage_ids: Sequence[str]) -> dict[str, list[str]]:
        """Passages that footnotes tie to each of these: its notes', or those that call the note it is of.

        Ids in the order of the source; passages without any are left out.
        """
        ...

    def neighbours(self, passage: Passage) -> tuple[str | None, str | None]:
        """Ids of the passages before and after ``passage`` in its document; None where there is none."""
        ...

    def documents(self) -> list[DocumentInfo]:
        """All documents, by id."""
        ...

    def document(self, document_id: str) -> DocumentInfo:
        """What is known of a document. Raises NotFound."""
        ...

    def text(self, document_id: str) -> str:
        """The exact source text of a document. Raises NotFound."""
        ...

    def footnotes(self, document_id: str, keys: Sequence[int] | None = None) -> list[Footnote]:
        """A document's footnotes, by key; only those with ``keys`` where they are given. Raises NotFound."""
        ...
