"""The printed page of each unit: read where it is printed, interpolated where it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ingest.model import PageSource
from ingest.units import Unit

_REACH = 24
"""A printed number is weighed against this many before it."""

_MAX_STEPS = 60_000
"""Where more ways to part pages than this are open, the pages between are made equally long."""

_NO_END = 3.0
"""What it costs, in pages, to end a page below a heading, or before the notes or the foot of the page."""

_UNNUMBERED = 0.2
"""What it costs, in pages, to believe an end where no page number stands."""

_EMPTY = 1.5
"""What a page without text costs."""


@dataclass(frozen=True, slots=True)
class Breaks:
    """Where pages end: ``sure`` ends, and how good an end each other unit is (``costs``, lower is better)."""

    sure: frozenset[int]
    costs: Sequence[float]


def find_breaks(
    source: str,
    units: Sequence[Unit],
    furniture: Mapping[int, int | None],
    notes: Collection[int],
    continues: Mapping[int, int],
    headings: Mapping[int, int],
) -> Breaks:
    """Find the last units of pages.

    ``furniture`` gives the page numbers printed by units that are furniture, ``continues`` the units whose sentence
    goes on in another, and ``headings`` the levels of headings. A page ends at a form feed; in a text that has
    none, after a run of footnotes and furniture (or before furniture, if it stands at the heads of pages), or where a
    sentence breaks off with nothing between.
    """
    inner = range(len(units) - 1)
    apart = {*furniture, *notes}
    if "\f" in source:
        sure = frozenset(i for i in inner if source.find("\f", units[i].span.end, units[i + 1].span.start) >= 0)
    elif _has_heads(furniture, len(units)):
        feet = {i for i in inner if _is_foot_before_head(furniture, i)}
        sure = frozenset(feet | {i for i in inner if i not in furniture and i + 1 in furniture and i + 1 not in feet})
        apart = {*notes}
    else:
        sure = frozenset(i for i in inner if (i in apart and i + 1 not in apart) or continues.get(i) == i + 1)
    numbered = {i for i in sure if furniture.get(i) is not None or furniture.get(i + 1) is not None}
    costs = [
        (0.0 if i in numbered else _UNNUMBERED) if i in sure else _NO_END if i + 1 in apart else _cost(headings, i)
        for i in range(len(units))
    ]
    return Breaks(sure, costs)


def _has_heads(furniture: Mapping[int, int | None], count: int) -> bool:
    """Whether page numbers stand at the heads of pages: none at the end, and the first before all text.

    The first page may have its number at its foot instead: then the next one follows at once.
    """
    if count - 1 in furniture:
        return False
    first = next((index for index in sorted(furniture) if furniture[index] is not None), None)
    return first is not None and (first == 0 or _is_foot_before_head(furniture, first))


def _is_foot_before_head(furniture: Mapping[int, int | None], index: int) -> bool:
    """Whether a page number is followed at once by the next one: a page ends between them."""
    here, there = furniture.get(index), furniture.get(index + 1)
    return here is not None and there == here + 1


def number_pages(
    units: Sequence[Unit], breaks: Breaks, printed: Mapping[int, int], has_feeds: bool
) -> tuple[list[int], list[PageSource]]:
    """Number the page of each unit, and say how it is known.

    ``printed`` gives the page of units that tell it: running heads and feet, headings with a page in the printed
    contents. Numbers that do not rise with the others are not believed. Where the source has neither numbers nor
    form feeds, all of it is one page.
    """
    anchors = _believed(sorted(printed.items()), breaks)
    if not anchors:
        ends = sorted(breaks.sure) if has_feeds else []
        return _fill(len(units), ends, 1), [PageSource.COUNTED] * len(units)
    ends = [end for end in sorted(breaks.sure) if end < anchors[0][0]]
    first = anchors[0][1] - len(ends)
    length = _usual_length(units, anchors, breaks)
    for left, right in pairwise(anchors):
        ends += _part(units, breaks, left, right, ends[-1] + 1 if ends else 0, length)
    ends += [end for end in sorted(breaks.sure) if end >= anchors[-1][0]]
    pages = _fill(len(units), ends, first)
    told = set(anchors)
    known = {page for index, page in told if pages[index] == page}
    return [max(1, page) for page in pages], [
        PageSource.PRINTED if page in known else PageSource.INTERPOLATED for page in pages
    ]


def _cost(headings: Mapping[int, int], end: int) -> float:
    """What it costs, in pages, to end a page with a unit: little before a heading, much below one."""
    before, after = headings.get(end), headings.get(end + 1)
    if before is not None and (after is None or after > before):
        return _NO_END
    return 0.5 if after is None else 0.1 if after == 1 else 0.3


def _fill(count: int, ends: Sequence[int], first: int) -> list[int]:
    last = Counter(ends)
    return [first, *(first + number for number in accumulate(last[i] for i in range(count - 1)))]


def _believed(printed: Sequence[tuple[int, int]], breaks: Breaks) -> list[tuple[int, int]]:
    """The best sequence of printed numbers that do not fall; those that agree with the ends of pages count more."""
    numbers = [(index, page) for index, page in printed if page > 0]
    seen = _counted(numbers, sorted(breaks.sure))
    scores: list[float] = []
    backs: list[int | None] = []
    for place, (_, page) in enumerate(numbers):
        best, back = 0.0, -1
        for before in range(max(0, place - _REACH), place):
            rise, ends = page - numbers[before][1], seen[place] - seen[before]
            score = scores[before] + (0.5 if rise == ends else 0.25 if 0 < rise <= 3 * ends else 0.0)
            if rise >= 0 and (rise > 0 or ends == 0) and score > best:
                best, back = score, before
        scores.append(best + 1.0)
        backs.append(back if back >= 0 else None)
    at = max(range(len(numbers)), key=lambda n: scores[n]) if numbers else None
    chain: list[tuple[int, int]] = []
    while at is not None:
        chain.append(numbers[at])
        at = backs[at]
    return chain[::-1]


def _counted(numbers: Sequence[tuple[int, int]], ends: Sequence[int]) -> list[int]:
    """How many pages end before each of some units, which come in order."""
    counts: list[int] = []
    count = 0
    for index, _ in numbers:
        while count < len(ends) and ends[count] < index:
            count += 1
        counts.append(count)
    return counts


def _usual_length(units: Sequence[Unit], anchors: Sequence[tuple[int, int]], breaks: Breaks) -> float:
    """How many characters a page has."""
    (first, low), (last, high) = anchors[0], anchors[-1]
    if high > low:
        return max(1.0, (units[last].span.end - units[first].span.start) / (high - low))
    return max(1.0, units[-1].span.end / (len(breaks.sure) + 1))


def _part(
    units: Sequence[Unit], breaks: Breaks, left: tuple[int, int], right: tuple[int, int], since: int, length: float
) -> list[int]:
    """The ends of pages between two units that tell theirs; ``since`` is the first unit of the left one's page."""
    missing = right[1] - left[1]
    sure = [end for end in range(left[0], right[0]) if end in breaks.sure]
    if missing == len(sure) or missing == 0:
        return sure[:missing]
    ways = _Ways(units, breaks.costs, length)
    if missing < len(sure):
        if missing * len(sure) ** 2 > _MAX_STEPS:
            return _evenly(units, left[0], right[0], missing)
        return list(ways.best(since, sure, missing, right[0], False)[1])
    extra = missing - len(sure)
    if extra * max(extra, right[0] - left[0]) ** 2 > _MAX_STEPS:
        return sorted([*sure, *_evenly(units, left[0], right[0], extra)])
    return ways.with_more(since, left[0], sure, extra, right[0])


