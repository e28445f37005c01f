"""The smallest pieces of a source's layout: paragraphs and runs of table rows, as Spans."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.grid import row_lines
from ingest.junk import find_junk, part_lines
from ingest.model import Span

LONG_LINE = 150
"""A text that stands mostly in lines longer than this has a line a paragraph; shorter ones are wrapped."""

# A byte order mark parts lines too: one stands where two files were joined, and none should be read.
_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029\ufeff]+")
_PARAGRAPH_BREAK = re.compile(r"\f|(?>\r\n|[\n\r\u2028])[^\S\r\n]*[\n\r\u2028]|\u2029")
_LINE_HEAD = re.compile(r"(?:[-*•–]\s+\S|#{1,6}\s|\[\^[^\]\s]+\]:|URL:|\\footnotetext)")
_ITEM = re.compile(r"\(?(?P<n>\d{1,3})[.)]\s+\S")
_DOUBTFUL_HEAD = re.compile(
    r"(?:\d{1,4}[.)]?|(?=[\w*|!]{1,3}\s)[\w*|!]*\d[\w*|!]*|[lI|!]{1,2}|\^\d{1,4}|[*†‡‖¶]{1,4}|§{1,2}(?!\s*\d)|\[\d{1,4}\])"
    r"\s*[\"“‘'«A-Z]|[⁰¹²³⁴-⁹]|\$?\^\{|<sup>|\\(?:footnote|textsuper)"
)
"""What may number a note at the head of a line, or be the middle of a paragraph."""

_UNDERLINE = re.compile(r"={3,}|-{3,}")
_STOP = re.compile(r"[.!?/\d][\"”’)]?$")
_USUAL = 0.8
"""So many lines are no longer than the usual width."""

_EARLY = 0.85
"""A line that has less than this share of the usual width ends before it must."""

_INNER_HEAD = re.compile(
    r"(?<=[.!?/\d)”\"’*_])[ \t]+(?=(?:\[\^[^\]\s]{1,40}\]:|(?:[⁰¹²³⁴-⁹]{1,4}|\^\{\d{1,4}\}|\$\s?\^\{?\d{1,4}\}?\$"
    r"|<sup>\d{1,4}</sup>|\\textsuperscript\{\d{1,4}\}|\\footnotetext\[\d{1,4}\]\{)[ \t]?[\"“‘«(*_A-Z]))"
)
"""The blank before a note that begins inside a line, or before a marker that stands apart."""

_FENCE = re.compile(r"(?:```|~~~)")
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|~~~)", re.MULTILINE)
_EDGE_LENGTH = 120
_MIN_EDGES = 3
"""The first or last line of a page is a running head if it comes back on this many pages."""

_LEADER = re.compile(r"[ .·…]{3,}\d{1,4}$")
_LEADER_REACH = 8
"""What leads to a page number is looked for in this many characters at the end of a line."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph (or one table's rows). ``span`` has no white space at its ends.

    ``lines`` are the Spans of its lines; ``is_rows`` says that they are not prose but the rows of a table or,
    if ``is_code``, code; ``alone`` says that blank lines stand before and after the unit. ``is_junk`` marks what
    OCR made up inside a paragraph, and ``is_rest`` the text that goes on behind such junk. A
    ``tentative`` unit goes on with the one before unless it turns out to be a note.
    """

    span: Span
    lines: tuple[Span, ...]
    is_rows: bool
    alone: bool
    is_code: bool = False
    is_junk: bool = False
    is_rest: bool = False
    tentative: bool = False

    def text(self, source: str) -> str:
        """Slice the unit's characters out of ``source``."""
        return source[self.span.start : self.span.end]


def split_units(source: str) -> list[Unit]:
    """Split a source into units, in order. Every character that is not white space is in exactly one."""
    lines = [line for match in _LINE.finditer(source) if (line := _strip(source, match.span()))]
    lines = _cut_at_heads(source, lines)
    lengths = [end - start for start, end in lines]
    wrapped = 2 * sum(length for length in lengths if length > LONG_LINE) < sum(lengths)
    width = sorted(lengths)[int(_USUAL * len(lengths))] if wrapped and lengths else None
    heads = _page_edges(source, lines) if "\f" in source else frozenset()
    groups = [*_groups(source, lines, heads)]
    units = [
        unit
        for group, is_code in zip(groups, _code_groups(source, groups), strict=True)
        for unit in (_code(group) if is_code else _units_of(source, group, width))
    ]
    return _without_junk(source, units)


