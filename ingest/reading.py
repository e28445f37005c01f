"""Reading text: what a person should read, and the way back from it to the source.

One rule turns Spans into reading text, everywhere in Ibid: slice the source, join the slices, unescape the
few entities that OCR leaves, make every run of white space one blank (one line end, if the run holds a blank
line), strip the ends. White space between two parts is therefore carried by the spans themselves: parts that
end in a blank are joined by a blank, parts that do not (``Part-`` + ``nership`` without the hyphen) are
joined to one word.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from ingest.model import Span

_ENTITIES = {"quot": '"', "amp": "&", "lt": "<", "gt": ">", "apos": "'"}
_PIECE = re.compile(
    r"[^\s&]++(?: [^\s&]++)*+"  # words with one blank between them, which read as they stand
    r"|(?:\s|&nbsp;)++"
    r"|&(?:quot|amp|lt|gt|apos);"
    r"|&"
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
        raw = "".join(source[start:end] for start, end in spans)
        matches = list(_PIECE.finditer(raw))
        pieces = [_read_piece(match.group()) for match in matches]
        while pieces and pieces[-1].isspace():
            pieces.pop()
        first = 1 if pieces and pieces[0].isspace() else 0
        self._raw_spans = [match.span() for match in matches[first : len(pieces)]]
        self._starts = [0, *accumulate(map(len, pieces[first:]))]
        self.text = "".join(pieces[first:])

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
        found: list[Span] = []
        for index in range(bisect_right(self._offsets, raw_start) - 1, bisect_left(self._offsets, raw_end)):
            span, offset = self._spans[index], self._offsets[index]
            low = span.start + max(raw_start - offset, 0)
            found.append(Span(low, min(span.end, span.start + raw_end - offset)))
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
        index = bisect_left(self._raw_spans, (raw, raw))
        if index == 0:
            return 0
        start, end = self._raw_spans[index - 1]
        if end <= raw or self._is_changed(index - 1):
            return self._starts[index]
        return self._starts[index - 1] + raw - start

    def _raw_range(self, position: int) -> tuple[int, int]:
        """Start and end, in the joined slices, of the character at ``position`` of the text."""
        index = bisect_right(self._starts, position) - 1
        start, end = self._raw_spans[index]
        if self._is_changed(index):
            return start, end
        at = start + position - self._starts[index]
        return at, at + 1

    def _is_changed(self, index: int) -> bool:
        """Whether a piece is an entity or a run of white space, all of which is read as one character."""
        start, end = self._raw_spans[index]
        return end - start != self._starts[index + 1] - self._starts[index]


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


def _read_piece(piece: str) -> str:
    if piece[0].isspace() or piece.startswith("&nbsp;"):
        return "\n" if len(_LINE_END.findall(piece)) > 1 else " "
    if piece.startswith("&") and len(piece) > 1:
        return _ENTITIES[piece[1:-1]]
    return piece
