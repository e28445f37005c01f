"""Reading text: what a person should read, and the way back from it to the source.

One rule turns Spans into reading text, everywhere in Ibid: slice the source, join the slices, unescape the
few entities that OCR leaves, make every run of white space one blank (one line end, if the run holds a blank
line), strip the ends. White space between two parts is therefore carried by the spans themselves: parts that
end in a blank are joined by a blank, parts that do not (``Part-`` + ``nership`` without the hyphen) are
joined to one word.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from ingest.model import Span

_ENTITIES = {"quot": '"', "amp": "&", "lt": "<", "gt": ">", "apos": "'"}
_CHANGED = re.compile(  # what does not read as it stands; all else, words with one blank between them, does
    r"(?>(?:\s|&nbsp;){2,}|[^\S ]|&(?:nbsp|quot|amp|lt|gt|apos);)"
)
_LINE_END = re.compile(r"\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")


def read_spans(source: str, spans: Iterable[Span]) -> str:
    r"""Read ``spans`` of ``source`` in the order given.

    >>> read_spans("Part-\n\nnership  and\nmore", [Span(0, 4), Span(7, 24)])
    'Partnership and more'
    """
    return Reading(source, tuple(spans)).text


class Reading:
    """The reading text of some spans of a source, with the way back for any part of it."""

    def __init__(self, source: str, spans: tuple[Span, ...]) -> None:
        self._spans = spans
        self._offsets = [0, *accumulate(end - start for start, end in spans)]
        raw = "".join([source[start:end] for start, end in spans])
        # Where many characters are read as one: their start and end in the joined slices, and where the one stands
        # in what is read of them, white space at both ends included. Numbers in arrays take little memory.
        self._starts, self._ends, self._places = array("I"), array("I"), array("I")
        parts: list[str] = []
        end = length = 0
        for match in _CHANGED.finditer(raw):
            start = match.start()
            parts += (raw[end:start], _read_change(match.group()))
            length += start - end + 1
            end = match.end()
            if end - start > 1:
                self._starts.append(start)
                self._ends.append(end)
                self._places.append(length - 1)
        parts.append(raw[end:])
        read = "".join(parts)
        self.text = read.strip()
        self._lead = len(read) - len(read.lstrip())

    def spans_of(self, start: int, end: int) -> tuple[Span, ...]:
        """Source Spans of ``text[start:end]``, in reading order, adjacent ones merged.

        Reading them again gives ``text[start:end]`` without the white space at its ends.
        Raises ValueError unless ``0 <= start < end <= len(text)`` and the part holds more than white space.
        """
        part = self.text[start:end]
        if not 0 <= start < end <= len(self.text) or not part.strip():
            raise ValueError(f"a part must hold text inside 0..{len(self.text)}, got {start}..{end}")
        start += len(part) - len(part.lstrip())
        end -= len(part) - len(part.rstrip())
        raw_start, raw_end = self._raw_range(start)[0], self._raw_range(end - 1)[1]
        first, last = bisect_right(self._offsets, raw_start) - 1, bisect_left(self._offsets, raw_end) - 1
        found = [*self._spans[first : last + 1]]
        if raw_end < self._offsets[last + 1]:
            found[-1] = Span(found[-1].start, found[-1].start + raw_end - self._offsets[last])
        if raw_start > self._offsets[first]:
            found[0] = Span(found[0].start + raw_start - self._offsets[first], found[0].end)
        return merge_adjacent(found)

    def source_position(self, position: int) -> int:
        """Where in the source the character at ``position`` of the text begins."""
        raw = self._raw_range(position)[0]
        index = bisect_right(self._offsets, raw) - 1
        return self._spans[index].start + raw - self._offsets[index]

    def position_after(self, count: int) -> int:
        """How many characters of the text were read from the first ``count`` spans.

        White space that two spans share counts for the first of them.
        """
        raw = self._offsets[count]
        index = bisect_left(self._starts, raw) - 1
        place = raw if index < 0 else self._places[index] + 1 + max(0, raw - self._ends[index])
        return min(max(0, place - self._lead), len(self.text))

    def _raw_range(self, position: int) -> tuple[int, int]:
        """Start and end, in the joined slices, of the character at ``position`` of the text."""
        place = position + self._lead
        index = bisect_right(self._places, place) - 1
        if index < 0:
            return place, place + 1
        if self._places[index] == place:
            return self._starts[index], self._ends[index]
        at = self._ends[index] + place - self._places[index] - 1
        return at, at + 1


def merge_adjacent(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Merge spans that follow each other without a gap; order is kept."""
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1].end == span.start:
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return tuple(merged)


def cut(span: Span, holes: Sequence[Span]) -> list[Span]:
    """Take the parts in ``holes`` (sorted by start, may overlap) out of ``span``."""
    kept: list[Span] = []
    start = span.start
    for hole in holes:
        if hole.end <= start or hole.start >= span.end:
            continue
        if hole.start > start:
            kept.append(Span(start, hole.start))
        start = hole.end
    if start < span.end:
        kept.append(Span(start, span.end))
    return kept


def _read_change(piece: str) -> str:
    if piece[0].isspace() or piece.startswith("&nbsp;"):
        return "\n" if len(_LINE_END.findall(piece)) > 1 else " "
    return _ENTITIES[piece[1:-1]]
