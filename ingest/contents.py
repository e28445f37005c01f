"""A printed table of contents: which headings there are, and on which page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.units import Unit

_PAGE = re.compile(r"[\t .·…](?P<page>\d{1,4})$")
_MIN_SHARE = 0.7
"""Of the lines of a table of contents at least this share end in a page number."""


def read_contents(source: str, units: Sequence[Unit]) -> dict[str, int]:
    """Map each heading in the printed contents (see ``plain``) to its page; empty where none are printed."""
    found: dict[str, int] = {}
    for unit in units:
        if is_contents(source, unit):
            found.update((plain(title), page) for title, page in _rows(source, unit))
    return found


def is_contents(source: str, unit: Unit) -> bool:
    """Whether a unit's lines are mostly titles with a page number at the end, the numbers rising."""
    if len(unit.lines) < 3:
        return False
    pages = [page for title, page in _rows(source, unit) if any(map(str.isalpha, title))]
    return len(pages) >= _MIN_SHARE * len(unit.lines) and pages == sorted(pages)


def plain(title: str) -> str:
    """Reduce a title to what does not change between two printings of it.

    >>> plain("1.2. The Shanghai – Beijing Line")
    '1 2 the shanghai beijing line'
    """
    return re.sub(r"[\W_]+", " ", title).strip().casefold()


def _rows(source: str, unit: Unit) -> list[tuple[str, int]]:
    lines = [source[start:end] for start, end in unit.lines]
    matches = [(line, _PAGE.search(line, max(0, len(line) - 5))) for line in lines]
    return [(line[: match.start()].rstrip(" \t.·…"), int(match["page"])) for line, match in matches if match]
