"""The exact source as HTML: every character in its order, coloured by what was understood of it.

The text content of what ``source_html`` gives is the document's text, character for character. All that is
added is attributes and empty elements, whose labels the style sheet shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from unicodedata import normalize

from ingest.model import Block, BlockKind, Footnote, Found, Span
from service.inspection import Inspection
from service.joins import block_at, note_places
from service.page import quoted, shortened

KINDS = {BlockKind.PARAGRAPH: "¶", BlockKind.LIST_ITEM: "• item"}
"""What the margin calls a kind of Block; the others go by their names."""


@dataclass(slots=True)
class _Layers:
    """What is drawn over one Block: styled stretches, links over stretches, and marks at places."""

    styles: list[tuple[Span, str]] = field(default_factory=list)
    links: list[tuple[Span, str]] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)


def source_html(inspection: Inspection) -> str:
    """The Blocks of a document, one ``section`` each, in order; the first of a page says so, and where it is."""
    source = inspection.ingested.document.text
    layers = _Overlay(inspection).layers
    parts: list[str] = []
    page: int | None = None
    seen: set[int] = set()  # numbers may start anew
    for index, (block, drawn) in enumerate(zip(inspection.ingested.blocks, layers, strict=True)):
        margin = f' data-k="{KINDS.get(block.kind, block.kind)}"'
        anchor = ""
        if block.page != page:
            margin += f' data-p="{page_label(inspection, block.page)}" data-s="{quoted(" › ".join(block.section))}"'
            anchor = "" if block.page in seen else f' id="p{block.page}"'
        page = block.page
        seen.add(page)
        # The line end stands in the tag: between the tags it would be text.
        text = f"<div{anchor}>{_block_html(source, block, drawn)}</div>"
        parts.append(f'<section class="b {block.kind}" id="b{index}"{margin}>{text}</section\n>')
    return "".join(parts)


def describe(note: Footnote) -> str:
    """How a note was found, in words."""
    return f"note {note.label}, p. {note.page}: {note.found}, confidence {note.confidence:.2f}"


def place_of_call(note: Footnote) -> str:
    """The anchor where a note is called, or must be; the note's page where nothing is known."""
    if note.markers:
        return f"m{note.key}"
    if note.caller:
        return f"c{note.key}"
    return f"r{note.key}" if note.region else f"p{note.page}"


