"""Tables: rows with the title above them, their header, units and source line, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.grid import Row, cut_rows, is_number
from ingest.model import Span
from ingest.units import Unit

_TITLE = re.compile(
    r"[*_]{0,2}(?:Tables?|Tab\.|Exhibit|Tabelle|Tableau|Tabla|Tabella|Таблица)\s+[A-Z]?[\dIVXLC]+", re.IGNORECASE
)
_FIGURE = re.compile(
    r"[*_]{0,2}(?:Figures?|Fig\.|Chart|Graph|Diagram|Map|Plate|Box|Scheme|Photo|Abbildung|Abb\.|Figura|Рис\.|Рисунок)"
    r"\s+[A-Z]?[\dIVXLC]+(?:[.-]\d+)*[*_]{0,2}(?:\s*[.:|–—-]|\s*$|\s+[*_]{0,2}[A-Z])"
)
_NO_SENTENCE = re.compile(r"(?:[.-]\d+)*[*_]{0,2}(?:\s*[.:|–—-]|\s*$|\s+[*_(]{0,2}[^\W\d_a-zа-я])")
_SOURCE = re.compile(r"[*_(\[]{0,3}(?:Sources?|Notes?|Quelle|Fuente|Fonte|Источник)\b[*_]{0,2}\s*[:.]", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:URL\s*:|https?://|www\.)", re.IGNORECASE)
_MEASURE = re.compile(r"[(\[](?:in )?[^()\[\]]{1,60}[)\]]|(?:in|units?:|unit of measure:?) [^.]{1,50}", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:\s*[-–/]\s*\d{2,4})?")
_MAX_TITLE = 300
_MAX_SOURCES = 4


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the index of its rows' unit, its title's unit (or None), and the Spans of its cells by row.

    ``columns`` are the names of the columns: for each the cells above it, from the top. ``header`` counts the rows,
    from the first, that name them. ``measure`` is the unit with a line of its own that says in what the figures
    are given, and ``sources`` are the units below the table that say where they are from. ``lines`` of ``source``
    hold the whole, header included.
    """

    unit: int
    title: int | None
    columns: tuple[tuple[Span, ...], ...]
    header: int
    measure: int | None
    sources: tuple[int, ...]
    lines: tuple[Span, ...]
    source: str = field(repr=False)

    def rows(self) -> list[Row]:
        """The rows below the header, each with its cells in the order of the columns; an empty cell is None.

        They are cut when they are asked for: kept, the cells of all tables take more memory than all else.
        """
        return cut_rows(self.source, self.lines)[self.header :]


def find_tables(
    source: str, units: Sequence[Unit], body: Sequence[int], contents: Collection[int] = ()
) -> Iterator[Table]:
    """Find tables of two rows or more, header included, among the units named by ``body``.

    ``contents`` names the units of the printed contents, which are none.
    """
    for place, index in enumerate(body):
        unit = units[index]
        if not unit.is_rows or unit.is_code or index in contents:
            continue
        rows = cut_rows(source, unit.lines)
        if len(rows) < 2:
            continue
        above = [*body[max(0, place - 2) : place]][::-1]
        measure = above.pop(0) if above and _is_measure(source, units[above[0]]) else None
        titled = bool(above) and _is_title(source, units[above[0]])
        if measure is not None and not titled:
            measure = None
        sources = tuple(_sources(source, units, body[place + 1 : place + 1 + _MAX_SOURCES]))
        title, header = above[0] if titled else None, _header(source, rows)
        yield Table(index, title, _columns(rows[:header]), header, measure, sources, unit.lines, source)


def is_caption(text: str) -> bool:
    """Whether a paragraph is the title of a table or of a figure."""
    return _TITLE.match(text) is not None or is_figure(text)


def is_table_title(text: str) -> bool:
    """Whether a line is the title of a table, and no sentence about it.

    >>> is_table_title("Table 2. Eels by year"), is_table_title("Table 2 shows eels by year.")
    (True, False)
    """
    found = _TITLE.match(text) if len(text) <= _MAX_TITLE else None
    return found is not None and _NO_SENTENCE.match(text, found.end()) is not None


def is_figure(text: str) -> bool:
    """Whether a paragraph is the caption of a figure, chart, map or box."""
    return len(text) <= _MAX_TITLE and _FIGURE.match(text) is not None


def is_source(text: str) -> bool:
    """Whether a paragraph says where a table or figure is from."""
    return _SOURCE.match(text) is not None


def _is_title(source: str, unit: Unit) -> bool:
    return unit.span.end - unit.span.start <= _MAX_TITLE and _TITLE.match(source, unit.span.start) is not None


def _is_measure(source: str, unit: Unit) -> bool:
    return len(unit.lines) == 1 and _MEASURE.fullmatch(unit.text(source)) is not None


def _sources(source: str, units: Sequence[Unit], following: Sequence[int]) -> Iterator[int]:
    """Yield the units right below a table that say where it is from, with the addresses that belong to them."""
    for place, index in enumerate(following):
        if not (is_source(text := units[index].text(source)) or (place and _ADDRESS.match(text))):
            return
        yield index


def _header(source: str, rows: Sequence[Row]) -> int:
    """How many rows name the columns: one, or two, or none where the first holds figures as the others do."""
    kinds = [[_kind(source, cell) for cell in row] for row in rows[:4]]
    if _is_data(kinds[0]):
        return 0
    headless = len(rows) > 2 and rows[1][0] is None and "figure" not in kinds[1] and "figure" in kinds[2]
    return 2 if headless and _is_data(kinds[2]) else 1


def _columns(rows: Sequence[Row]) -> tuple[tuple[Span, ...], ...]:
    """The cells of each column of a header, from the top."""
    width = max(map(len, rows), default=0)
    return tuple(tuple(cell for row in rows if at < len(row) and (cell := row[at])) for at in range(width))


def _is_data(kinds: Sequence[str]) -> bool:
    """Whether a row holds figures beside its first cell; years alone name columns."""
    return "figure" in kinds[1:] or (len(kinds) > 1 and set(kinds) == {"figure"})


def _kind(source: str, cell: Span | None) -> str:
    if cell is None:
        return ""
    text = source[slice(*cell)]
    return (
        "year" if _YEAR.fullmatch(text) else "figure" if is_number(text) and any(map(str.isdecimal, text)) else "word"
    )
