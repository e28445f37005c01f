"""Rows of tables, each read by itself: with its table's title and, before each cell, its column's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ingest.model import Block, Span
from ingest.prose import Prose
from ingest.reading import Reading, merge_adjacent
from ingest.tables import Table

_BLANK = re.compile(r"\s")


class Rows:
    """Reads the rows of one table.

    ``titles`` are the Blocks of its title and of the line with its units, where it has them; ``fits`` says
    whether a reading text is within the limit of a passage.
    """

    def __init__(
        self, source: str, prose: Prose, table: Table, titles: Iterable[Block], fits: Callable[[str], bool]
    ) -> None:
        self._source = source
        self._prose = prose
        self._rows = table.rows()
        self._fits = fits
        self._columns = [[span for cell in names for span in self._cell(cell)] for names in table.columns]
        self._title = [
            span
            for title in titles
            for span in (*prose.spans(title.content), Span(title.content.end, title.span.end))
            if span.end > span.start
        ]

    def readings(self) -> Iterator[tuple[int, Reading]]:
        """Yield the place in the source and the reading of each row, in order.

        A row that would be too long is read without the title, or else without the names of its columns;
        column names that no row is read with come first, in a reading of their own.
        """
        readings: list[tuple[int, Reading]] = []
        unread = set(range(len(self._columns)))
        for row in self._rows:
            reading, is_named = self._read(row)
            if is_named:
                unread -= {number for number, cell in enumerate(row) if cell}
            readings.append((next(cell.start for cell in row if cell), reading))
        names = [span for number in sorted(unread) for span in self._columns[number]]
        if names:
            yield names[0].start, Reading(self._source, tuple(names))
        yield from readings

    def _read(self, row: Sequence[Span | None]) -> tuple[Reading, bool]:
        """Read one row. Returns the reading and whether the names of the columns are in it."""
        cells = [self._cell(cell) for cell in row]
        names = [*self._columns, *([] for _ in cells[len(self._columns) :])]
        named = [span for name, cell in zip(names, cells, strict=False) if cell for span in (*name, *cell)]
        for spans in ([*self._title, *named], named):
            reading = Reading(self._source, tuple(spans))
            if self._fits(reading.text):
                return reading, True
        return Reading(self._source, tuple(span for cell in cells for span in cell)), False

    def _cell(self, cell: Span | None) -> list[Span]:
        """Read a cell, and the nearest white space after it, or else any, to part it from what follows."""
        if cell is None:
            return []
        blank = _BLANK.search(self._source, cell.end) or _BLANK.search(self._source)
        spans = self._prose.spans(cell)
        # Merged already here: the passages of all rows hold the same Spans then of the title and the columns.
        return [*merge_adjacent([*spans, Span(*blank.span())] if blank else spans)]
