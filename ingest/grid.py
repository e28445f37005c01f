"""Lines that are rows of a table, and the cells of each: by tabs, by pipes, by columns of blanks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from ingest.model import Span

Row = tuple[Span | None, ...]
"""The cells of one row in the order of the columns; an empty cell is None."""

MIN_ALIGNED = 3
"""Columns that only blanks part are believed in this many lines in succession."""

MAX_CELL = 40
"""Cells that only blanks part are this long on average at most: longer ones are columns of prose."""

MAX_LINE = 400
"""The place of a cell is told from this many characters before it at most."""

_RULE_LINE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_PIPE = re.compile(r"(?<!\\)\|")
_GAP = re.compile(r"[ \t]{2,}|\t")
_DIGITS = re.compile(r"[^\w]*\d[\d.,: ]*\W*(?:%|percent)?|[-–—_]")
_LEADER = re.compile(r"(?:\.\s*){4,}\d*$|…\s*\d+$")


def row_lines(source: str, lines: Sequence[Span]) -> list[bool]:
    """Tell which of some lines with no blank line between them are rows of a table.

    Rows come in succession, two or more with tabs or pipes at both ends, or three or more with other columns.
    """
    found = [False] * len(lines)
    for is_row, least in ((_has_tab_or_frame, 2), (_has_gap, MIN_ALIGNED)):
        for first, end in _runs([is_row(source, line) for line in lines]):
            fits = end - first >= least and (least == 2 or _is_aligned(source, lines[first:end]))
            found[first:end] = [fits or row for row in found[first:end]]
    for number, line in enumerate(lines):
        if number and not found[number] and is_rule(source[line.start : line.end]) and "|" in source[slice(*line)]:
            _mark_around(source, lines, number, found)
    return found


def is_rule(text: str) -> bool:
    """Whether a line is a rule between the header and the rows of a Markdown table: ``|---|:-:|``."""
    return _RULE_LINE.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Whether a cell holds a figure, or stands for one that is missing: ``1,230.5``, ``-10 %``, ``–``."""
    return len(text) <= MAX_CELL and _DIGITS.fullmatch(text) is not None


def cut_rows(source: str, lines: Sequence[Span]) -> list[Row]:
    """Cut each of the lines of a table into cells, without white space; Markdown rules are left out."""
    ruled = any(is_rule(source[slice(*line)]) and "|" in source[slice(*line)] for line in lines)
    if any("\t" in source[slice(*line)] for line in lines) and not ruled:
        return [cells for line in lines if (cells := _tabbed(source, line))]
    if ruled or any(source[line.start] == "|" == source[line.end - 1] for line in lines):
        rows = [_piped(source, line) for line in lines if not is_rule(source[slice(*line)])]
        return [row for row in rows if any(row)]
    return _aligned(source, lines)


def _runs(flags: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the runs of true flags."""
    first = None
    for number, flag in enumerate([*flags, False]):
        if flag and first is None:
            first = number
        elif not flag and first is not None:
            yield first, number
            first = None


def _has_tab_or_frame(source: str, line: Span) -> bool:
    start, end = line
    return source[start] == "|" == source[end - 1] or source.find("\t", start, end) >= 0


def _has_gap(source: str, line: Span) -> bool:
    return source.find("  ", line.start, line.end) >= 0


def _mark_around(source: str, lines: Sequence[Span], rule: int, found: list[bool]) -> None:
    """Mark the rows of a Markdown table without outer pipes: the line above its rule, and those below."""
    if "|" not in source[slice(*lines[rule - 1])]:
        return
    found[rule - 1] = True
    for number in range(rule, len(lines)):
        if "|" not in source[slice(*lines[number])]:
            break
        found[number] = True


def _is_aligned(source: str, lines: Sequence[Span]) -> bool:
    """Whether lines with wide gaps are clearly a table: short cells, and a column that holds figures."""
    rows = [_GAP.split(source[slice(*line)]) for line in lines]
    if any(_LEADER.search(source, max(line.start, line.end - 12), line.end) for line in lines):
        return True  # the lines of a table of contents stand apart from text like rows do
    cells = [cell for row in rows for cell in row]
    if sum(map(len, cells)) > MAX_CELL * len(cells):
        return False
    usual = _usual(len(row) for row in rows)
    if sum(len(row) == usual for row in rows) < 0.6 * len(rows):
        return False
    whole = [row for row in rows if len(row) == usual]  # the first of them may be the header
    return any(sum(is_number(row[at]) for row in whole) >= max(1, 0.5 * (len(whole) - 1)) for at in range(usual))


def _usual(widths: Iterable[int]) -> int:
    """The most frequent of some widths, the largest of equally frequent ones."""
    return max(Counter(widths).items(), key=lambda item: (item[1], item[0]))[0]


def _tabbed(source: str, line: Span) -> Row:
    start, end = line
    while start > 0 and source[start - 1] in "\t ":  # tabs before the first word are empty cells
        start -= 1
    return _cut(source, start, end, lambda at: source.find("\t", at, end))


def _piped(source: str, line: Span) -> Row:
    start, end = line
    if source[start] == "|":
        start += 1
    if end > start and source[end - 1] == "|" and source[end - 2] != "\\":
        end -= 1
    return _cut(source, start, end, lambda at: found.start() if (found := _PIPE.search(source, at, end)) else -1)


def _cut(source: str, start: int, end: int, next_bar: Callable[[int], int]) -> Row:
    cells: list[Span | None] = []
    while True:
        bar = next_bar(start)
        cells.append(_stripped(source, start, bar if bar >= 0 else end))
        if bar < 0:
            return tuple(cells)
        start = bar + 1


def _stripped(source: str, start: int, end: int) -> Span | None:
    part = source[start:end].strip()
    if not part:
        return None
    at = source.index(part, start)
    return Span(at, at + len(part))


def _aligned(source: str, lines: Sequence[Span]) -> list[Row]:
    """Cut lines at their wide gaps; a cell of a line with fewer cells goes to the column that it stands under."""
    rows = [[*_pieces(source, line)] for line in lines]
    width = _usual(len(row) for row in rows)
    usual = next(row for row in rows if len(row) == width)
    places = [(_column(source, cell.start), _column(source, cell.end)) for cell in usual]
    return [_placed(source, row, places) for row in rows]


def _pieces(source: str, line: Span) -> Iterator[Span]:
    start = line.start
    for gap in _GAP.finditer(source, line.start, line.end):
        yield Span(start, gap.start())
        start = gap.end()
    yield Span(start, line.end)


def _placed(source: str, row: Sequence[Span], places: Sequence[tuple[int, int]]) -> Row:
    if len(row) >= len(places):
        return tuple(row)
    cells: list[Span | None] = [None] * len(places)
    free = 0
    for number, cell in enumerate(row):
        middle = (_column(source, cell.start) + _column(source, cell.end)) / 2
        last = len(places) - (len(row) - number)  # room is left for the cells that follow
        at = min(range(free, last + 1), key=lambda place: abs(sum(places[place]) / 2 - middle))
        cells[at] = cell
        free = at + 1
    return tuple(cells)


def _column(source: str, place: int) -> int:
    """How far from the beginning of its line a character stands."""
    reach = max(0, place - MAX_LINE)
    return place - max(source.rfind("\n", reach, place), source.rfind("\r", reach, place), reach) - 1
