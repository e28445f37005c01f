"""Tables: runs of rows with the title above them, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.contents import is_contents
from ingest.model import Span
from ingest.units import Unit

_CAPTION = re.compile(r"\*{0,2}(?:Table|Tab\.|Exhibit)\s+[\dIVXLC]+", re.IGNORECASE)
_RULE = re.compile(r":?-+:?")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the index of its rows' unit, its title's unit (or None), and the Spans of its cells by row.

    Every row has its cells in the order of the columns; an empty cell is None.
    """

    unit: int
    title: int | None
    cells: tuple[tuple[Span | None, ...], ...]

    @property
    def columns(self) -> tuple[Span | None, ...]:
        """The cells of the header row."""
        return self.cells[0]


def find_tables(source: str, units: Sequence[Unit], body: Sequence[int]) -> Iterator[Table]:
    """Find tables of two rows or more, header row included, among the units named by ``body``."""
    for place, index in enumerate(body):
        unit = units[index]
        if not unit.is_rows or is_contents(source, unit):
            continue
        before = body[place - 1] if place else None
        titled = before is not None and is_caption(units[before].text(source))
        rows = tuple(cells for line in unit.lines if (cells := _cells(source, line)))
        if len(rows) >= 2:
            yield Table(index, before if titled else None, rows)


def is_caption(text: str) -> bool:
    """Whether a paragraph is the title of a table."""
    return _CAPTION.match(text) is not None


def _cells(source: str, line: Span) -> tuple[Span | None, ...]:
    """Cut one row into cells, without white space; empty for a Markdown rule (``|---|---|``)."""
    start, end = line
    piped = "\t" not in source[start:end] and source[start] == "|" == source[end - 1]
    if piped:
        start, end = start + 1, max(start + 1, end - 1)
    else:
        while start > 0 and source[start - 1] in "\t ":  # tabs before the first word are empty cells
            start -= 1
    cells: list[Span | None] = []
    for part in re.split(r"(?<!\\)\|" if piped else r"\t", source[start:end]):
        stripped = part.strip()
        at = start + part.index(stripped)
        cells.append(Span(at, at + len(stripped)) if stripped else None)
        start += len(part) + 1
    filled = [source[cell.start : cell.end] for cell in cells if cell]
    ruled = piped and all(map(_RULE.fullmatch, filled))
    return () if ruled else tuple(cells)