def _evenly(units: Sequence[Unit], first: int, last: int, count: int) -> list[int]:
    start, end = units[first].span.start, units[last].span.start
    found: list[int] = []
    for index in range(first, last):
        wanted = start + (len(found) + 1) * (end - start) / (count + 1)
        if len(found) < count and (units[index].span.end >= wanted or last - index <= count - len(found)):
            found.append(index)
    return found + [last - 1] * (count - len(found))


class _Ways:
    """Ways to end pages: the best makes pages least unlike the usual length, with their ends at good places."""

    def __init__(self, units: Sequence[Unit], costs: Sequence[float], length: float) -> None:
        self._units = units
        self._costs = costs
        self._length = length

    def best(
        self, start: int, places: Sequence[int], count: int, last: int, is_whole: bool
    ) -> tuple[float, tuple[int, ...]]:
        """The best way to end ``count`` pages in ``places``, from the page that begins with ``start``.

        ``last`` is the last unit of the page behind them, which ``is_whole`` or goes on. A page without text ends
        where the one before it does. Returns the cost and the ends.
        """
        if count == 0:
            return self._misfit(start, last, is_whole), ()
        layer: list[tuple[float, tuple[int, ...]]] = [
            (self._misfit(start, end, True) + self._costs[end], (end,)) for end in places
        ]
        for _ in range(count - 1):
            layer = [
                min(
                    (score + self._misfit(chain[-1] + 1, end, True) + self._costs[end], (*chain, end))
                    for score, chain in layer
                    if chain[-1] <= end
                )
                for end in places
            ]
        return min((score + self._misfit(chain[-1] + 1, last, is_whole), chain) for score, chain in layer)

    def with_more(self, since: int, first: int, sure: Sequence[int], extra: int, last: int) -> list[int]:
        """Sure ends, and the best ``extra`` ones between ``first`` and ``last``."""
        ways: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}  # by how many extra ends are used
        start, low = since, first
        for end in (*sure, None):
            places = range(low, last if end is None else end + 1)
            inside = [
                self.best(start, places, more, last if end is None else end, end is not None)
                for more in range(extra + 1 if places else 1)
            ]
            ending = () if end is None else (end,)
            joined: dict[int, tuple[float, tuple[int, ...]]] = {}
            for used, (score, chain) in ways.items():
                for more, (added, ends) in enumerate(inside[: extra - used + 1]):
                    way = (score + added, (*chain, *ends, *ending))
                    joined[used + more] = min(way, joined.get(used + more, way))
            ways = joined
            start = low = last if end is None else end + 1
        return list(ways[extra][1])

    def _misfit(self, start: int, end: int, is_whole: bool) -> float:
        """How unlike the usual one, in pages, the length of a page from ``start`` to ``end`` is."""
        size = max(0, self._units[end].span.end - self._units[start].span.start) / self._length
        if size >= 1 or not is_whole:
            return max(0.0, size - 1)
        return (1 - size) / 2 if end >= start else _EMPTY
