"""The layout of a document: Blocks that tile the source, headings and sections, printed pages, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.model import Block, BlockKind, Span
from ingest.units import Unit

HEADING_LENGTH = 120
"""A heading is one line of at most this many characters."""

_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=\D)")
_NUMBERED_HEADING = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,4}\.?\s+[^\W\d_][^.;]*[^.;:,\s]$|\d{1,2}\.\d[\d.]*\s+[A-Z].*[^.;:,\s]$")
_ADDRESS = re.compile(r"(?:URL\s*:|https?://|www\.)", re.IGNORECASE)
_MARKDOWN_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<title>.*?)\s*#*$")
_LIST_ITEM = re.compile(r"(?:[-*•–]|\(?\d{1,3}[.)]|\(?[a-z]\))\s+\S")
_CAPTION = re.compile(r"\*{0,2}(?:Table|Tab\.|Exhibit)\s+[\dIVXLC]+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]*_]*$")
_CONTENTS_ROW = re.compile(r"^(?P<title>.*?)[\s.·…]*[\t ](?P<page>\d{1,4})$")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the index of its rows' unit, its title's unit (or None), and the Spans of its cells by row."""

    unit: int
    title: int | None
    cells: tuple[tuple[Span, ...], ...]

    @property
    def columns(self) -> tuple[Span, ...]:
        """The cells of the header row."""
        return self.cells[0]


@dataclass(frozen=True, slots=True)
class Layout:
    """Blocks in order (``blocks[i]`` is unit ``i``), tables, and the units whose sentence goes on in another.

    ``continues`` maps the index of a unit that breaks off to the unit that goes on with it.
    """

    blocks: tuple[Block, ...]
    tables: tuple[Table, ...]
    continues: Mapping[int, int]


def lay_out(
    source: str, units: Sequence[Unit], furniture: Mapping[int, int | None], notes: frozenset[int]
) -> Layout:
    """Make Blocks of units. ``notes`` holds the indexes of units that are footnotes."""
    contents = _contents(source, units)
    body = [i for i in range(len(units)) if i not in furniture and i not in notes]
    headings = _find_headings(source, units, body, contents)
    continues = _find_continuations(source, units, body, headings)
    pages = _number_pages(units, furniture, notes, continues)
    tables = tuple(_find_tables(source, units, body, contents))
    rows = {table.unit for table in tables}
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    for index, unit in enumerate(units):
        if index in headings:
            level, title = headings[index]
            path = [step for step in path if step[0] < level] + [(level, title)]
        kind = _kind(source, index, unit, furniture, notes, headings, rows)
        section = tuple(title for _, title in path)
        blocks.append(Block(kind, unit.span, unit.span, pages[index], section))
    return Layout(_tile(blocks, len(source)), tables, continues)


def _kind(
    source: str,
    index: int,
    unit: Unit,
    furniture: Mapping[int, int | None],
    notes: frozenset[int],
    headings: Mapping[int, tuple[int, str]],
    rows: set[int],
) -> BlockKind:
    if index in furniture:
        return BlockKind.FURNITURE
    if index in notes:
        return BlockKind.FOOTNOTE
    if index in headings:
        return BlockKind.HEADING
    if index in rows:
        return BlockKind.TABLE
    return BlockKind.LIST_ITEM if _LIST_ITEM.match(unit.text(source)) else BlockKind.PARAGRAPH


def _tile(blocks: Sequence[Block], length: int) -> tuple[Block, ...]:
    """Stretch the Blocks' spans over the white space between them, so that they tile the source."""
    starts = [0, *(block.content.start for block in blocks[1:]), length]
    return tuple(
        replace(block, span=Span(start, end))
        for block, start, end in zip(blocks, starts, starts[1:], strict=False)
    )


# --- headings ------------------------------------------------------------------------------------------


def _contents(source: str, units: Sequence[Unit]) -> dict[str, int]:
    """A printed table of contents: heading (normalised) to page. Empty where none is printed."""
    found: dict[str, int] = {}
    for unit in units:
        if is_contents(source, unit):
            for start, end in unit.lines:
                if match := _CONTENTS_ROW.match(source[start:end]):
                    found[_normal(match["title"])] = int(match["page"])
    return found


