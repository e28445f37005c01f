"""Passages: sentence-aligned parts of a section, the rows of tables, and footnotes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from ingest.callers import Callers
from ingest.footnotes import LinkedNote
from ingest.headings import heading_signs
from ingest.model import BlockKind, Document, Footnote, Passage, PassageKind, Span, passage_id
from ingest.notes import FoundNote
from ingest.packing import CountTokens, Sentence, pack, sentences_of
from ingest.prose import Prose
from ingest.reading import Reading, read_spans
from ingest.references import Text, resolve
from ingest.rows import Rows
from ingest.structure import Layout
from ingest.urls import find_urls, printed_urls, url_gaps

_MOST = 0.7


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage before it has an id and a position; ``at`` orders it among the others."""

    kind: PassageKind
    text: str
    spans: tuple[Span, ...]
    section: tuple[str, ...]
    at: int
    notes: tuple[int, ...] = ()
    context: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """Some sentences of the body that become one passage, in the reading of their section."""

    reading: Reading
    sentences: Sequence[Sentence]
    section: tuple[str, ...]


def build_passages(
    document: Document, layout: Layout, notes: Sequence[LinkedNote], count_tokens: CountTokens, max_tokens: int
) -> tuple[tuple[Footnote, ...], tuple[Passage, ...]]:
    """Make a document's footnotes, by key, and its passages, in the order of the source."""
    source = document.text
    cutter = _Cutter(source, layout, Prose(source, _holes(source, layout, notes)), count_tokens, max_tokens)
    body = list(cutter.body())
    calling = _Calling(body)
    at_bottom = cutter.stand_where_called(notes)
    footnotes = _resolved([cutter.footnote(linked, calling, at_bottom) for linked in notes], notes)
    drafts = [*calling.drafts(notes), *cutter.tables()]
    for linked, footnote in zip(notes, footnotes, strict=True):
        drafts += cutter.note_drafts(footnote, layout.blocks[linked.note.units[0]].section)
    drafts.sort(key=lambda draft: draft.at)
    return footnotes, tuple(cutter.passage(document.id, i, draft) for i, draft in enumerate(drafts))


def _holes(source: str, layout: Layout, notes: Iterable[LinkedNote]) -> Iterator[Span]:
    """What reading leaves out besides markup in lines: markers, signs of headings, blanks in addresses of notes."""
    for block in layout.blocks:
        if block.kind is BlockKind.HEADING:
            yield from heading_signs(source, block.content)
    for linked in notes:
        for marker in linked.markers:
            yield from marker.cuts
        for index in linked.note.units:
            yield from url_gaps(source, layout.blocks[index].content)


