"""The layout of a document: Blocks that tile the source, sections, and sentences that a page break cuts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.contents import Contents, read_contents
from ingest.headings import Heading, find_headings
from ingest.joins import find_continuations
from ingest.model import Block, BlockKind, Span
from ingest.pages import find_breaks, number_pages
from ingest.tables import Table, find_tables
from ingest.units import Unit

_LIST_ITEM = re.compile(r"(?:[-*•–▪◦·]|\(?\d{1,3}[.)]|\(?[a-z]\)|\(?[ivx]{1,5}\))\s+\S")


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
    apart = {*furniture, *notes}
    contents = read_contents(source, units, apart)
    body = [index for index in range(len(units)) if index not in apart]
    text = [index for index in body if index not in contents.units]
    headings = find_headings(source, units, text, contents)
    tables = tuple(find_tables(source, units, body, contents.units))
    continues = find_continuations(source, units, text, headings, _parts_of(tables))
    levels = {index: heading.level for index, heading in headings.items()}
    breaks = find_breaks(source, units, furniture, notes, continues, levels)
    printed = _printed(furniture, headings)
    if contents.units and contents.units <= {*range(min(printed, default=0))}:
        printed.setdefault(0, 1)  # a text with its contents before the first page number is there from page 1 on
    pages, sources = number_pages(units, breaks, printed, "\f" in source)
    kinds = _kinds(source, units, contents, tables) | (
        dict.fromkeys(furniture, BlockKind.FURNITURE)
        | dict.fromkeys(notes, BlockKind.FOOTNOTE)
        | dict.fromkeys(headings, BlockKind.HEADING)
    )
    blocks: list[Block] = []
    path: tuple[str, ...] = ()
    # Blocks tile the source: the white space between two units goes with the first.
    bounds = pairwise([0, *(unit.span.start for unit in units[1:]), len(source)])
    for index, (unit, span) in enumerate(zip(units, bounds, strict=True)):
        path = headings[index].path if index in headings else path
        blocks.append(Block(kinds[index], Span(*span), unit.span, pages[index], path, sources[index]))
    return Layout(tuple(blocks), tables, continues)


def _printed(furniture: Mapping[int, int | None], headings: Mapping[int, Heading]) -> dict[int, int]:
    """The units that tell their page: running heads and feet, and headings that the printed contents list."""
    told = {index: page for index, page in furniture.items() if page is not None}
    listed = {i: head.entry.page for i, head in headings.items() if head.entry and head.entry.page is not None}
    return told | listed


def _parts_of(tables: Iterable[Table]) -> set[int]:
    """The units that belong to tables."""
    parts = {part for table in tables for part in (table.unit, table.title, table.measure, *table.sources)}
    return {part for part in parts if part is not None}


def _kinds(source: str, units: Sequence[Unit], contents: Contents, tables: Sequence[Table]) -> dict[int, BlockKind]:
    """What each unit is, if it is neither furniture nor footnote nor heading."""
    rows = {table.unit for table in tables}
    kinds: dict[int, BlockKind] = {}
    for index, unit in enumerate(units):
        is_item = _LIST_ITEM.match(source, unit.span.start) is not None and not unit.is_code
        is_item = is_item and index not in contents.units
        kinds[index] = BlockKind.TABLE if index in rows else BlockKind.LIST_ITEM if is_item else BlockKind.PARAGRAPH
    return kinds
