"""Where what is read goes on elsewhere: sentences and notes that the source interrupts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ingest.model import Footnote, Ingested, PassageKind, Span
from ingest.reading import Reading
from ingest.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a body passage: its reading text, and the Spans it is read from."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """Two places in different Blocks: what is read before ``left`` goes on at ``right``; ``text`` is the whole."""

    left: int
    right: int
    text: str


def read_sentences(ingested: Ingested) -> Iterator[Sentence]:
    """Yield the sentences of body passages, in order; passages never share one."""
    for passage in ingested.passages:
        if passage.kind is not PassageKind.BODY:
            continue
        reading = Reading(ingested.document.text, passage.spans)
        for line in re.finditer(r"[^\n]+", reading.text):
            for start, end in split_sentences(line.group()):
                low, high = line.start() + start, line.start() + end
                yield Sentence(reading.text[low:high], reading.spans_of(low, high))


def sentence_joins(ingested: Ingested) -> list[Join]:
    """The places where one sentence is read from two Blocks with a line end between them, in order."""
    return _joins(ingested, ((sentence.spans, sentence.text) for sentence in read_sentences(ingested)))


def note_joins(ingested: Ingested) -> list[Join]:
    """The places where a note goes on in another Block, in the order of the notes."""
    return _joins(ingested, ((note.spans, note.text) for note in ingested.footnotes))


def block_at(starts: list[int], place: int) -> int:
    """Index of the Block that holds the character at ``place``; ``starts`` are the starts of the Blocks' Spans."""
    return bisect_right(starts, place) - 1


def note_places(note: Footnote) -> tuple[Span, ...]:
    """All that belongs to a note: its Spans and its printed number."""
    return (*note.spans, note.printed) if note.printed else note.spans


def _joins(ingested: Ingested, read: Iterator[tuple[tuple[Span, ...], str]]) -> list[Join]:
    source = ingested.document.text
    starts = [block.span.start for block in ingested.blocks]
    found: list[Join] = []
    for spans, text in read:
        for before, after in pairwise(spans):
            left = before.start + len(source[slice(*before)].rstrip())
            between = source[min(left, after.start) : max(left, after.start)]
            # Junk that is taken out of the midst of a line parts Blocks, but not paragraphs.
            if block_at(starts, left - 1) != block_at(starts, after.start) and len(between.splitlines()) > 1:
                found.append(Join(left, after.start, text))
    return found