class _Cutter:
    """Cuts one laid-out source into drafts of at most ``max_tokens`` tokens."""

    def __init__(self, source: str, layout: Layout, prose: Prose, count_tokens: CountTokens, max_tokens: int) -> None:
        self._source = source
        self._layout = layout
        self._prose = prose
        self._count = count_tokens
        self._max = max_tokens
        self._block_starts = [block.span.start for block in layout.blocks]

    def body(self) -> Iterator[_Part]:
        """Yield the paragraphs of each section, packed."""
        for section, chains in self._sections():
            paragraphs = [self._chain_spans(chain) for chain in chains]
            reading = Reading(self._source, tuple(span for spans in paragraphs for span in spans))
            bounds = map(reading.position_after, accumulate(map(len, paragraphs), initial=0))
            sentences = [
                sentences_of(reading.text, start, end, self._count, self._max) for start, end in pairwise(bounds)
            ]
            for part in pack(reading.text, sentences, self._count, self._max):
                yield _Part(reading, part, section)

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
                    yield _Draft(PassageKind.TABLE, *_cut(reading, sentences), section, at)

    def footnote(self, linked: LinkedNote, calling: _Calling, at_page_bottom: bool) -> Footnote:
        """Make the Footnote of a note in the layout: its text without the printed number.

        ``at_page_bottom`` says that notes stand on the page that calls them: so do those whose marker is lost.
        """
        note = linked.note
        printed, reading = self._note_reading(note)
        region = self._on_page_of(note, linked.region) if at_page_bottom else linked.region
        return Footnote(
            key=linked.key,
            number=note.number,
            label=note.label,
            text=reading.text,
            spans=reading.spans_of(0, len(reading.text)),
            printed=printed,
            markers=tuple(marker.span for marker in linked.markers),
            urls=find_urls(reading.text),
            printed_urls=printed_urls(self._source, reading),
            found=linked.found,
            confidence=linked.confidence,
            page=self._layout.blocks[note.units[0]].page,
            style=note.style,
            caller=calling.of(linked, region, reading.text),
            region=region,
        )

    def stand_where_called(self, notes: Sequence[LinkedNote]) -> bool:
        """Whether most notes stand on the page that calls them."""
        called = [linked for linked in notes if linked.markers]
        same = sum(
            self._page(linked.markers[0].span.start) == self._layout.blocks[linked.note.units[0]].page
            for linked in called
        )
        return bool(called) and same > _MOST * len(called)

    def _on_page_of(self, note: FoundNote, region: Span | None) -> Span | None:
        """The part of a region that is on the page of a note, if any of it is."""
        if region is None:
            return None
        page = self._layout.blocks[note.units[0]].page
        first = bisect_right(self._block_starts, region.start) - 1
        while first < note.units[0] and self._layout.blocks[first].page < page:
            first += 1
        start = max(region.start, self._layout.blocks[first].content.start)
        return Span(start, region.end) if start < region.end else region

    def _note_reading(self, note: FoundNote) -> tuple[Span | None, Reading]:
        """The printed number of a note, and the reading of the rest; of all, with its markup, where that is nothing."""
        contents = [self._layout.blocks[index].content for index in note.units]
        if note.head is not None and note.head.end < contents[0].end:
            rest = [Span(note.head.end, contents[0].end), *contents[1:]]
            if self._source[note.head.end - 1] == "{":
                rest[-1] = self._without_brace(rest[-1])
            for spans in (self._prose.chain(rest, rest[-1].end), rest):
                reading = Reading(self._source, tuple(spans))
                if reading.text:
                    return note.head, reading
        reading = Reading(self._source, tuple(self._prose.chain(contents, contents[-1].end)))
        return None, reading if reading.text else Reading(self._source, tuple(contents))

    def _without_brace(self, content: Span) -> Span:
        """Leave out the brace that closes the note of a LaTeX command."""
        closed = self._source[content.end - 1] == "}" and content.end - content.start > 1
        return Span(content.start, content.end - 1) if closed else content

    def note_drafts(self, footnote: Footnote, section: tuple[str, ...]) -> Iterator[_Draft]:
        """Yield a footnote's own passages, with the sentence that calls it as their context."""
        reading = Reading(self._source, footnote.spans)
        at = footnote.spans[0].start
        caller = read_spans(self._source, footnote.caller)
        for sentences in self._packed(reading):
            yield _Draft(PassageKind.FOOTNOTE, *_cut(reading, sentences), section, at, (footnote.key,), caller)

    def _packed(self, reading: Reading) -> list[list[Sentence]]:
        """The sentences of one reading, packed; together where all of it is within the limit.

        Sentences may have more tokens one by one than the whole has, and what the rows of a table share must not be
        cut off as a passage of its own, again with each row.
        """
        sentences = sentences_of(reading.text, 0, len(reading.text), self._count, self._max)
        if sentences and self._count(reading.text) <= self._max:
            return [sentences]
        return pack(reading.text, [sentences], self._count, self._max)

    def passage(self, document_id: str, position: int, draft: _Draft) -> Passage:
        """Give a draft its id and pages."""
        starts, spans = self._block_starts, draft.spans
        blocks = {bisect_right(starts, place) - 1 for start, end in spans for place in (start, end - 1)}
        pages = [self._layout.blocks[index].page for index in blocks]
        return Passage(
            id=passage_id(document_id, spans),
            document_id=document_id,
            position=position,
            kind=draft.kind,
            text=draft.text,
            spans=spans,
            section=draft.section,
            pages=(min(pages), max(pages)),
            footnotes=draft.notes,
            context=draft.context,
        )

    def _page(self, place: int) -> int:
        return self._layout.blocks[bisect_right(self._block_starts, place) - 1].page


def _cut(reading: Reading, sentences: Sequence[Sentence]) -> tuple[str, tuple[Span, ...]]:
    """The text of some sentences in succession, and where in the source it stands."""
    start, end = sentences[0].start, sentences[-1].end
    return reading.text[start:end], reading.spans_of(start, end)


class _Calling:
    """Which sentence of the body, and which part of it, calls each note."""

    def __init__(self, body: Sequence[_Part]) -> None:
        self._body = body
        found = [
            (part.reading.source_position(s.start), index, s) for index, part in enumerate(body) for s in part.sentences
        ]
        self._sentences = sorted(found, key=lambda sentence: sentence[0])
        self._callers = Callers([start for start, _, _ in self._sentences], self._text)

    def of(self, linked: LinkedNote, region: Span | None, text: str) -> tuple[Span, ...]:
        """The Spans of the sentence that calls a note; of one that must, where the marker is lost; or nothing."""
        index = None
        if linked.markers:
            index = self._callers.at(linked.markers[0].span.start)
        elif region is not None:
            index = self._callers.within(region, text)
        if index is None:
            return ()
        _, part, sentence = self._sentences[index]
        return self._body[part].reading.spans_of(sentence.start, sentence.end)

    def drafts(self, notes: Iterable[LinkedNote]) -> list[_Draft]:
        """The drafts of the body with the notes that each calls, in the order of their markers."""
        called: dict[int, dict[int, None]] = {}
        markers = sorted((marker.span.start, linked.key) for linked in notes for marker in linked.markers)
        for start, key in markers:
            index = self._callers.at(start)
            if index is not None:
                called.setdefault(self._sentences[index][1], {})[key] = None
        return [
            _Draft(
                PassageKind.BODY,
                *_cut(part.reading, part.sentences),
                part.section,
                part.reading.source_position(part.sentences[0].start),
                tuple(called.get(i, ())),
            )
            for i, part in enumerate(self._body)
        ]

    def _text(self, index: int) -> str:
        _, part, sentence = self._sentences[index]
        return self._body[part].reading.text[sentence.start : sentence.end]


def _resolved(footnotes: Sequence[Footnote], notes: Sequence[LinkedNote]) -> tuple[Footnote, ...]:
    """Say which note each one points at."""
    series = {linked.key: linked.note.series for linked in notes}
    found = resolve([Text(note.key, note.number, series[note.key], note.text) for note in footnotes])
    return tuple(replace(note, refers_to=found.get(note.key)) for note in footnotes)
