"""The layout of a document: Blocks that tile the source, sections, and sentences that a page break cuts."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.contents import plain, read_contents
from ingest.headings import MAX_LENGTH, find_headings
from ingest.model import Block, BlockKind, Span
from ingest.pages import find_page_ends, number_pages
from ingest.styles import without_marker
from ingest.tables import Table, find_tables
from ingest.units import Unit

_LIST_ITEM = re.compile(r"(?:[-*•–]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+\S")
_SENTENCE_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]*_]*$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Blocks in order (``blocks[i]`` is unit ``i``), tables, and the units whose sentence goes on in another.

    ``continues`` maps the index of a unit that breaks off to the unit that goes on with it.
    """

    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]
    continues: Mapping[int, int]


def lay_out(source: str, units: Sequence[Unit], furniture: Mapping[int, int | None], notes: Collection[int]) -> Layout:
    """Make Blocks of units. ``notes`` holds the indexes of units that are footnotes."""
    contents = read_contents(source, units)
    apart = {*furniture, *notes}
    body = [index for index in range(len(units)) if index not in apart]
    headings = find_headings(source, units, body, contents)
    continues = _find_continuations(source, units, body, headings)
    tables = tuple(find_tables(source, units, body))
    printed = {index: page for index, page in furniture.items() if page is not None}
    listed = {i: contents[key] for i, (_, title) in headings.items() if (key := plain(title)) in contents}
    parts = {index for index in listed if headings[index][0] == 1}
    ends = find_page_ends(source, units, apart, continues, parts)
    pages = number_pages(len(units), ends, printed | listed)
    kinds = (
        dict.fromkeys(furniture, BlockKind.FURNITURE)
        | dict.fromkeys(notes, BlockKind.FOOTNOTE)
        | dict.fromkeys(headings, BlockKind.HEADING)
        | dict.fromkeys((table.unit for table in tables), BlockKind.TABLE)
    )
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    for index, unit in enumerate(units):
        if index in headings:
            level, title = headings[index]
            path = [step for step in path if step[0] < level] + [(level, title)]
        kind = kinds.get(index) or _kind_of_text(unit.text(source))
        blocks.append(Block(kind, unit.span, unit.span, pages[index], tuple(title for _, title in path)))
    return Layout(_tile(blocks, len(source)), tables, continues)


def _kind_of_text(text: str) -> BlockKind:
    return BlockKind.LIST_ITEM if _LIST_ITEM.match(text) else BlockKind.PARAGRAPH


def _tile(blocks: Sequence[Block], length: int) -> tuple[Block, ...]:
    """Stretch the Blocks' spans over the white space between them, so that they tile the source."""
    bounds = [0, *(block.content.start for block in blocks[1:]), length]
    return tuple(
        replace(block, span=Span(start, end)) for block, (start, end) in zip(blocks, pairwise(bounds), strict=True)
    )


def _find_continuations(
    source: str, units: Sequence[Unit], body: Sequence[int], headings: Collection[int]
) -> dict[int, int]:
    """Pair the body units of which the first breaks off and the second goes on with its sentence."""
    found: dict[int, int] = {}
    for left, right in pairwise(body):
        if left in headings or right in headings or units[left].is_rows or units[right].is_rows:
            continue
        before, after = units[left].text(source), units[right].text(source)
        if not _breaks_off(before) or _LIST_ITEM.match(after):
            continue
        interrupted = right > left + 1
        if after[0].islower() or (interrupted and len(before) > MAX_LENGTH):
            found[left] = right
    return found


def _breaks_off(text: str) -> bool:
    """Whether a paragraph ends inside a sentence, markers at its end left aside."""
    bare = without_marker(text[-MAX_LENGTH:])
    return any(map(str.isalpha, bare)) and not _SENTENCE_END.search(bare)