def is_contents(source: str, unit: Unit) -> bool:
    """Whether a unit's lines are mostly titles with a page number at the end, the numbers rising."""
    if len(unit.lines) < 3:
        return False
    matches = [_CONTENTS_ROW.match(source[s:e]) for s, e in unit.lines]
    pages = [int(m["page"]) for m in matches if m and any(map(str.isalpha, m["title"]))]
    return len(pages) >= 0.7 * len(unit.lines) and pages == sorted(pages)


def _normal(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title).strip().casefold()


def _find_headings(
    source: str, units: Sequence[Unit], body: Sequence[int], contents: Mapping[str, int]
) -> dict[int, tuple[int, str]]:
    """Find headings. Returns the index of each with its level (1 is the highest) and its title."""
    found: dict[int, tuple[int, str]] = {}
    depth = 0  # of the last numbered heading
    for place, index in enumerate(body):
        following = next((j for j in body[place + 1 :]), None)
        if not _looks_like_heading(source, units, index, following, contents):
            continue
        text = " ".join(units[index].text(source).split())
        if markdown := _MARKDOWN_HEADING.match(text):
            found[index] = (len(markdown["level"]), markdown["title"])
        elif numbered := _NUMBERED.match(text):
            depth = numbered["number"].count(".") + 1
            found[index] = (depth, text)
        else:
            level, is_part = _unnumbered_level(source, units, index, following, depth, contents)
            depth = 1 if is_part else depth
            found[index] = (level, text)
    return found


def _unnumbered_level(
    source: str,
    units: Sequence[Unit],
    index: int,
    following: int | None,
    depth: int,
    contents: Mapping[str, int],
) -> tuple[int, bool]:
    """Level of a heading without a number, and whether it opens a part of its own.

    It opens a part if the printed contents list it on the same page as the heading that follows at once.
    """
    title = _normal(units[index].text(source))
    page = contents.get(title)
    after = _normal(units[following].text(source)) if following is not None else ""
    if page is not None and contents.get(after) == page:
        return 1, True
    return (depth + 1 if page is not None or not contents else depth + 2), False


def _looks_like_heading(
    source: str, units: Sequence[Unit], index: int, following: int | None, contents: Mapping[str, int]
) -> bool:
    unit = units[index]
    text = unit.text(source)
    if _MARKDOWN_HEADING.match(text) and len(unit.lines) == 1:
        return True
    if unit.is_rows or not unit.alone or len(unit.lines) > 1 or len(text) > HEADING_LENGTH:
        return False
    if following is None or units[following].is_rows or units[following].text(source)[0].islower():
        return False
    return _normal(text) in contents or _NUMBERED_HEADING.match(text) is not None or _is_titled(text)


def _is_titled(text: str) -> bool:
    """Whether a line without a number is worded as a heading: short, or with its main words in capitals."""
    if _CAPTION.match(text) or _ADDRESS.match(text) or not text[0].isupper() or text[-1] in ",-–—":
        return False
    if _SENTENCE_END.search(text) and not text.endswith("?"):
        return False
    main = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    capitals = sum(word[0].isupper() for word in main)
    letters = sum(map(str.isalpha, text))
    return letters > 0.6 * len(text) and (len(text.split()) <= 6 or capitals >= 0.6 * len(main))


# --- sentences broken by a page ------------------------------------------------------------------------


def _find_continuations(
    source: str, units: Sequence[Unit], body: Sequence[int], headings: Mapping[int, tuple[int, str]]
) -> dict[int, int]:
    """Pairs of body units of which the first breaks off and the second goes on with its sentence."""
    found: dict[int, int] = {}
    for left, right in zip(body, body[1:], strict=False):
        if left in headings or right in headings or units[left].is_rows or units[right].is_rows:
            continue
        before, after = units[left].text(source), units[right].text(source)
        if not _breaks_off(before) or _LIST_ITEM.match(after):
            continue
        interrupted = right > left + 1
        if after[0].islower() or (interrupted and len(before) > HEADING_LENGTH):
            found[left] = right
    return found