def _cut_at_heads(source: str, lines: list[Span]) -> list[Span]:
    """Cut lines where a note begins inside them: OCR and copying join lines."""
    cuts = [match.end() for match in _INNER_HEAD.finditer(source)]
    if not cuts:
        return lines
    parts: list[Span] = []
    for line in lines:
        bounds = [line.start, *cuts[bisect_left(cuts, line.start + 1) : bisect_left(cuts, line.end)], line.end]
        parts += [part for pair in pairwise(bounds) if (part := _strip(source, pair))]
    return parts


def _groups(source: str, lines: list[Span], heads: Collection[Span]) -> Iterator[list[Span]]:
    """Yield runs of lines with no blank line and no new page between them; fenced code and heads are runs."""
    group: list[Span] = []
    fences = iter(_fences(source, lines))
    first, last = next(fences, (len(lines), len(lines)))
    for number, line in enumerate(lines):
        if number > last:
            first, last = next(fences, (len(lines), len(lines)))
        inside = first < number <= last
        parted = number in (first, last + 1) or line in heads or (group and group[-1] in heads)
        if group and not inside and (parted or _PARAGRAPH_BREAK.search(source, group[-1].end, line.start)):
            yield group
            group = []
        group.append(line)
        if number == last:
            yield group
            group = []
    if group:
        yield group


def _fences(source: str, lines: Sequence[Span]) -> list[tuple[int, int]]:
    """The first and last lines of each stretch of fenced code; a fence that is not closed is none."""
    fences = [number for number, line in enumerate(lines) if _FENCE.match(source, line.start)]
    found: list[tuple[int, int]] = []
    opening: int | None = None
    for number in fences:
        if opening is None:
            opening = number
        elif source[slice(*lines[number])].strip() == source[lines[opening].start] * 3:
            found.append((opening, number))
            opening = None
    return found


def _page_edges(source: str, lines: Sequence[Span]) -> frozenset[Span]:
    """The first and last lines of pages that come back on others, their digits left aside."""
    edges: dict[str, list[Span]] = defaultdict(list)
    for before, line, after in zip([None, *lines], lines, [*lines[1:], None], strict=False):
        opens = before is None or source.find("\f", before.end, line.start) >= 0
        closes = after is None or source.find("\f", line.end, after.start) >= 0
        if (opens or closes) and line.end - line.start <= _EDGE_LENGTH:
            edges[re.sub(r"\d+", "#", source[line.start : line.end]).casefold()].append(line)
    return frozenset(line for found in edges.values() if len(found) >= _MIN_EDGES for line in found)


def _units_of(source: str, group: list[Span], width: int | None) -> Iterator[Unit]:
    """Cut one group of lines: rows apart from text, and text where a line begins a paragraph of its own."""
    run: list[Span] = []
    rows = row_lines(source, group)
    tentative = False
    for number, line in enumerate(group):
        parted = number > 0 and (rows[number] != rows[number - 1] or _is_underlined(source, run))
        inner = bool(run) and _is_inner(source, run[-1], line)
        wrapped = width is not None or inner
        begins = parted or (not rows[number] and _begins(source, line, run, wrapped))
        may_begin = not begins and not rows[number] and (inner or _may_begin(source, line, run, width))
        if run and (begins or may_begin):
            yield _unit(run, rows[number - 1], len(run) == len(group), tentative)
            run = []
            tentative = not begins
        run.append(line)
    yield _unit(run, rows[-1], len(run) == len(group), tentative)


def _code_groups(source: str, groups: Sequence[list[Span]]) -> Iterator[bool]:
    """Tell which groups are code: fenced, or in a Markdown text indented and no more of a list item."""
    is_markdown = _MARKDOWN.search(source) is not None
    in_list = False
    for group in groups:
        fenced = len(group) > 1 and all(_FENCE.match(source, group[at].start) for at in (0, -1))
        indented = is_markdown and all(_is_indented(source, start) for start, _ in group)
        yield fenced or (indented and not in_list)
        in_list = (indented and in_list) or (not indented and _is_item(source, group[0].start))


