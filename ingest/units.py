"""The smallest pieces of a source's layout: paragraphs and runs of table rows, as Spans."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from ingest.model import Span

LONG_LINE = 150
"""A text that stands mostly in lines longer than this has a line a paragraph; shorter ones are wrapped."""

# A byte order mark parts lines too: one stands where two files were joined, and none should be read.
_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029\ufeff]+")
_PARAGRAPH_BREAK = re.compile(r"\f|(?>\r\n|[\n\r\u2028])[^\S\r\n]*[\n\r\u2028]|\u2029")
_LINE_HEAD = re.compile(
    r"(?:[-*•–]\s+\S|\(?\d{1,3}[.)]\s+\S|#{1,6}\s|\[\^?\w+\]|\$?\^\{|[⁰¹²³⁴-⁹]|URL:|<sup>|\\(?:footnote|textsuper))"
)
_DOUBTFUL_HEAD = re.compile(
    r"(?:\d{1,4}|(?=[\w*|!]{1,3}\s)[\w*|!]*\d[\w*|!]*|[lI|!]{1,2}|\^\d{1,4}|[*†‡‖¶#]{1,4}|§{1,2}(?!\s*\d))\s*[\"“‘'«A-Z]"
)
"""What may number a note at the head of a line, or be the middle of a paragraph."""

_LEADER = re.compile(r"[ .·…]{3,}\d{1,4}$")
_LEADER_REACH = 8
"""What leads to a page number is looked for in this many characters at the end of a line."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph (or one table's rows). ``span`` has no white space at its ends.

    ``lines`` are the Spans of its lines; ``alone`` says that blank lines stand before and after it. A
    ``tentative`` unit goes on with the one before unless it turns out to be a note.
    """

    span: Span
    lines: tuple[Span, ...]
    is_rows: bool
    alone: bool
    tentative: bool = False

    def text(self, source: str) -> str:
        """Slice the unit's characters out of ``source``."""
        return source[self.span.start : self.span.end]


def split_units(source: str) -> list[Unit]:
    """Split a source into units, in order. Every character that is not white space is in exactly one."""
    lines = [line for match in _LINE.finditer(source) if (line := _strip(source, match.span()))]
    lengths = [end - start for start, end in lines]
    wrapped = 2 * sum(length for length in lengths if length > LONG_LINE) < sum(lengths)
    return [unit for group in _groups(source, lines) for unit in _units_of(source, group, wrapped)]


def _groups(source: str, lines: list[Span]) -> Iterator[list[Span]]:
    """Yield runs of lines with no blank line and no new page between them."""
    group: list[Span] = []
    for line in lines:
        if group and _PARAGRAPH_BREAK.search(source, group[-1].end, line.start):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _units_of(source: str, group: list[Span], wrapped: bool) -> Iterator[Unit]:
    """Cut one group of lines: rows apart from text, and text where a line begins a paragraph of its own."""
    run: list[Span] = []
    rows = _row_lines(source, group)
    tentative = False
    for number, line in enumerate(group):
        begins = rows[number] != rows[number - 1] or (not rows[number] and _begins(source, line, wrapped))
        may_begin = wrapped and not rows[number] and _DOUBTFUL_HEAD.match(source, line.start) is not None
        if run and (begins or may_begin):
            yield _unit(run, rows[number - 1], len(run) == len(group), tentative)
            run = []
            tentative = not begins
        run.append(line)
    yield _unit(run, rows[-1], len(run) == len(group), tentative)


def _begins(source: str, line: Span, wrapped: bool) -> bool:
    """Whether a line of text begins a paragraph of its own; one of a table of contents does not."""
    if _LEADER.search(source, max(line.start, line.end - _LEADER_REACH), line.end):
        return False
    return not wrapped or _LINE_HEAD.match(source, line.start) is not None


def _row_lines(source: str, group: list[Span]) -> list[bool]:
    """Tell which lines are table rows: two or more in succession with tabs, or with pipes at both ends."""
    cells = ["\t" in source[s:e] or (source[s] == "|" == source[e - 1]) for s, e in group]
    padded = [False, *cells, False]
    return [here and (before or after) for before, here, after in zip(padded, cells, padded[2:], strict=False)]


def _unit(lines: Sequence[Span], is_rows: bool, alone: bool, tentative: bool = False) -> Unit:
    return Unit(Span(lines[0].start, lines[-1].end), tuple(lines), is_rows, alone, tentative)


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
