"""The nouns of Ibid. Everything here is an immutable value; ids are derived, never drawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ingest.errors import SourceError


class Span(NamedTuple):
    """Half-open range ``[start, end)`` of characters (Unicode code points) in a Document's text."""

    start: int
    end: int

    @classmethod
    def of(cls, start: int, end: int) -> Span:
        """Make a Span. Raises ValueError unless ``0 <= start < end``."""
        if not 0 <= start < end:
            raise ValueError(f"span must satisfy 0 <= start < end, got {start}..{end}")
        return cls(start, end)

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


class BlockKind(StrEnum):
    """What a Block of the source is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    TABLE = "table"
    LIST_ITEM = "list_item"
    FOOTNOTE = "footnote"
    FURNITURE = "furniture"


class PageSource(StrEnum):
    """How the page of a Block is known.

    It is printed on the page or in the contents, it lies between pages that are, or it is only counted: from form
    feeds, or as the one page of a text that shows none.
    """

    PRINTED = "printed"
    INTERPOLATED = "interpolated"
    COUNTED = "counted"


class PassageKind(StrEnum):
    """What a Passage was read from."""

    BODY = "body"
    FOOTNOTE = "footnote"
    TABLE = "table"


class Found(StrEnum):
    """How a footnote was found: as printed, mended, from its neighbours, or without its marker."""

    PRINTED = "printed"
    REPAIRED = "repaired"
    INFERRED = "inferred"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Document:
    """One source. ``text`` is its exact decoded text and never changes; ``sha256`` is of its bytes."""

    id: str
    title: str
    media_type: str
    sha256: str
    text: str

    def __post_init__(self) -> None:
        if not self.text.replace("\ufeff", "").strip():  # a byte order mark is no text
            raise SourceError(f"{self.id} holds no text; give a file with text in it")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, table, list item, footnote body or page furniture.

    Blocks tile the source: each one's ``span`` starts where the one before ends, trailing white space
    included, so that every character belongs to exactly one Block. ``content`` is the span without the
    white space at both ends. ``page`` is the printed page number, counted from 1 where none is printed;
    ``page_source`` says how it is known.
    """

    kind: BlockKind
    span: Span
    content: Span
    page: int
    section: tuple[str, ...] = ()
    page_source: PageSource = PageSource.COUNTED


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note: ``number`` as it is called, clean ``text``, where it stands, and where it is called.

    ``spans`` are in reading order and give ``text`` when re-read (see ``ingest.reading.read_spans``).
    ``marker`` is the Span of the call in the body, or None where it was not found. ``page`` is the printed
    page the note stands on.
    """

    number: int
    text: str
    spans: tuple[Span, ...]
    marker: Span | None
    urls: tuple[str, ...]
    found: Found
    page: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed and cited.

    ``text`` is the reading text: exactly what ``read_spans(document.text, spans)`` gives. ``position``
    counts the passages of a document in reading order from 0. ``footnotes`` holds the numbers of the notes
    this passage calls (for a footnote's own passage: its own number). ``context`` is the sentence that
    calls a footnote, empty for other kinds: it is embedded with the text but is no part of it.
    """

    id: str
    document_id: str
    position: int
    kind: PassageKind
    text: str
    spans: tuple[Span, ...]
    section: tuple[str, ...]
    pages: tuple[int, int]
    footnotes: tuple[int, ...]
    context: str = ""


@dataclass(frozen=True, slots=True)
class Ingested:
    """A Document with all that was understood of it, in reading order."""

    document: Document
    blocks: tuple[Block, ...]
    footnotes: tuple[Footnote, ...]
    passages: tuple[Passage, ...]


def passage_id(document_id: str, spans: tuple[Span, ...]) -> str:
    """Derive a passage's id from its document and place: the same text gives the same id in every run.

    >>> passage_id("report", (Span(0, 5),))
    'report.0-5.f0b629e3'
    """
    places = ",".join(f"{start}-{end}" for start, end in spans)
    digest = hashlib.sha256(f"{document_id}:{places}".encode()).hexdigest()[:8]
    return f"{document_id}.{spans[0].start}-{spans[-1].end}.{digest}"