def _is_indented(source: str, start: int) -> bool:
    return source[max(0, start - 1) : start] == "\t" or source[max(0, start - 4) : start] == "    "


def _is_item(source: str, start: int) -> bool:
    return (_LINE_HEAD.match(source, start) or _ITEM.match(source, start)) is not None


def _without_junk(source: str, units: list[Unit]) -> list[Unit]:
    """Cut the units that hold junk: the text before it, the junk, and the rest are units of their own."""
    lines = [line for unit in units if not unit.is_rows for line in unit.lines]
    junk = find_junk(source, lines)
    starts = [part.start for part in junk]
    parted: list[Unit] = []
    for unit in units:
        inside = junk[bisect_left(starts, unit.span.start) : bisect_left(starts, unit.span.end)]
        if not inside or unit.is_rows:
            parted.append(unit)
            continue
        for place, (run, is_junk) in enumerate(part_lines(unit.lines, inside)):
            lines = [stripped for line in run if (stripped := _strip(source, line))]
            if lines:
                piece = _unit(lines, False, False)
                tentative = unit.tentative and place == 0
                parted.append(replace(piece, is_junk=is_junk, is_rest=place > 0 and not is_junk, tentative=tentative))
    return parted


def _is_underlined(source: str, run: Sequence[Span]) -> bool:
    """Whether a run of lines is a heading with a line of signs under it, as Markdown has them."""
    return len(run) == 2 and _UNDERLINE.fullmatch(source, *run[1]) is not None


def _code(group: list[Span]) -> list[Unit]:
    return [replace(_unit(group, True, True), is_code=True)]


def _begins(source: str, line: Span, run: Sequence[Span], wrapped: bool) -> bool:
    """Whether a line of text begins a paragraph of its own, after ``run``; one of a table of contents does not."""
    if _LEADER.search(source, max(line.start, line.end - _LEADER_REACH), line.end):
        return False
    if not wrapped or _LINE_HEAD.match(source, line.start):
        return True
    item = _ITEM.match(source, line.start)
    if item is None or not run or source[item.end() - 1].islower():
        return False
    before = _ITEM.match(source, run[0].start)
    if before is not None:
        return int(item["n"]) == int(before["n"]) + 1
    return item["n"] == "1" and source[run[-1].end - 1] == ":"


def _is_inner(source: str, before: Span, line: Span) -> bool:
    """Whether two parts were cut from the same line."""
    return not source[before.end : line.start].strip(" \t")


def _may_begin(source: str, line: Span, run: Sequence[Span], width: int | None) -> bool:
    """Whether a line may begin a note: with what may be a number, or behind a line that ends early in a stop."""
    if _LEADER.search(source, max(line.start, line.end - _LEADER_REACH), line.end):
        return False
    if _DOUBTFUL_HEAD.match(source, line.start) or _ITEM.match(source, line.start):
        return True
    if width is None or not run or run[-1].end - run[-1].start > _EARLY * width:
        return False
    return _STOP.search(source, run[-1].end - 2, run[-1].end) is not None and not source[line.start].islower()


def _unit(lines: Sequence[Span], is_rows: bool, alone: bool, tentative: bool = False) -> Unit:
    return Unit(Span(lines[0].start, lines[-1].end), tuple(lines), is_rows, alone, tentative=tentative)


def settle(units: Sequence[Unit], begun: Container[int]) -> tuple[list[Unit], list[int]]:
    """Give tentative units back to the paragraphs they were cut from, unless their index is in ``begun``.

    Returns the units and, for each unit that was given, the index it has now.
    """
    settled: list[Unit] = []
    moved: list[int] = []
    for index, unit in enumerate(units):
        if unit.tentative and index not in begun and index - 1 not in begun:
            before = settled.pop()
            unit = _unit((*before.lines, *unit.lines), is_rows=False, alone=before.alone, tentative=before.tentative)
        settled.append(unit)
        moved.append(len(settled) - 1)
    return settled, moved


def _strip(source: str, bounds: tuple[int, int]) -> Span | None:
    start, end = bounds
    while start < end and source[start].isspace():
        start += 1
    while end > start and source[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
