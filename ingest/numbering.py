"""What numbers a note: digits, or signs that follow each other in an order of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from ingest.misreading import is_readable, misreading
from ingest.model import Span
from ingest.repairs import damaged_marks, damaged_signs
from ingest.styles import (
    DAMAGED_NOTES,
    FAINT,
    NOTE_SHAPES,
    SURE,
    SYMBOL_MARKER,
    SYMBOL_NOTE,
    SYMBOLS,
    Mark,
    emphasis_ends,
    find_marks,
    is_name,
    read_number,
)

_SIGN_AT_HEAD = re.compile(
    rf"^[ \t]*(?P<one>[{SYMBOLS}])(?P=one){{0,3}}[ \t]?[^\W\d_]|^[ \t]*(?P<other>[{SYMBOLS}])[ \t]?[\"“]", re.MULTILINE
)
_LOOKALIKES = {"*": "x×°'+", "†": "ftT+", "‡": "#f+t†", "§": "$S58s", "‖": "|lI1", "¶": "q9P"}
_ALIKE = 0.5
_DAMAGED_SIGN = re.compile(rf"(?P<n>[{SYMBOLS}#$°×+'xftTSsqP|lI]{{1,2}})\s+(?=[A-Z\"“‘«(])")
_NO_NOTE = 10**6
"""Number of a sign that numbers no note."""


class Head(NamedTuple):
    """A note's printed number: ``span`` is what is left out of its text; ``weight`` how sure a sign it is."""

    number: int
    weight: float
    span: Span
    style: str


class Numerals(Protocol):
    """A way to number notes. ``restarts`` says that the numbers begin anew as a matter of course."""

    restarts: bool

    def head(self, source: str, span: Span) -> Head | None:
        """Read the number of a note that may begin in ``span``."""

    def damaged(self, source: str, span: Span) -> Iterator[tuple[str, Span]]:
        """Yield what may be a damaged number at the head of ``span``, with its Span."""

    def misread(self, token: str, number: int) -> float | None:
        """How far a damaged number is from ``number``; None where it cannot be it."""

    def marks(self, source: str) -> Iterator[Mark]:
        """Yield all that may be a marker, in order."""

    def damaged_marks(self, source: str, span: Span) -> Iterator[tuple[str, Span, float]]:
        """Yield what may be left of a marker in ``span``: what can be read of its number, its Span, a weight."""

    def label(self, number: int) -> str:
        """What a person writes to call note ``number``."""


class Digits:
    """Numbers: raised, in brackets, or plain."""

    restarts = False

    def head(self, source: str, span: Span) -> Head | None:
        """Read the number of a note that may begin in ``span``."""
        if source[span.start].isalpha():
            return None
        for shape in NOTE_SHAPES:
            match = shape.pattern.match(source, span.start, span.end)
            if match and match.end() < span.end:
                return Head(read_number(match["n"]), shape.weight, Span(*match.span()), shape.style)
        return None

    def damaged(self, source: str, span: Span) -> Iterator[tuple[str, Span]]:
        """Yield what may be a damaged number at the head of ``span``, with its Span."""
        for shape in DAMAGED_NOTES:
            match = shape.match(source, span.start, span.end)
            if match and match.end() < span.end:
                token = match["n"] + (match.groupdict().get("more") or "")
                if is_readable(token):
                    yield token, Span(*match.span())

    def misread(self, token: str, number: int) -> float | None:
        """How far a damaged number is from ``number``; None where it cannot be it."""
        return misreading(token, number)

    def marks(self, source: str) -> Iterator[Mark]:
        """Yield all that may be a marker, in order."""
        return find_marks(source)

    def damaged_marks(self, source: str, span: Span) -> Iterator[tuple[str, Span, float]]:
        """Yield what may be left of a marker in ``span``: what can be read of its number, its Span, a weight."""
        return damaged_marks(source, span)

    def label(self, number: int) -> str:
        """What a person writes to call note ``number``."""
        return str(number)


class Signs:
    """Asterisk, dagger and the rest, in the order that printers give them, anew on each page.

    Only the signs count that stand at the head of a line somewhere: after the last of them the first comes again,
    doubled. Where it is the asterisk alone, notes are told apart by how many asterisks they have.
    """

    restarts = True

    def __init__(self, source: str) -> None:
        used = {match["one"] or match["other"] for match in _SIGN_AT_HEAD.finditer(source)}
        self._order = [sign for sign in SYMBOLS if sign in used] or [SYMBOLS[0]]

    def head(self, source: str, span: Span) -> Head | None:
        """Read the sign of a note that may begin in ``span``."""
        match = SYMBOL_NOTE.match(source, span.start, span.end)
        if match is None or match.end() == span.end:
            return None
        if self._number(match["n"]) == _NO_NOTE:
            return None
        return Head(self._number(match["n"]), 1.0 if match["one"] in "*#" else 3.0, Span(*match.span()), "symbol")

    def damaged(self, source: str, span: Span) -> Iterator[tuple[str, Span]]:
        """Yield what may be a damaged sign at the head of ``span``, with its Span."""
        match = _DAMAGED_SIGN.match(source, span.start, span.end)
        if match and match.end() < span.end:
            yield match["n"], Span(*match.span())

    def misread(self, token: str, number: int) -> float | None:
        """How far a damaged sign is from that of note ``number``; None where it cannot be it."""
        label = self.label(number)
        if len(token) != len(label):
            return None
        costs = [
            0.0 if one == two else _ALIKE if one in _LOOKALIKES[two] else 9.0
            for one, two in zip(token, label, strict=True)
        ]
        return sum(costs) if max(costs) < 1.0 else None

    def damaged_marks(self, source: str, span: Span) -> Iterator[tuple[str, Span, float]]:
        """Yield what may be left of a marker in ``span``: what can be read of its sign, its Span, a weight."""
        return damaged_signs(source, span)

    def marks(self, source: str) -> Iterator[Mark]:
        """Yield all that may be a marker, in order: no sign of a pair that stands around emphasised words."""
        closing = emphasis_ends(source)
        for match in SYMBOL_MARKER.finditer(source):
            span = Span(*match.span("mark"))
            if span.end not in closing:
                weight = FAINT if is_name(source, span.start) else SURE
                yield Mark(self._number(match["n"]), weight, span, (span,), "symbol")

    def label(self, number: int) -> str:
        """What a person writes to call note ``number``."""
        times, place = divmod(number - 1, len(self._order))
        return self._order[place] * (times + 1)

    def _number(self, printed: str) -> int:
        if printed[0] not in self._order:
            return _NO_NOTE
        return self._order.index(printed[0]) + 1 + len(self._order) * (len(printed) - 1)
