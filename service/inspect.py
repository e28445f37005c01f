"""``ibid inspect``: what was understood of a document, as a page to look at or a summary to read."""

from __future__ import annotations

from pathlib import Path

from ingest.model import Found, Ingested
from service.inspect_overview import overview_html
from service.inspect_source import source_html
from service.inspection import Inspection, inspect
from service.page import page

STYLE = Path(__file__).parent / "data" / "inspect.css"


def render(ingested: Ingested) -> str:
    """One HTML page that stands alone: nothing is fetched, nothing runs.

    Its element ``#source`` holds the document's text, character for character, coloured by what was understood.
    """
    seen = inspect(ingested)
    body = f"""<a class="skip" href="#source">Skip to the source</a>
{overview_html(seen)}
<main id="source" aria-label="The exact source">{source_html(seen)}</main>"""
    return page(f"{ingested.document.title} — inspected", body, STYLE)


def as_json(ingested: Ingested) -> dict[str, object]:
    """The summary, for machines."""
    seen = inspect(ingested)
    return {
        "document_id": ingested.document.id,
        "title": ingested.document.title,
        "characters": len(ingested.document.text),
        "pages": [seen.pages[0], seen.pages[-1]],
        "printed_pages": sorted(seen.printed_pages),
        "blocks": {kind.value: count for kind, count in seen.kinds.items()},
        "footnotes": {found.value: len(notes) for found, notes in seen.notes.items()},
        "unsure": [note.label for note in seen.unsure],
        "passages": len(ingested.passages),
        "joins": [[join.left, join.right] for join in seen.joins],
        "left_out": [[start, end] for start, end in seen.left_out],
        "unread": [[start, end] for start, end in seen.unread],
        "outline": [{"section": list(h.section), "page": h.page} for h in seen.outline],
    }


def summary(ingested: Ingested) -> str:
    """The summary, to read: pages, Blocks, notes, what is joined and left out, the outline of sections."""
    seen = inspect(ingested)
    lost = ", ".join(note.label for note in seen.notes[Found.LOST])
    lines = [
        ingested.document.title,
        f"pages      {_page_range(seen)}",
        f"blocks     {_counted({kind.replace('_', ' '): count for kind, count in seen.kinds.items()})}",
        f"notes      {_counted({found: len(notes) for found, notes in seen.notes.items()})}",
        *([f"lost       {lost}"] if lost else []),
        f"passages   {len(ingested.passages)}, or a few more or less where the index counts a model's tokens",
        f"joins      {len(seen.joins)} sentences and {len(seen.note_joins)} notes go on in another block",
        f"left out   {len(seen.left_out)} pieces of markup and hyphens, {len(seen.unread)} of them with words",
        *(["", "sections"] if seen.outline else []),
        *(f"{'  ' * len(heading.section)}{heading.section[-1]}  {heading.page}" for heading in seen.outline),
    ]
    return "\n".join(lines) + "\n"


def _counted(counts: dict[str, int]) -> str:
    parts = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return f"{sum(counts.values())}: {parts}" if parts else "0"


def _page_range(seen: Inspection) -> str:
    first, last = seen.pages[0], seen.pages[-1]
    printed = sum(page in seen.printed_pages for page in seen.pages)
    return f"{first if first == last else f'{first}–{last}'}, {printed} with the number printed"
