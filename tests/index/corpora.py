"""Small corpora made by hand or drawn at random, and the exact search that an Index is held against."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
from fakes import document
from hypothesis import strategies as st

from index.codec import TokenText, pack
from index.contract import Candidate, DocumentInfo, Entry, Filters
from index.embedder import Vectors
from ingest.model import Footnote, Found, Ingested, Passage, PassageKind, Span, passage_id

WORDS = ("lamp", "river", "stone", "bread", "cloud", "train", "silk", "moth")
"""Words that the English stemmer leaves as they are."""

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (a folder of its own is made in it)
"""Where indexes may lie that are changed a great deal: nothing waits for a disk there."""

SECTIONS = ((), ("North",), ("North", "Coast"), ("South",))
DIM = 8


@dataclass(frozen=True)
class Made:
    """A document as an Index is given it."""

    ingested: Ingested
    info: DocumentInfo
    entries: list[Entry]

    @property
    def id(self) -> str:
        """The document's id."""
        return self.info.id

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The document's passages, in order."""
        return self.ingested.passages


@dataclass(frozen=True)
class Piece:
    """What a passage is made of."""

    words: tuple[str, ...] = ("lamp",)
    kind: PassageKind = PassageKind.BODY
    section: tuple[str, ...] = ()
    pages: tuple[int, int] = (1, 1)
    footnotes: tuple[int, ...] = ()


def unit(text: str, rows: int = 1) -> Vectors:
    """Unit vectors (rows, DIM), always the same for a text."""
    drawn = np.random.default_rng(crc32(text.encode())).standard_normal((rows, DIM)).astype(np.float32)
    vectors: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return vectors


def make(document_id: str, pieces: Sequence[Piece], notes: Sequence[int] = (), title: str = "A Title") -> Made:
    """A document with one passage a piece, and a footnote for each of ``notes``."""
    texts = [" ".join(piece.words) for piece in pieces]
    passages: list[Passage] = []
    start = 0
    for position, (piece, text) in enumerate(zip(pieces, texts, strict=True)):
        spans = (Span.of(start, start + len(text)),)
        start += len(text) + 2
        place = passage_id(document_id, spans)
        passages.append(
            Passage(place, document_id, position, piece.kind, text, spans, piece.section, piece.pages, piece.footnotes)
        )
    source = document(document_id, "\n\n".join(texts) or "nothing to find", title)
    footnotes = tuple(
        Footnote(
            key=n,
            number=n,
            label=str(n),
            text=f"note {n}",
            spans=(Span(0, 1),),
            printed=Span(0, 2) if n % 3 else None,
            markers=(Span(1, 2), Span(3, 4)) if n % 2 else (),
            urls=(f"https://example.org/{n}",),
            printed_urls=(f"https://example. org/{n}",),
            found=found,
            confidence=0.5,
            page=n,
            style="superscript",
            caller=(Span(0, 3),) if n % 2 else (),
            region=None if n % 2 else Span(0, 9),
            refers_to=n - 1 if n > 1 else None,
        )
        for n, found in zip(notes, [*Found] * len(notes), strict=False)
    )
    info = DocumentInfo(
        document_id,
        title,
        source.media_type,
        source.sha256,
        len(source.text),
        len(passages),
        len(notes),
        authors=("A. Writer", "B. Writer"),
    )
    entries = [Entry(text, unit(text)[0], _packed(text)) for text in texts]
    return Made(Ingested(source, (), footnotes, tuple(passages)), info, entries)


def _packed(text: str) -> bytes:
    count = 1 + len(text.split())
    return pack(TokenText(unit(text, count), range(count), [0]))


@dataclass
class Oracle:
    """The Index seam's search, done the plain way: every score of every passage."""

    made: dict[str, Made] = field(default_factory=dict)

    def rows(self) -> list[tuple[Passage, Entry]]:
        """All passages with what is indexed of them, by id."""
        pairs = [pair for m in self.made.values() for pair in zip(m.passages, m.entries, strict=True)]
        return sorted(pairs, key=lambda pair: pair[0].id)

    def idf(self, word: str) -> float:
        """Inverse document frequency, in Lucene's and Tantivy's variant."""
        rows = self.rows()
        n = sum(word in entry.text.split() for _, entry in rows)
        return math.log(1 + (len(rows) - n + 0.5) / (n + 0.5))

    def bm25(self, question: str) -> list[float]:
        """BM25 of every row, with k1 1.2 and b 0.75."""
        rows = [entry.text.split() for _, entry in self.rows()]
        mean = sum(map(len, rows)) / max(len(rows), 1)
        scores = []
        for row in rows:
            counts, norm = Counter(row), 1.2 * (1 - 0.75 + 0.75 * len(row) / mean)
            scores.append(sum(self.idf(w) * 2.2 * counts[w] / (counts[w] + norm) for w in question.split()))
        return scores

    def search(self, question: str, vector: Vectors, pool: int, filters: Filters | None = None) -> list[Candidate]:
        """As ``Index.search``."""
        passages = [passage for passage, _ in self.rows()]
        vectors = np.array([entry.vector for _, entry in self.rows()], dtype=np.float64).reshape(-1, DIM)
        dense, lexical = vectors @ vector.astype(np.float64), self.bm25(question)
        allowed = [i for i, passage in enumerate(passages) if filters is None or filters.allow(passage)]
        near = sorted(allowed, key=lambda i: (-round(dense[i], 6), i))[:pool]
        worded = sorted((i for i in allowed if lexical[i] > 0), key=lambda i: (-round(lexical[i], 6), i))[:pool]
        return [Candidate(passages[i].id, dense[i], lexical[i]) for i in sorted({*near, *worded})]


pieces = st.builds(
    Piece,
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(tuple),
    kind=st.sampled_from(PassageKind),
    section=st.sampled_from(SECTIONS),
    pages=st.tuples(st.integers(1, 6), st.integers(0, 2)).map(lambda p: (p[0], p[0] + p[1])),
)
corpora = st.lists(st.lists(pieces, max_size=12), max_size=4).map(
    lambda documents: [make(f"doc{i}", pieces) for i, pieces in enumerate(documents)]
)
filters = st.builds(
    Filters,
    document_ids=st.sampled_from([frozenset(), frozenset({"doc0"}), frozenset({"doc1", "doc2"}), frozenset({"none"})]),
    kinds=st.sampled_from([frozenset(), frozenset({PassageKind.BODY}), frozenset({*PassageKind} - {PassageKind.BODY})]),
    section_prefix=st.sampled_from([(), ("North",), ("North", "Coast"), ("Nor",)]),
    pages=st.none() | st.tuples(st.integers(1, 8), st.integers(0, 3)).map(lambda p: (p[0], p[0] + p[1])),
)