def _breaks_off(text: str) -> bool:
    bare = re.sub(r"(?:[⁰¹²³⁴-⁹]+|\^\{\d+\}\$?|\[\^?\w+\])$", "", text).rstrip()
    if not bare or not any(map(str.isalpha, bare)):
        return False
    return not _SENTENCE_END.search(re.sub(r"(?<=[.!?”\"])\d{1,3}$", "", bare))


# --- pages ---------------------------------------------------------------------------------------------


def _number_pages(
    units: Sequence[Unit],
    furniture: Mapping[int, int | None],
    notes: frozenset[int],
    continues: Mapping[int, int],
) -> list[int]:
    """The printed page of each unit, by units that print their number, interpolated between them.

    A page ends after a run of footnotes and furniture, or where a sentence breaks off with nothing between.
    """
    breaks: list[tuple[int, int | None]] = []  # index of the last unit of a page, its printed number
    for index in range(len(units)):
        ends_run = _is_page_end(index, furniture, notes) and not _is_page_end(index + 1, furniture, notes)
        if ends_run:
            first = index
            while _is_page_end(first - 1, furniture, notes):
                first -= 1
            numbers = [n for i in range(first, index + 1) if (n := furniture.get(i)) is not None]
            breaks.append((index, numbers[0] if numbers else None))
        elif continues.get(index) == index + 1:
            breaks.append((index, None))
    numbers_of = _interpolate([number for _, number in breaks])
    pages: list[int] = []
    page_break = 0
    for index in range(len(units)):
        while page_break < len(breaks) and breaks[page_break][0] < index:
            page_break += 1
        pages.append(numbers_of[page_break])
    return pages


def _is_page_end(index: int, furniture: Mapping[int, int | None], notes: frozenset[int]) -> bool:
    return index in furniture or index in notes


def _interpolate(numbers: Sequence[int | None]) -> list[int]:
    """Fill in page numbers between those that are printed; one more entry for what follows the last break.

    >>> _interpolate([None, 4, None, None, 10]), _interpolate([None])
    ([3, 4, 6, 8, 10, 11], [1, 2])
    """
    known: list[tuple[int, int]] = []
    for place, number in enumerate(numbers):
        if number is not None and (not known or number > known[-1][1]):
            known.append((place, number))
    if not known:
        return [place + 1 for place in range(len(numbers) + 1)]
    filled: list[int] = []
    for place in range(len(numbers) + 1):
        before = max((k for k in known if k[0] <= place), default=None)
        after = min((k for k in known if k[0] >= place), default=None)
        if before is None:
            filled.append(max(1, known[0][1] - (known[0][0] - place)))
        elif after is None:
            filled.append(before[1] + place - before[0])
        elif before == after:
            filled.append(before[1])
        else:
            share = (place - before[0]) / (after[0] - before[0])
            filled.append(round(before[1] + share * (after[1] - before[1])))
    return filled


# --- tables --------------------------------------------------------------------------------------------


def _find_tables(
    source: str, units: Sequence[Unit], body: Sequence[int], contents: Mapping[str, int]
) -> Iterator[Table]:
    for place, index in enumerate(body):
        unit = units[index]
        if not unit.is_rows or (contents and is_contents(source, unit)):
            continue
        before = body[place - 1] if place else None
        titled = before is not None and _CAPTION.match(units[before].text(source)) is not None
        rows = tuple(cells for line in unit.lines if (cells := _cells(source, line)))
        if len(rows) >= 2:
            yield Table(index, before if titled else None, rows)


def _cells(source: str, line: Span) -> tuple[Span, ...]:
    """The cells of one row, without white space; empty for a Markdown rule (``|---|---|``)."""
    text = source[line.start : line.end]
    separator = "\t" if "\t" in text else "|"
    cells: list[Span] = []
    start = line.start
    for part in text.split(separator):
        stripped = part.strip()
        if stripped:
            at = start + part.index(stripped)
            cells.append(Span(at, at + len(stripped)))
        start += len(part) + 1
    ruled = all(set(source[s:e]) <= set("-:") for s, e in cells)
    return () if ruled else tuple(cells)
