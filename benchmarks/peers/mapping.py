"""From a text that was found back to where it stands in its document.

What a system says of the place is believed where the document holds that text there. Else the text is looked for
as it is, then by its letters and digits alone, so that changed white space, marks and entities do not matter, and
at last part by part. A text that stands in several places is taken to be the first of them when it is found first,
the second when it is found again for the same question, and so on.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from benchmarks.peers.protocol import Piece
from ingest.model import Span

SURE = 20
"""Letters and digits that make a part one that is hardly met by chance; a shorter one must follow what was mapped."""

_WORD = re.compile(r"&(?:nbsp|quot|amp|lt|gt|apos);|([^\W_]+)")


@dataclass(frozen=True, slots=True)
class Located:
    """Where a piece stands, and how many of its letters and digits could be mapped."""

    piece: Piece
    spans: tuple[Span, ...]
    letters: int
    mapped: int


class Places:
    """The documents, in which pieces are located."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self._texts = {name: _Text(text) for name, text in documents.items()}

    def locate(self, found: Sequence[Piece]) -> list[Located]:
        """Locate what was found for one question, in the order it was found."""
        times: Counter[tuple[str, str]] = Counter()
        located = []
        for piece in found:
            wanted = letters(piece.text)[0]
            spans = self._spans(piece, wanted, times[piece.document, wanted])
            times[piece.document, wanted] += 1
            text = self._texts[piece.document]
            mapped = min(len(wanted), len(text.letters_of(spans)))
            located.append(Located(piece, spans, len(wanted), mapped))
        return located

    def _spans(self, piece: Piece, wanted: str, time: int) -> tuple[Span, ...]:
        text = self._texts[piece.document]
        stated = tuple(Span(start, end) for start, end in piece.spans)
        if stated and text.letters_of(stated) == wanted:
            return stated
        return text.exact(piece.text, time) or text.by_letters(wanted, time) or tuple(text.by_parts(piece.text))


class _Text:
    """A document's text, and its letters and digits alone with the place of each."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _letters(self) -> tuple[str, list[int]]:
        return letters(self.text)

    def letters_of(self, spans: Iterable[Span]) -> str:
        """Letters and digits of ``spans``, joined."""
        return letters("".join(self.text[start:end] for start, end in spans))[0]

    def exact(self, wanted: str, time: int) -> tuple[Span, ...]:
        """Where ``wanted`` stands as it is, the ``time``-th such place, from 0; nothing if nowhere."""
        start = _occurrence(self.text, wanted, time)
        return (Span(start, start + len(wanted)),) if start is not None else ()

    def by_letters(self, wanted: str, time: int) -> tuple[Span, ...]:
        """As ``exact``, for letters and digits alone."""
        start = _occurrence(self._letters[0], wanted, time)
        return (self._span(start, len(wanted)),) if start is not None else ()

    def by_parts(self, printed: str) -> Iterator[Span]:
        """Where the parts stand that can be found, each of as many words as may be, in turn."""
        words = [match.group() for match in _WORD.finditer(printed) if match.group(1)]
        first, end = 0, 0
        while first < len(words):
            # Where more words are met, fewer are too: so the most are found by halving.
            most = bisect_left(range(1, len(words) - first + 1), True, key=partial(self._lacks, words[first:]))
            part = "".join(words[first : first + most])
            start = self._next(part, end) if most else None
            if start is not None:
                end = start + len(part)
                yield self._span(start, len(part))
            first += most if start is not None else 1

    def _lacks(self, words: Sequence[str], count: int) -> bool:
        return "".join(words[:count]) not in self._letters[0]

    def _next(self, part: str, end: int) -> int | None:
        """Where ``part`` stands at or after ``end``, or else anywhere; a short one must stand at ``end``."""
        held = self._letters[0]
        if len(part) < SURE:
            return end if held.startswith(part, end) else None
        start = held.find(part, end)
        return start if start != -1 else held.find(part)

    def _span(self, start: int, length: int) -> Span:
        places = self._letters[1]
        return Span(places[start], places[start + length - 1] + 1)


def letters(text: str) -> tuple[str, list[int]]:
    """The letters and digits of ``text``, those of entities left out, and the place of each.

    >>> letters("It's &quot;so&quot;.")
    ('Itsso', [0, 1, 3, 11, 12])
    """
    words = [match for match in _WORD.finditer(text) if match.group(1)]
    return "".join(match.group() for match in words), [place for match in words for place in range(*match.span())]


def _occurrence(text: str, wanted: str, time: int) -> int | None:
    """Start of the ``time``-th place of ``wanted``, or of the last where there are not so many; None if nowhere."""
    if not wanted:
        return None
    last = None
    start = text.find(wanted)
    while start != -1:
        last = start
        if time == 0:
            break
        time -= 1
        start = text.find(wanted, start + 1)
    return last
