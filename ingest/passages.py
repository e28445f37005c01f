"""Passages: sentence-aligned parts of a section, the rows of tables, and footnotes."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from ingest.footnotes import Alignment, find_urls
from ingest.model import BlockKind, Document, Footnote, Passage, PassageKind, Span, passage_id
from ingest.notes import FoundNote
from ingest.packing import CountTokens, Sentence, pack, sentences_of
from ingest.prose import Prose
from ingest.reading import Reading
from ingest.rows import Rows
from ingest.structure import Layout


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage before it has an id and a position; ``at`` orders it among the others."""

    kind: PassageKind
    reading: Reading
    sentences: Sequence[Sentence]
    section: tuple[str, ...]
    at: int
    notes: tuple[int, ...] = ()
    context: str = ""


def build_passages(
    document: Document, layout: Layout, alignment: Alignment, count_tokens: CountTokens, max_tokens: int
) -> tuple[tuple[Footnote, ...], tuple[Passage, ...]]:
    """Make a document's footnotes, by number, and its passages, in the order of the source."""
    cuts = [cut for marker in alignment.markers.values() for cut in marker.cuts]
    cutter = _Cutter(document.text, layout, Prose(document.text, cuts), count_tokens, max_tokens)
    callers, body = _link_callers(list(cutter.body()), alignment)
    footnotes = tuple(cutter.footnote(note, alignment) for note in alignment.notes)
    drafts = [*body, *cutter.tables()]
    for note, footnote in zip(alignment.notes, footnotes, strict=True):
        section = layout.blocks[note.units[0]].section
        drafts += cutter.note_drafts(footnote, section, callers.get(note.number, ""))
    drafts.sort(key=lambda draft: draft.at)
    return footnotes, tuple(cutter.passage(document.id, i, draft) for i, draft in enumerate(drafts))