class _Overlay:
    """Lays markers, notes, joins and what is left out over the Blocks."""

    def __init__(self, inspection: Inspection) -> None:
        self._source = inspection.ingested.document.text
        self._blocks = inspection.ingested.blocks
        self._labels = {note.key: note.label for note in inspection.ingested.footnotes}
        self._starts = [block.span.start for block in self._blocks]
        self.layers = [_Layers() for _ in self._blocks]
        for note in inspection.ingested.footnotes:
            self._add_note(note)
            self._add_calls(note)
        self._style(inspection.left_out, "x")
        self._style(inspection.unread, "u")
        for number, join in enumerate([*inspection.joins, *inspection.note_joins]):
            self._add_join(number, join.left, join.right, join.text)

    def _add_note(self, note: Footnote) -> None:
        self._style(note_places(note), f"n {note.found}")
        there = place_of_call(note)
        title = quoted(f"{describe(note)}; show where it is called")
        opening = f'<a class="k {note.found}" id="n{note.key}" href="#{there}" title="{title}"'
        if note.printed:
            self._link(note.printed, f"{opening}{self._reading(note.printed, note.label)}")
        else:
            self._mark(note_places(note)[0].start, f'{opening} data-l="{quoted(note.label)}"></a>')
        end = max(span.end for span in note_places(note))
        for count in range(2, len(note.markers) + 1):
            title = quoted(f"call {count} of note {note.label}")
            self._mark_end(end, f'<a class="up" href="#m{note.key}.{count}" data-l="{count}" title="{title}"></a>')
        if note.refers_to in self._labels:
            label = quoted(self._labels[note.refers_to])
            self._mark_end(
                end, f'<a class="see" href="#n{note.refers_to}" data-l="{label}" title="see note {label}"></a>'
            )

    def _add_calls(self, note: Footnote) -> None:
        title = quoted(f"{describe(note)} — {shortened(note.text)}")
        for count, marker in enumerate(note.markers, 1):
            anchor = f"m{note.key}" if count == 1 else f"m{note.key}.{count}"
            opening = f'<a class="m {note.found}" id="{anchor}" href="#n{note.key}" title="{title}"'
            self._link(marker, f"{opening}{self._reading(marker, note.label)}")
        if note.found is not Found.LOST and note.markers:
            return
        flag = f'<a class="f" href="#n{note.key}" data-l="{quoted(note.label)}" title="marker lost; {title}"'
        if note.caller:
            self._style(note.caller, "c")
            self._mark(note.caller[0].start, f'{flag} id="c{note.key}"></a>')
        elif note.region:
            self._mark(note.region.start, f'{flag} id="r{note.key}"></a>')
        if note.region:
            self._style([note.region], "r")

    def _add_join(self, number: int, left: int, right: int, text: str) -> None:
        title = quoted(shortened(text))
        self._mark_end(left, f'<a class="j" id="j{number}" href="#g{number}" title="goes on: {title}"></a>')
        self._mark(right, f'<a class="g" id="g{number}" href="#j{number}" title="goes on from: {title}"></a>')

    def _reading(self, span: Span, label: str) -> str:
        """What a damaged number was read as, to be shown beside it; nothing if it stands there as it should."""
        printed = "".join(filter(str.isalnum, normalize("NFKC", self._source[slice(*span)])))
        return "" if printed == label or not label.isalnum() else f' data-l="{quoted(label)}"'

    def _style(self, spans: Iterable[Span], name: str) -> None:
        for span in spans:
            for index in range(block_at(self._starts, span.start), block_at(self._starts, span.end - 1) + 1):
                content = self._blocks[index].content
                start, end = max(span.start, content.start), min(span.end, content.end)
                if start < end:
                    self.layers[index].styles.append((Span(start, end), name))

    def _link(self, span: Span, opening: str) -> None:
        self.layers[block_at(self._starts, span.start)].links.append((span, opening))

    def _mark(self, place: int, html: str) -> None:
        self.layers[block_at(self._starts, place)].marks.append((place, html))

    def _mark_end(self, place: int, html: str) -> None:
        self.layers[block_at(self._starts, place - 1)].marks.append((place, html))


def _block_html(source: str, block: Block, layers: _Layers) -> str:
    """One Block: white space around it apart, so that it takes no room."""
    start, end = block.span
    bounds = {start, end, block.content.start, block.content.end, *(place for place, _ in layers.marks)}
    bounds.update(place for span, _ in (*layers.styles, *layers.links) for place in span if start <= place <= end)
    out: list[str] = []
    for low, high in pairwise(sorted(bounds)):
        out += [html for place, html in layers.marks if place == low]
        out.append(_piece(source, Span(low, high), block.content, layers))
    return "".join([*out, *(html for place, html in layers.marks if place == end)])


def _piece(source: str, piece: Span, content: Span, layers: _Layers) -> str:
    """A stretch with nothing beginning or ending inside it."""
    text = escape(source[slice(*piece)], quote=False).replace("\r", "&#13;")
    if not content.contains(piece):
        return f'<span class="w">{text}</span>'
    names = dict.fromkeys(name for span, name in layers.styles if span.contains(piece))
    if names:
        text = f'<span class="{" ".join(names)}">{text}</span>'
    for span, opening in layers.links:
        if span.contains(piece):
            # Of a link in several pieces only the first is the anchor that others point at.
            text = f"{opening if span.start == piece.start else _without_id(opening)}>{text}</a>"
    return text


def _without_id(opening: str) -> str:
    before, _, after = opening.partition(' id="')
    return before + after.partition('"')[2]


def page_label(inspection: Inspection, page: int) -> str:
    """The page as it is shown, with a sign where its number is not printed."""
    return f"p. {page}" if page in inspection.printed_pages else f"p. {page} ≈"
