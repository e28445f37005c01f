"""The printed page of each unit: read where it is printed, interpolated where it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from ingest.units import Unit


def find_page_ends(
    source: str,
    units: Sequence[Unit],
    apart: Collection[int],
    continues: Mapping[int, int],
    parts: Collection[int],
) -> list[int]:
    """Find the last unit of each page but the last.

    ``apart`` names footnotes and furniture, ``continues`` the units whose sentence goes on in another, and
    ``parts`` the headings that begin a page of their own. A page ends at a form feed; in a text that has
    none, after a run of footnotes and furniture, before a part, or where a sentence breaks off with nothing
    between.
    """
    inner = range(len(units) - 1)
    if "\f" in source:
        return [i for i in inner if "\f" in source[units[i].span.end : units[i + 1].span.start]]
    return [i for i in inner if (i in apart and i + 1 not in apart) or i + 1 in parts or continues.get(i) == i + 1]


def number_pages(count: int, ends: Sequence[int], printed: Mapping[int, int]) -> list[int]:
    """Number the page of each of ``count`` units.

    ``ends`` are the last units of the pages but the last; ``printed`` gives the page of units that tell it:
    running heads and feet, headings with a page in the printed contents.
    """
    known: list[int | None] = []
    first = 0
    for end in [*ends, count - 1]:
        known.append(next((printed[i] for i in range(first, end + 1) if i in printed), None))
        first = end + 1
    pages: list[int] = []
    for number, end in zip(_interpolate(known), [*ends, count - 1], strict=True):
        pages += [number] * (end + 1 - len(pages))
    return pages


def _interpolate(numbers: Sequence[int | None]) -> list[int]:
    """Fill in page numbers between those that are printed; numbers that do not rise are not believed.

    >>> _interpolate([None, 4, None, None, 10, None]), _interpolate([None, None])
    ([3, 4, 6, 8, 10, 11], [1, 2])
    """
    known: list[tuple[int, int]] = []
    for place, number in enumerate(numbers):
        if number is not None and number > (known[-1][1] if known else 0):
            known.append((place, number))
    if not known:
        known = [(0, 1)]
    first, last = known[0], known[-1]
    filled = [max(1, first[1] - first[0] + place) for place in range(first[0])]
    for (low, start), (high, end) in pairwise(known):
        share = (end - start) / (high - low)
        filled += [round(start + share * step) for step in range(high - low)]
    return [*filled, *(last[1] + step for step in range(len(numbers) - last[0]))]
