"""What OCR makes up inside a paragraph: a line read twice, the second time badly, and words without sense.

What is found here is taken out of the text for good, so each sign has to be plain; in doubt nothing is junk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from operator import eq

from ingest.model import Span

MIN_TWIN = 40
"""A line shorter than this may well be like the line above it."""

MAX_TWIN = 1000
"""Longer lines are paragraphs."""

_OPENING = 24
"""The first characters of a line, of which two thirds stand in its twin at the same places."""

_LIKE = 0.8
"""This share of an address stands in its second reading, in pieces of some length."""

_LEAST_WORD = 3
_MISREAD = 3
"""So many words of a line are misread at most; one more, and it is another line."""

_BABBLE_LONGEST = 8
_BABBLE_SHORTEST = 3
"""Words in a phrase that is repeated without sense."""

_ADDRESS_PART = re.compile(r"://|\w[./_-]\w")
_PLAIN_WORD = re.compile(r"[a-z]+")
_SCHEME = re.compile(r"(?<![a-z])(?P<scheme>[a-z]{4,6})://\S+/")
_SCHEMES = frozenset({"http", "https", "sftp", "file"})
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_junk(source: str, lines: Sequence[Span]) -> list[Span]:
    """Find the junk inside lines of text, in order; the parts do not overlap and have no blanks at their ends."""
    found: list[Span] = []
    twins = _Twins(source)
    above: Span | None = None
    for line in lines:
        junk = (above and twins.worse(above, line)) or _babble(source, line)
        if junk and (not found or junk.start >= found[-1].end):
            found.append(junk)
        above = line
    return found


def _babble(source: str, line: Span) -> Span | None:
    """What a line ends in behind a web address, torn or whole: a phrase in small letters, and the same again."""
    if not source[line.end - 1].islower() or source.find("://", line.start, line.end) < 0:
        return None
    words = [*re.finditer(r"\S+", source[line.start : line.end])]
    first = next((n for n in range(len(words), 0, -1) if not _PLAIN_WORD.fullmatch(words[n - 1].group())), 0)
    tail = [word.group() for word in words[first:]]
    if first == 0 or not _ADDRESS_PART.search(words[first - 1].group()):
        return None
    for size in range(_BABBLE_SHORTEST, min(_BABBLE_LONGEST, len(tail) // 2) + 1):
        times = _repeats(tail, size)
        if times > 1 and len(tail) <= size * times + size:
            return Span(line.start + words[first].start(), line.end)
    return None


def _repeats(words: Sequence[str], size: int) -> int:
    """How many times the last ``size`` words stand at the end of ``words``."""
    times = 1
    phrase = words[-size:]
    while words[-size * (times + 1) : -size * times] == phrase:
        times += 1
    return times


class _Twins:
    """Tells of two lines that follow each other whether they are readings of one, and which reading is damaged."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._words: Counter[str] | None = None

    def worse(self, above: Span, line: Span) -> Span | None:
        """The damaged reading; where it is the second, text that follows it on its line stays."""
        if min(above.end - above.start, line.end - line.start) < MIN_TWIN or line.end - line.start > MAX_TWIN:
            return None
        first, second = self._source[above.start : above.end], self._source[line.start : line.end]
        if second.find("://", 0, _OPENING) >= 0 and (part := _broken_address(first, second)):
            return _address_twin(part.rstrip("-"), second, line)  # the hyphen is of a word that goes on behind it
        if 3 * sum(map(eq, first[:_OPENING], second[:_OPENING])) < 2 * _OPENING or first == second:
            return None
        pairs = [pair for pair in zip(first.split(), second.split(), strict=False) if pair[0] != pair[1]]
        if len(first.split()) != len(second.split()) or not 0 < len(pairs) <= _MISREAD or not all(map(_alike, pairs)):
            return None
        if all(self._is_unknown(two) and not self._is_unknown(one) for one, two in pairs):
            return line
        return above if all(self._is_unknown(one) and not self._is_unknown(two) for one, two in pairs) else None

    def _is_unknown(self, word: str) -> bool:
        """Whether a word stands nowhere else in the text."""
        if self._words is None:
            self._words = Counter(match.group().casefold() for match in _WORD.finditer(self._source))
        return any(self._words[match.group().casefold()] < 2 for match in _WORD.finditer(word))


def _alike(pair: tuple[str, str]) -> bool:
    """Whether two words may be readings of one: the same digits, and most of the letters."""
    one, two = pair
    if re.sub(r"\D", "", one) != re.sub(r"\D", "", two) or abs(len(one) - len(two)) > 1 or len(one) < _LEAST_WORD:
        return False
    ahead: int = sum(map(eq, one, two)) + sum(map(eq, reversed(one), reversed(two)))
    return 2 * ahead >= len(one) + len(two)


def _broken_address(first: str, second: str) -> str | None:
    """The end of ``first`` that ``second`` may repeat: an address, if that of ``second`` has a broken scheme."""
    whole, broken = _SCHEME.search(first), _SCHEME.search(second)
    if not whole or not broken or whole["scheme"] not in _SCHEMES or broken["scheme"] in _SCHEMES:
        return None
    if abs(len(whole["scheme"]) - len(broken["scheme"])) > 1 or whole.start() < broken.start():
        return None
    return first[whole.start() - broken.start() :]


def _address_twin(first: str, second: str, line: Span) -> Span | None:
    """The part of ``second``, which stands in ``line``, that repeats ``first``."""
    if first == second[: len(first)] or len(second) < len(first) - 3:
        return None
    matcher = SequenceMatcher(None, first, second[: len(first) + 8], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size >= _LEAST_WORD]
    if sum(block.size for block in blocks) < _LIKE * len(first):
        return None
    end = blocks[-1].b + len(first) - blocks[-1].a
    return Span(line.start, line.start + len(second[:end].rstrip()))


def part_lines(lines: Sequence[Span], junk: Sequence[Span]) -> Iterator[tuple[list[Span], bool]]:
    """Cut the lines of one unit at the junk in them. Yields runs of lines, each with whether it is junk."""
    run: list[Span] = []
    for line in lines:
        start = line.start
        for part in junk:
            if not line.contains(part):
                continue
            if start < part.start:
                run.append(Span(start, part.start))
            if run:
                yield run, False
            yield [part], True
            run, start = [], part.end
        if start < line.end:
            run.append(Span(start, line.end))
    if run:
        yield run, False
