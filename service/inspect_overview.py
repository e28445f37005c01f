"""What stands above the source: figures, what to look at, the pages, the sections, the legend."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ingest.model import BlockKind, Footnote, Found
from service.inspect_source import describe, page_label, place_of_call
from service.inspection import DOUBTFUL, Inspection
from service.joins import block_at
from service.page import quoted, shortened

MEANINGS = {
    Found.PRINTED: "number and marker read as they are printed",
    Found.REPAIRED: "damaged in the source, and mended",
    Found.INFERRED: "concluded from the notes around them",
    Found.LOST: "no marker was found that calls them",
}

LEGEND = (
    ('<a class="m printed">¹</a>', "marker"),
    ('<a class="m repaired" data-l="24">Z4</a>', "read as 24"),
    ('<a class="f" data-l="3"></a>', "the marker of 3 is lost"),
    ('<span class="r">text</span>', "where it must have stood"),
    ('<span class="c">text</span>', "the sentence it belongs to"),
    ('<a class="j"></a> <a class="g"></a>', "goes on elsewhere"),
    ('<span class="x">-</span>', "left out in reading"),
    ('<span class="x u">word</span>', "not read at all"),
    ('<span class="sample footnote">note</span>', "footnote"),
    ('<span class="sample furniture">4 Report</span>', "page furniture"),
    ("p. 7 ≈", "page number not printed"),
)


def overview_html(seen: Inspection) -> str:
    """The part of the page above the source."""
    document = seen.ingested.document
    facts = (document.id, document.media_type, f"{len(document.text):,} characters", f"sha-256 {document.sha256[:12]}…")
    parts = (_figures(seen), _notes(seen), _unread(seen), _pages(seen), _outline(seen))
    return "\n".join(
        (
            f'<header id="top">\n<h1>{escape(document.title)}</h1>',
            f'<p class="sub">{" · ".join(map(escape, facts))}</p>',
            *filter(None, parts),
            f"</header>\n{_legend()}",
        )
    )


def _figures(seen: Inspection) -> str:
    kinds = seen.kinds
    figures = {
        "notes": len(seen.ingested.footnotes),
        "markers": sum(len(note.markers) for note in seen.ingested.footnotes),
        "pages": len(seen.pages),
        "headings": len(seen.outline),
        "tables": kinds.get(BlockKind.TABLE, 0),
        "sentences joined": len(seen.joins),
        "pieces of furniture": kinds.get(BlockKind.FURNITURE, 0),
        "passages": len(seen.ingested.passages),
    }
    shown = "".join(f"<div><dt>{name}</dt><dd>{count:,}</dd></div>" for name, count in figures.items())
    return f'<dl class="figures">{shown}</dl>'


def _notes(seen: Inspection) -> str:
    """How the notes were found, as one bar, and links to those that a person should look at."""
    found = {kind: notes for kind, notes in seen.notes.items() if notes}
    if not found:
        return ""
    bars = "".join(
        f'<span class="{kind}" style="flex-grow:{len(notes)}" title="{len(notes)} {kind}"></span>'
        for kind, notes in found.items()
    )
    rows = [
        f'<dt><b>{len(notes)}</b> <span class="pill {kind}">{kind}</span></dt><dd>{MEANINGS[kind]}'
        f"{'' if kind is Found.PRINTED else _note_links(notes)}</dd>"
        for kind, notes in found.items()
    ]
    if seen.unsure:
        rows.append(
            f'<dt><b>{len(seen.unsure)}</b> <span class="pill">unsure</span></dt>'
            f"<dd>linked, but with a confidence below {DOUBTFUL}{_note_links(seen.unsure)}</dd>"
        )
    return (
        f'<section class="part"><h2>How the notes were found</h2><div class="bar" aria-hidden="true">{bars}</div>'
        f'<dl class="found">{"".join(rows)}</dl></section>'
    )


def _note_links(notes: Iterable[Footnote]) -> str:
    """Links to where each note is called, or to the note where that is not known."""
    return _links(
        _link(place_of_call(n) if n.markers or n.caller or n.region else f"n{n.key}", n.found, n.label, _title(n))
        for n in notes
    )


def _title(note: Footnote) -> str:
    return f"{describe(note)} — {note.text}"


def _unread(seen: Inspection) -> str:
    """Links to the Blocks with words that no passage reads."""
    if not seen.unread:
        return ""
    starts = [block.span.start for block in seen.ingested.blocks]
    source = seen.ingested.document.text
    links = _links(
        _link(f"b{block_at(starts, start)}", "", source[start:end][:24], source[start:end])
        for start, end in seen.unread
    )
    return f'<section class="part"><h2>Words that are not read</h2>{links}</section>'


def _pages(seen: Inspection) -> str:
    """A link a page, coloured by the worst that was found on it."""
    notes: dict[int, list[Footnote]] = {page: [] for page in seen.pages}
    for note in seen.ingested.footnotes:
        notes.setdefault(note.page, []).append(note)
    order = list(Found)
    links = []
    for page in seen.pages:
        worst = max((note.found for note in notes[page]), key=order.index, default="")
        counts = [f"{sum(n.found is kind for n in notes[page])} {kind}" for kind in order]
        counted = ", ".join(count for count in counts if not count.startswith("0 ")) or "none"
        links.append(_link(f"p{page}", str(worst), str(page), f"{page_label(seen, page)}: notes: {counted}"))
    return (
        f'<nav class="part pages" aria-label="Pages"><h2>Pages, coloured by the most doubtful note on each</h2>'
        f"{_links(links)}</nav>"
    )


def _outline(seen: Inspection) -> str:
    if not seen.outline:
        return ""
    rows = "".join(
        f'<li style="--depth:{len(heading.section)}"><a href="#b{heading.block}">{escape(heading.section[-1])}</a>'
        f" <span>{page_label(seen, heading.page)}</span></li>"
        for heading in seen.outline
    )
    return f'<details class="part outline"><summary>Sections ({len(seen.outline)})</summary><ol>{rows}</ol></details>'


def _legend() -> str:
    items = "".join(f"<li>{sample} {meaning}</li>" for sample, meaning in LEGEND)
    items += '<li><a href="#top">↑ top</a></li>'
    return f'<aside class="legend" aria-label="Legend"><ul>{items}</ul></aside>'


def _link(anchor: str, name: str, label: str, title: str) -> str:
    return f'<a class="{name}" href="#{anchor}" title="{quoted(shortened(title))}">{escape(label)}</a>'


def _links(links: Iterable[str]) -> str:
    return f'<p class="chips">{" ".join(links)}</p>'
