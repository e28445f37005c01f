"""Page furniture: running heads and feet, stamps on every page, bare page numbers, and junk."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

from ingest.numerals import bare_page_number, bare_roman_number
from ingest.styles import NOTE_SHAPES, PLAIN
from ingest.units import Unit
from ingest.wording import SHORT_FORM

MAX_LENGTH = 120
"""Running heads and feet are short."""

MIN_REPEATS = 3
"""A line must come back this often to be a running head or foot by its words."""

_CONTENTS_REACH = 100_000
"""Printed contents stand in this many characters at the beginning, if they tell a heading from a running head."""

_NOTES_REACH = 20
_MAX_TITLE = 80
_MAX_HEADS = 20
_MIN_MISREAD = 10
"""A shorter line is no running head if it differs from one."""

_EDGE_NUMBER = re.compile(
    r"^(?:page\s+)?(?P<head>\d{1,4})\s+(?:\|\s*)?(?=\D)"
    r"|(?<=[^\d.,:/–-])\s+(?:\|\s*)?(?:\[?(?:page|p\.)\s+)?(?P<foot>\d{1,4})\]?$",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-_–—─]{3,}")
_DIGITS = re.compile(r"\d+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_STAMP = re.compile(
    r"(?:downloaded (?:from|by|on)\b|this content downloaded|available (?:online )?at\b|doi\s*:|https?://(?:dx\.)?doi\.org/"
    r"|©|\(c\)\s|copyright\b|.{0,40}\b(?:issn|all rights reserved)\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^\W\d_]+\.?|§+")
_ITEM = re.compile(r"[-*•–]\s|\(?\w{1,3}[.)]\s")
_STOP = re.compile(r"[.!?:;,][\"'”’»)\]]*$")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVXLC]+\.|[^\W\d_]+ (?:\d+|[IVXLC]+)\b\.?)(?:\s|$)")


@dataclass(frozen=True, slots=True)
class _Line:
    """A unit of one short line: its words without the page number at its edge, and that number (or None)."""

    index: int
    text: str
    words: str
    number: int | None


def find_furniture(source: str, units: Sequence[Unit]) -> dict[int, int | None]:
    """Find page furniture. Returns the index of each such unit with the page number it prints, or None.

    A unit is furniture if it is junk, a line drawn across the page or a bare page number, or if its words come back
    on several pages and either a rising page number goes with them, or they are a web address or a stamp, or they
    break sentences in two, or they stand at the edges of pages that follow each other. A line is read as such words
    too if it differs from them by a letter or two, at such a place. Whatever its words are, a line at the edge of a
    page is furniture if its number counts the form feeds, or if the text behind it goes on in small letters.
    """
    found: dict[int, int | None] = {i: None for i, unit in enumerate(units) if unit.is_junk or _is_rule(source, unit)}
    lines = [line for i, unit in enumerate(units) if (line := _line(source, i, unit))]
    found.update(_bare_numbers(units, lines))
    groups: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        if line.index not in found and any(map(str.isalpha, line.words)):
            groups[_DIGITS.sub("#", line.words.casefold())].append(line)
    numbered = [
        places for places in groups.values() if len(places) >= MIN_REPEATS and _is_numbered_head(source, units, places)
    ]
    found.update((line.index, line.number) for places in numbered for line in places if line.number is not None)
    pages = _Pages(source, units, found)
    running = [
        places
        for places in groups.values()
        if len(places) >= MIN_REPEATS and places not in numbered and _is_running(source, units, pages, places)
    ]
    for places in (*numbered, *running):
        lost = [line for line in _without_title(source, places) if line.index not in found]
        if places in numbered:  # without its number the same line may be a heading, but at the edge of a page
            lost = [line for line in lost if _ADDRESS.fullmatch(line.words) or pages.is_edge(line.index)]
        found.update((line.index, None) for line in lost)
    heads = [places[0].words for places in (*numbered, *running)]
    found.update(_misread(source, units, pages, [line for line in lines if line.index not in found], heads))
    found.update(_numbered_at_feeds(pages, lines, found))
    found.update(_before_rests(source, units, pages, [line for line in lines if line.index not in found], found))
    return found


def split_page_number(text: str) -> tuple[str, int | None]:
    """Take the page number off a running head or foot.

    >>> split_page_number("4 Report 78 / 2022"), split_page_number("www.example.org")
    (('Report 78 / 2022', 4), ('www.example.org', None))
    """
    match = _EDGE_NUMBER.search(text)
    if match is None:
        return text, None
    return (text[: match.start()] + text[match.end() :]).strip(), int(match["head"] or match["foot"])


def _is_rule(source: str, unit: Unit) -> bool:
    """Whether a unit is a line that is drawn across the page, as above footnotes."""
    return unit.alone and len(unit.lines) == 1 and _RULE.fullmatch(source, *unit.span) is not None


def _line(source: str, index: int, unit: Unit) -> _Line | None:
    if (
        unit.is_rows
        or unit.is_junk
        or _is_rule(source, unit)
        or len(unit.lines) > 1
        or unit.span.end - unit.span.start > MAX_LENGTH
    ):
        return None
    text = unit.text(source)
    words, number = split_page_number(" ".join(text.split()))
    if SHORT_FORM.match(words):
        return None  # "12 Ibid." comes back on many pages, and is a note
    return _Line(index, text, words, number)


def _bare_numbers(units: Sequence[Unit], lines: Sequence[_Line]) -> Iterator[tuple[int, int | None]]:
    """Yield the units that are a page number; Roman ones, which name no page of ours, only where two rise."""
    romans: list[tuple[int, int]] = []
    for line in lines:
        if not units[line.index].alone or len(line.text) > 20:
            continue
        number = bare_page_number(line.text)
        if number is not None:
            yield line.index, number
        elif (roman := bare_roman_number(line.text)) is not None:
            romans.append((line.index, roman))
    for (first, low), (second, high) in pairwise(romans):
        if low < high:
            yield first, None
            yield second, None


def _is_numbered_head(source: str, units: Sequence[Unit], places: Sequence[_Line]) -> bool:
    """Whether rising page numbers go with the words of some lines."""
    words = places[0].words
    numbers = [line.number for line in places if line.number is not None]
    if len(numbers) < 2 or numbers != sorted(set(numbers)) or _STOP.search(words):
        return False
    # "Article 5" is the heading of an article, until it breaks sentences in two.
    return not _LABEL.fullmatch(words) or sum(_breaks_sentence(source, units, line.index) for line in places) > 1


def _is_running(source: str, units: Sequence[Unit], pages: _Pages, places: Sequence[_Line]) -> bool:
    """Whether lines without a page number of their own are a running head, a foot or a stamp."""
    numbers = {line.number for line in places}
    if None not in numbers and len(numbers) > 1:
        return False  # what changes with the number is a heading, a title, a list item
    words = places[0].text if None not in numbers else places[0].words
    if len({line.words for line in places}) == 1 and (_ADDRESS.fullmatch(words) or _STAMP.match(words)):
        return True
    if _STOP.search(words):
        return False
    if sum(_breaks_sentence(source, units, line.index) for line in places) > 1:
        return True
    edges = [line.index for line in places if pages.is_edge(line.index)]
    steps = [pages.number(right) - pages.number(left) for left, right in pairwise(edges)]
    return len(edges) >= max(MIN_REPEATS, 0.8 * len(places)) and 0 < median(steps) <= 2


class _Pages:
    """Where pages end, as far as it can be told before notes are known."""

    def __init__(self, source: str, units: Sequence[Unit], found: dict[int, int | None]) -> None:
        self._source = source
        self._units = units
        self._found = found
        if "\f" in source:
            breaks = [self._feed(index) for index in range(len(units))]
        elif any(number is not None for number in found.values()):
            breaks = [found.get(index - 1) is not None for index in range(len(units))]
        else:
            notes = [self.is_note(index) for index in range(len(units))]
            breaks = [False, *(before and not here for before, here in pairwise(notes))]
        self._numbers = [*accumulate(map(int, breaks))]

    def number(self, index: int) -> int:
        """Count the pages that end before a unit."""
        return self._numbers[index]

    def is_edge(self, index: int) -> bool:
        """Whether a unit stands first or last on its page: next to a new page, a page number, or notes."""
        if index in (0, len(self._units) - 1) or self._feed(index) or self._feed(index + 1):
            return True
        around = (index - 1, index + 1)
        return any(self._found.get(i) is not None for i in around) or any(
            self.is_note(i) != self.is_note(j) for i, j in (around,)
        )

    def is_beside_feed(self, index: int) -> bool:
        """Whether a unit stands next to a form feed."""
        return self._feed(index) or self._feed(index + 1) or index == len(self._units) - 1

    def _feed(self, index: int) -> bool:
        """Whether a new page begins with a unit."""
        if not 0 < index < len(self._units):
            return False
        return self._source.find("\f", self._units[index - 1].span.end, self._units[index].span.start) >= 0

    def is_note(self, index: int) -> bool:
        """Whether a unit begins as notes do that nothing else begins like."""
        start, end = self._units[index].span
        return any(shape.weight > PLAIN and shape.pattern.match(self._source, start, end) for shape in NOTE_SHAPES)


def _without_title(source: str, places: Sequence[_Line]) -> Sequence[_Line]:
    """Leave out the first of some like lines, where it is the heading that the running head repeats."""
    first = places[0]
    if first.index == 0 and not any(map(str.isdecimal, first.text)):
        return places[1:]  # the title of the whole
    if first.number is not None and any(line.number is None for line in places):
        return places
    if all(line.number is None for line in places):
        listed = re.compile(re.escape(first.text) + r"[\t .·…]+\d{1,4}[ \t]*$", re.MULTILINE)
        is_title = _NUMBERED.match(first.text) is not None or listed.search(source, 0, _CONTENTS_REACH) is not None
    else:
        is_title = first.number is None
    return places[1:] if is_title and not _ADDRESS.fullmatch(first.words) else places


def _misread(
    source: str, units: Sequence[Unit], pages: _Pages, lines: Sequence[_Line], heads: Sequence[str]
) -> Iterator[tuple[int, int | None]]:
    """Yield the lines that are one of ``heads`` but for a letter or two, and stand where heads stand."""
    known = [head.casefold() for head in heads[:_MAX_HEADS] if len(head) >= _MIN_MISREAD]
    for line in lines:
        words = line.words.casefold()
        if not any(
            abs(len(words) - len(head)) <= 2 and words != head and _differs_little(words, head) for head in known
        ):
            continue
        if line.number is not None or pages.is_edge(line.index) or _breaks_sentence(source, units, line.index):
            yield line.index, line.number


def _numbered_at_feeds(
    pages: _Pages, lines: Sequence[_Line], found: dict[int, int | None]
) -> Iterator[tuple[int, int | None]]:
    """Yield the lines beside form feeds whose numbers count the pages, whatever their words are."""
    beside = [line for line in lines if line.number is not None and pages.is_beside_feed(line.index)]
    offsets = Counter(line.number - pages.number(line.index) for line in beside if line.number is not None)
    offsets.update(page - pages.number(index) for index, page in found.items() if page is not None)
    usual, count = max(offsets.items(), key=lambda item: item[1], default=(0, 0))
    for line in beside:
        agrees = line.number is not None and line.number - pages.number(line.index) == usual
        if count >= MIN_REPEATS and agrees and line.index not in found and not _STOP.search(line.words):
            yield line.index, line.number


def _before_rests(
    source: str, units: Sequence[Unit], pages: _Pages, lines: Sequence[_Line], found: dict[int, int | None]
) -> Iterator[tuple[int, int | None]]:
    """Yield the lines at the edges of pages behind which the text goes on in small letters: no heading stands there."""
    met: Counter[str] = Counter()
    for line in lines:
        met[line.words] += 1
        if not line.index or not _is_titled(line, met[line.words] > 1) or pages.is_note(line.index):
            continue
        if line.number is None and not pages.is_edge(line.index):
            continue
        behind = next((i for i in range(line.index + 1, min(line.index + 4, len(units))) if i not in found), None)
        if behind is None or not source[units[behind].span.start].islower() or units[behind].is_rows:
            continue
        before = line.index - 1
        while before > 0 and line.index - before < _NOTES_REACH and (before in found or pages.is_note(before)):
            before -= 1
        end = source[units[before].span.end - 1]
        if pages.is_beside_feed(line.index) or end.isalnum() or end in ",-":
            yield line.index, None


def _is_titled(line: _Line, is_met: bool) -> bool:
    """Whether a line is worded as a running head: a web site, or a title with its main words in capitals.

    One with a number as items of lists have them is only if it was met before.
    """
    if len(line.text) > _MAX_TITLE or _STOP.search(line.text) or (_ITEM.match(line.text) and not is_met):
        return False
    if _ADDRESS.fullmatch(line.words):
        return line.words.count("/") in (0, 2, 3)
    main = [word for word in re.findall(r"[^\W\d_]+", line.words) if len(word) > 3]
    return bool(main) and sum(word[0].isupper() for word in main) >= 0.6 * len(main)


def _differs_little(one: str, two: str) -> bool:
    """Whether two lines differ by two characters at most, digits left aside: they differ for a reason."""
    if [*filter(str.isdecimal, one)] != [*filter(str.isdecimal, two)]:
        return False
    if len(one) == len(two):
        return sum(a != b for a, b in zip(one, two, strict=True)) <= 2
    ahead = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    after = zip(reversed(one), reversed(two), strict=False)
    behind = next((n for n, (a, b) in enumerate(after) if a != b), min(len(one), len(two)))
    return ahead + behind >= max(len(one), len(two)) - 2


def _breaks_sentence(source: str, units: Sequence[Unit], index: int) -> bool:
    """Whether a unit stands between text that breaks off and text that goes on in lower case."""
    if not 0 < index < len(units) - 1:
        return False
    before, here, after = (unit.text(source) for unit in units[index - 1 : index + 2])
    return (before[-1].isalnum() or before[-1] in ",-") and after[0].islower() and here not in (before, after)
