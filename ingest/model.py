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
    """A note: what it says, where it stands, and where it is called.

    ``key`` tells it from the document's other notes: it is the ``number``, counted on where the numbering
    starts anew (with a chapter, a page). ``label`` is what calls it as a person would write it: ``12``, ``*``,
    ``silver``. ``spans`` are in reading order and give ``text`` when re-read (see
    ``ingest.reading.read_spans``); ``printed`` is the note's own number as it stands in the source, which is
    no part of the text. ``urls`` are mended, ``printed_urls`` the same addresses as the source has them.

    ``markers`` are the Spans of its calls, in the order of the source, empty where none was found: then
    ``region`` is where one must have stood. ``caller`` holds the Spans of the sentence that calls it, for a
    lost marker only if there is one sentence that must. ``page`` is the page the note stands on, ``found`` says
    how it was linked, ``confidence`` (0 to 1) how surely. ``style`` names a row of ``ingest.styles``.
    ``refers_to`` is the key of the note that ``Ibid.`` and the like point at.
    """

    key: int
    number: int
    label: str
    text: str
    spans: tuple[Span, ...]
    printed: Span | None
    markers: tuple[Span, ...]
    urls: tuple[str, ...]
    printed_urls: tuple[str, ...]
    found: Found
    confidence: float
    page: int
    style: str
    caller: tuple[Span, ...] = ()
    region: Span | None = None
    refers_to: int | None = None

    @property
    def marker(self) -> Span | None:
        """The first call, or None where none was found."""
        return self.markers[0] if self.markers else None


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed and cited.

    ``text`` is the reading text: exactly what ``read_spans(document.text, spans)`` gives. ``position``
    counts the passages of a document in reading order from 0. ``footnotes`` holds the keys of the notes
    this passage calls (for a footnote's own passage: its own key). ``context`` is the sentence that
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
