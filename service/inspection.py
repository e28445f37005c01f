"""What there is to see in an ingested document: what was understood, and what a person should look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.model import BlockKind, Footnote, Found, Ingested, Span
from ingest.reading import cut
from service.joins import Join, note_joins, note_places, sentence_joins
from service.outline import section_heads

DOUBTFUL = 0.8
"""A note that was linked with less confidence than this should be looked at."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of the outline: the section's path, its page, the index of its Block."""

    section: tuple[str, ...]
    page: int
    block: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """An ingested document with what follows from it.

    ``joins`` are where a sentence goes on in another Block, ``note_joins`` where a note does. ``left_out`` are
    the stretches that no passage reads, markers, printed note numbers and furniture apart: markup, hyphens.
    ``unread`` are those of them that hold a letter or digit. ``printed_pages`` are the page numbers that the
    document's furniture prints; the others were interpolated.
    """

    ingested: Ingested
    outline: tuple[Heading, ...]
    joins: tuple[Join, ...]
    note_joins: tuple[Join, ...]
    left_out: tuple[Span, ...]
    unread: tuple[Span, ...]
    printed_pages: frozenset[int]

    @property
    def notes(self) -> dict[Found, list[Footnote]]:
        """The notes by how they were found, in the order of ``Found``; each kind is there."""
        return {found: [note for note in self.ingested.footnotes if note.found is found] for found in Found}

    @property
    def unsure(self) -> list[Footnote]:
        """The notes that were linked, but with little confidence."""
        return [n for n in self.ingested.footnotes if n.found is not Found.LOST and n.confidence < DOUBTFUL]

    @property
    def kinds(self) -> dict[BlockKind, int]:
        """Number of Blocks of each kind that there is, in the order of ``BlockKind``."""
        counted = Counter(block.kind for block in self.ingested.blocks)
        return {kind: counted[kind] for kind in BlockKind if counted[kind]}

    @property
    def pages(self) -> list[int]:
        """The pages on which something stands, from the first to the last."""
        return sorted({block.page for block in self.ingested.blocks})


def inspect(ingested: Ingested) -> Inspection:
    """See what follows from an ingested document."""
    left_out = tuple(_left_out(ingested))
    source = ingested.document.text
    return Inspection(
        ingested,
        tuple(
            Heading(ingested.blocks[index].section, ingested.blocks[index].page, index)
            for index in section_heads(ingested.blocks)
        ),
        tuple(sentence_joins(ingested)),
        tuple(note_joins(ingested)),
        left_out,
        tuple(span for span in left_out if any(map(str.isalnum, source[slice(*span)]))),
        frozenset(_printed_pages(ingested)),
    )


def _left_out(ingested: Ingested) -> Iterator[Span]:
    source = ingested.document.text
    known = [span for passage in ingested.passages for span in passage.spans]
    known += [span for note in ingested.footnotes for span in (*note_places(note), *note.markers)]
    known.sort()
    first = 0
    for block in ingested.blocks:
        if block.kind is BlockKind.FURNITURE:
            continue
        while first < len(known) and known[first].end <= block.content.start:
            first += 1
        last = first
        while last < len(known) and known[last].start < block.content.end:
            last += 1
        for hole in cut(block.content, known[first:last]):
            if words := source[slice(*hole)].strip():
                start = source.index(words, hole.start)
                yield Span(start, start + len(words))


def _printed_pages(ingested: Ingested) -> Iterator[int]:
    for block in ingested.blocks:
        if block.kind is BlockKind.FURNITURE:
            printed = re.findall(r"(?<!\w)\d{1,4}(?!\w)", ingested.document.text[slice(*block.content)])
            if str(block.page) in printed:
                yield block.page
