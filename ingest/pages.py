"""The printed page of each unit: read where it is printed, interpolated where it is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from ingest.units import Unit


def number_pages(
    source: str,
    units: Sequence[Unit],
    apart: Collection[int],
    continues: Mapping[int, int],
    printed: Mapping[int, int],
) -> list[int]:
    """Give each unit its page.

    ``apart`` names footnotes and furniture, ``continues`` the units whose sentence goes on in another, and
    ``printed`` gives the page of units that tell it: running heads and feet, headings with a page in the
    printed contents. A page ends at a form feed; in a text that has none, after a run of footnotes and
    furniture, or where a sentence breaks off with nothing between.
    """
    ends = list(_form_feeds(source, units) if "\f" in source else _breaks(len(units), apart, continues))
    known: list[int | None] = []
    first = 0
    for end in [*ends, len(units) - 1]:
        known.append(next((printed[i] for i in range(first, end + 1) if i in printed), None))
        first = end + 1
    numbers = _interpolate(known)
    pages: list[int] = []
    for number, end in zip(numbers, [*ends, len(units) - 1], strict=True):
        pages += [number] * (end + 1 - len(pages))
    return pages


def _form_feeds(source: str, units: Sequence[Unit]) -> Iterator[int]:
    """Yield the last unit of each page of a text with form feeds."""
    for index in range(len(units) - 1):
        if "\f" in source[units[index].span.end : units[index + 1].span.start]:
            yield index


def _breaks(count: int, apart: Collection[int], continues: Mapping[int, int]) -> Iterator[int]:
    """Yield the last unit of each page of a text without form feeds, but for the last page."""
    for index in range(count - 1):
        if (index in apart and index + 1 not in apart) or continues.get(index) == index + 1:
            yield index


def _interpolate(numbers: Sequence[int | None]) -> list[int]:
    """Fill in page numbers between those that are printed; numbers that do not rise are not believed.

    >>> _interpolate([None, 4, None, None, 10, None]), _interpolate([None, None])
    ([3, 4, 6, 8, 10, 11], [1, 2])
    """
    known: list[tuple[int, int]] = []
    for place, number in enumerate(numbers):
        if number is not None and (not known or number > known[-1][1]):
            known.append((place, number))
    if not known:
        known = [(0, 1)]
    first, last = known[0], known[-1]
    filled = [max(1, first[1] - first[0] + place) for place in range(first[0])]
    for (low, start), (high, end) in pairwise(known):
        share = (end - start) / (high - low)
        filled += [round(start + share * step) for step in range(high - low)]
    return [*filled, *(last[1] + step for step in range(len(numbers) - last[0]))]
