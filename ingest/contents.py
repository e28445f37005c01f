"""A printed table of contents: which headings there are, how they nest, and on which page they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.levels import Outline, Rank, Style, style_of
from ingest.model import Span
from ingest.units import Unit

_TITLE = re.compile(
    r"[#*_\s]*(?:table of )?contents[*_:\s]*|inhalt(?:sverzeichnis)?|sommaire|table des mati[eè]res|[ií]ndice|contenido"
    r"|содержание|оглавление|inhoud(?:sopgave)?|sommario|sum[aá]rio",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?P<lead>[\t .·…_]+)(?P<page>\d{1,4}|[ivxlc]{1,6})$")
_PAGES = re.compile(r"(?:\t|[ .·…]{3,})(?P<pages>\d{1,4}(?: \d{1,4})+)$")
_SIGNS = re.compile(r"[\W_]+")
_LEADER = re.compile(r"(?:[.·…]\s*){3,}\S{1,4}$")
_MIN_SHARE = 0.7
"""Of the lines of a table of contents at least this share end in a page number."""

_NEAR = 3
_MAX_TITLE = 40
_LINE_REACH = 300
_MAX_HEADING = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the printed contents: its title, the page it names (or None), and its level from 1."""

    title: str
    page: int | None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """The printed contents: the units that hold them, and the entries by title (see ``plain``), in order."""

    units: frozenset[int]
    entries: Mapping[str, tuple[Entry, ...]]

    def lists(self, title: str) -> bool:
        """Whether a heading is listed."""
        return plain(title) in self.entries


@dataclass(frozen=True, slots=True)
class _Row:
    title: str
    pages: tuple[int | None, ...]
    indent: int


def read_contents(source: str, units: Sequence[Unit], apart: Collection[int]) -> Contents:
    """Read the printed contents; there is nothing in them where none are printed. ``apart`` names what is no body."""
    printed = [index for index in _contents_units(source, units) if index not in apart]
    if not printed:
        return Contents(frozenset(), {})
    rows = [row for index in printed for row in _rows(source, units[index].lines)]
    headings = [*_possible_headings(source, units, frozenset(printed))]
    entries = _nest([*_entries(rows, headings)])
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in entries:
        found[plain(entry.title)] = (*found.get(plain(entry.title), ()), entry)
    return Contents(frozenset(printed), found)


def plain(title: str) -> str:
    """Reduce a title to what does not change between two printings of it.

    >>> plain("1.2. The Shanghai – Beijing Line")
    '1 2 the shanghai beijing line'
    """
    return _SIGNS.sub(" ", title).strip().casefold()


def _contents_units(source: str, units: Sequence[Unit]) -> Iterator[int]:
    """Yield the units whose lines end in page numbers: behind the title of contents, or plainly listing."""
    titled = 0  # how many more units may stand between the title, or a part of the contents, and the next
    alone: frozenset[str] | None = None
    for index, unit in enumerate(units):
        if _is_title(source, unit.lines[0]):
            titled = _NEAR
            if len(unit.lines) == 1:
                continue
        is_part = titled > 0 and _is_listing(source, unit, least=1)
        if not is_part and len(unit.lines) > 2 and _is_listing(source, unit, least=3):
            if alone is None:
                alone = _lone_lines(source, units)
            is_part = _is_led(source, unit, alone)
        titled = _NEAR if is_part else max(0, titled - 1)
        if is_part:
            yield index


def _is_title(source: str, line: Span) -> bool:
    return line.end - line.start <= _MAX_TITLE and _TITLE.fullmatch(source, *line) is not None


def _lone_lines(source: str, units: Sequence[Unit]) -> frozenset[str]:
    """The lines that may be headings (see ``plain``)."""
    short = (unit for unit in units if len(unit.lines) == 1 and unit.span.end - unit.span.start <= _LINE_REACH)
    return frozenset(plain(unit.text(source)) for unit in short)


def _is_listing(source: str, unit: Unit, least: int) -> bool:
    """Whether a unit's lines are mostly titles with a page number at the end, the numbers rising."""
    if least == 3 and not any(source[end - 1] in "0123456789" for _, end in unit.lines[:4]):
        return False
    rows = [_PAGE.search(source, max(start, end - 12), end) for start, end in unit.lines]
    pages = [int(row["page"]) for row in rows if row and row["page"].isdecimal()]
    number = sum(row is not None for row in rows)
    share = _MIN_SHARE if least > 1 else 0.5
    return number >= max(least, share * len(rows)) and pages == sorted(pages) and _has_titles(source, unit)


def _has_titles(source: str, unit: Unit) -> bool:
    lettered = sum(any(map(str.isalpha, source[start : max(start, end - 4)])) for start, end in unit.lines)
    return 2 * lettered > len(unit.lines)


def _is_led(source: str, unit: Unit, alone: frozenset[str]) -> bool:
    """Whether dots lead to the page numbers, or the titles come back as lines of their own."""
    if any(_LEADER.search(source, max(start, end - 20), end) for start, end in unit.lines):
        return True
    titles = {plain(source[start:end].rstrip("0123456789")) for start, end in unit.lines}
    return 2 * len(titles & alone) >= len(titles)