class _Cutter:
    """Cuts one laid-out source into drafts of at most ``max_tokens`` tokens."""

    def __init__(self, source: str, layout: Layout, prose: Prose, count_tokens: CountTokens, max_tokens: int) -> None:
        self._source = source
        self._layout = layout
        self._prose = prose
        self._count = count_tokens
        self._max = max_tokens
        self._block_starts = [block.span.start for block in layout.blocks]

    def body(self) -> Iterator[_Draft]:
        """Yield the paragraphs of each section, packed."""
        for section, chains in self._sections():
            paragraphs = [self._chain_spans(chain) for chain in chains]
            reading = Reading(self._source, tuple(span for spans in paragraphs for span in spans))
            bounds = map(reading.position_after, accumulate(map(len, paragraphs), initial=0))
            sentences = [
                sentences_of(reading.text, start, end, self._count, self._max) for start, end in pairwise(bounds)
            ]
            for part in pack(reading.text, sentences, self._count, self._max):
                at = reading.source_position(part[0].start)
                yield _Draft(PassageKind.BODY, reading, part, section, at)

    def _sections(self) -> Iterator[tuple[tuple[str, ...], list[list[int]]]]:
        """Yield what stands under one heading, headings first; each paragraph a chain of unit indexes."""
        apart = {table.unit for table in self._layout.tables} | set(self._layout.continues.values())
        run: list[list[int]] = []
        only_headings = True
        section: tuple[str, ...] = ()
        for index, block in enumerate(self._layout.blocks):
            if block.kind in (BlockKind.FURNITURE, BlockKind.FOOTNOTE) or index in apart:
                continue
            is_heading = block.kind is BlockKind.HEADING
            if is_heading and not only_headings:
                yield section, run
                run, only_headings = [], True
            section = block.section
            run.append(self._chain(index))
            only_headings = only_headings and is_heading
        yield section, run

    def _chain(self, index: int) -> list[int]:
        chain = [index]
        while chain[-1] in self._layout.continues:
            chain.append(self._layout.continues[chain[-1]])
        return chain

    def _chain_spans(self, chain: Sequence[int]) -> list[Span]:
        blocks = [self._layout.blocks[index] for index in chain]
        return self._prose.chain([block.content for block in blocks], blocks[-1].span.end)

    def tables(self) -> Iterator[_Draft]:
        """Yield the rows of each table (see ``ingest.rows``)."""
        for table in self._layout.tables:
            titles = [self._layout.blocks[index] for index in (table.title, table.measure) if index is not None]
            section = self._layout.blocks[table.unit].section
            rows = Rows(self._source, self._prose, table, titles, lambda text: self._count(text) <= self._max)
            for at, reading in rows.readings():
                for sentences in self._packed(reading):
                    yield _Draft(PassageKind.TABLE, reading, sentences, section, at)

    def footnote(self, note: FoundNote, alignment: Alignment) -> Footnote:
        """Make the Footnote of a note in the layout: its text without the printed number."""
        contents = [self._layout.blocks[index].content for index in note.units]
        if note.head is not None and note.head.end < contents[0].end:
            contents[0] = Span(note.head.end, contents[0].end)
        reading = Reading(self._source, tuple(self._prose.chain(contents, contents[-1].end)))
        marker = alignment.markers.get(note.number)
        return Footnote(
            number=note.number,
            text=reading.text,
            spans=reading.spans_of(0, len(reading.text)),
            marker=marker.span if marker else None,
            urls=find_urls(reading.text),
            found=alignment.found(note),
            page=self._layout.blocks[note.units[0]].page,
        )

    def note_drafts(self, footnote: Footnote, section: tuple[str, ...], caller: str) -> Iterator[_Draft]:
        """Yield a footnote's own passages, with the sentence that calls it as their context."""
        reading = Reading(self._source, footnote.spans)
        at = footnote.spans[0].start
        for sentences in self._packed(reading):
            yield _Draft(PassageKind.FOOTNOTE, reading, sentences, section, at, (footnote.number,), caller)

    def _packed(self, reading: Reading) -> list[list[Sentence]]:
        sentences = sentences_of(reading.text, 0, len(reading.text), self._count, self._max)
        return pack(reading.text, [sentences], self._count, self._max)

    def passage(self, document_id: str, position: int, draft: _Draft) -> Passage:
        """Give a draft its id, spans and pages."""
        start, end = draft.sentences[0].start, draft.sentences[-1].end
        spans = draft.reading.spans_of(start, end)
        pages = [self._page(place) for span in spans for place in (span.start, span.end - 1)]
        return Passage(
            id=passage_id(document_id, spans),
            document_id=document_id,
            position=position,
            kind=draft.kind,
            text=draft.reading.text[start:end],
            spans=spans,
            section=draft.section,
            pages=(min(pages), max(pages)),
            footnotes=draft.notes,
            context=draft.context,
        )

    def _page(self, place: int) -> int:
        return self._layout.blocks[bisect_right(self._block_starts, place) - 1].page


def _link_callers(body: Sequence[_Draft], alignment: Alignment) -> tuple[dict[int, str], list[_Draft]]:
    """Find the sentence that calls each note: the last one that begins before its marker.

    Returns the text of the calling sentence by note number, and the drafts with the notes they call.
    """
    starts = [
        (draft.reading.source_position(sentence.start), index, sentence)
        for index, draft in enumerate(body)
        for sentence in draft.sentences
    ]
    starts.sort(key=lambda start: start[0])
    positions = [position for position, _, _ in starts]
    callers: dict[int, str] = {}
    called: dict[int, list[int]] = {}
    for number, marker in sorted(alignment.markers.items()):
        place = max(0, bisect_left(positions, marker.span.start) - 1)
        _, index, sentence = starts[place]
        callers[number] = body[index].reading.text[sentence.start : sentence.end]
        called.setdefault(index, []).append(number)
    return callers, [replace(draft, notes=tuple(called.get(i, ()))) for i, draft in enumerate(body)]