def _rows(source: str, lines: Sequence[Span]) -> Iterator[_Row]:
    """Yield the rows of contents; a line without a page number goes on in the next."""
    held, indent = "", 0
    for start, end in lines:
        text = source[start:end]
        if _is_title(source, Span(start, end)) or end - start > _LINE_REACH:
            continue
        if not held:
            indent = start - max(source.rfind("\n", max(0, start - 80), start), start - 80) - 1
        several = _PAGES.search(text)
        one = _PAGE.search(text, max(0, len(text) - 12))
        if several:
            yield _Row(held + text[: several.start()], tuple(map(int, several["pages"].split())), indent)
        elif one:
            page = int(one["page"]) if one["page"].isdecimal() else None
            yield _Row((held + text[: one.start()]).rstrip("\t .·…_"), (page,), indent)
        held = "" if several or one else f"{held}{text} "


def _possible_headings(source: str, units: Sequence[Unit], printed: frozenset[int]) -> Iterator[str]:
    for index, unit in enumerate(units):
        if index not in printed and not unit.is_rows and unit.span.end - unit.span.start <= _MAX_HEADING:
            yield " ".join(unit.text(source).split())


def _entries(rows: Sequence[_Row], headings: Iterable[str]) -> Iterator[tuple[Entry, int]]:
    """Yield the entries with their indents. A row in which OCR has run several titles together is cut.

    It is cut into titles that stand in the text; what is left over goes on in the next row.
    """
    known: dict[str, str] = {}
    ends: dict[tuple[str, ...], str] = {}
    for heading in headings:
        words = plain(heading).split()
        known.setdefault(" ".join(words), heading)
        if len(words) > 4:
            ends.setdefault((*words[:3], words[-1]), heading)
    rest = ""
    for row in rows:
        words = plain(f"{rest} {row.title}" if row.title[:1].islower() else row.title).split()
        titles, left = _titles(words, known)
        if left and not titles and " ".join(words) not in known:
            titles = [ends.get((*words[:3], words[-1]), row.title) if len(words) > 4 else row.title]
            left = []
        pages = row.pages if len(titles) >= len(row.pages) else row.pages[:1]
        for number, title in enumerate(titles):
            page = pages[number] if number < len(pages) else None
            yield Entry(title, page if number == 0 or len(titles) >= len(row.pages) else None), row.indent
        rest = " ".join(left)


def _titles(words: Sequence[str], known: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Cut a row into the longest titles that are known. Returns them and the words that are left over."""
    found: list[str] = []
    start = 0
    while start < len(words):
        ends = range(len(words), start, -1)
        end = next((end for end in ends if " ".join(words[start:end]) in known), None)
        if end is None or (end - start == 1 and end < len(words) and not found):
            break
        found.append(known[" ".join(words[start:end])])
        start = end
    return found, [*words[start:]]


def _nest(entries: Sequence[tuple[Entry, int]]) -> list[Entry]:
    """Give each entry its level: by the indents where they are told apart, or else by the styles of the titles."""
    styles = [style_of(entry.title) for entry, _ in entries]
    depths: dict[int, set[int]] = {}
    for style, (_, indent) in zip(styles, entries, strict=True):
        if style.name == "decimal":
            depths.setdefault(style.depth, set()).add(indent)
    indents = sorted({indent for _, indent in entries})
    steps = [
        max(low) < min(high)
        for (_, low), (_, high) in zip(sorted(depths.items()), sorted(depths.items())[1:], strict=False)
    ]
    if len(indents) > 1 and indents[-1] - indents[0] > 1 and all(steps) and len(indents) < len(entries):
        return [*_nest_by_indents(entries)]
    return [*_nest_by_styles([entry for entry, _ in entries], styles)]


def _nest_by_styles(entries: Sequence[Entry], styles: Sequence[Style]) -> Iterator[Entry]:
    outline = Outline()
    deepest = max((style.depth for style in styles), default=0)
    followings = [*zip(entries[1:], styles[1:], strict=True), (None, None)]
    for entry, style, (following, next_style) in zip(entries, styles, followings, strict=True):
        # What is listed on the page of the title that follows opens a part that the following one stands in.
        opens = (
            style.rank > Rank.NUMBERED
            and (style.is_matter or (deepest < 2 and not outline.is_fixed))
            and next_style is not None
            and next_style.rank > Rank.NUMBERED
            and not next_style.is_matter
            and following is not None
            and following.page == entry.page is not None
        )
        if opens or style.is_matter:
            level = outline.open_at(entry.title, style, outline.depth_of_parts + 1 if style.is_matter else 1, opens)
        else:
            level = outline.open(entry.title, style)
        yield replace(entry, level=level)


def _nest_by_indents(entries: Sequence[tuple[Entry, int]]) -> Iterator[Entry]:
    open_indents: list[int] = []
    for entry, indent in entries:
        while open_indents and open_indents[-1] > indent - 2:
            open_indents.pop()
        open_indents.append(indent)
        yield replace(entry, level=len(open_indents))
