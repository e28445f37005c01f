"""Page furniture: running heads and feet, stamps on every page, bare page numbers, and junk."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from ingest.edges import MIN_REPEATS, Line, Pages, breaks_sentence, split_page_number
from ingest.loneheads import heads_before_rests, misread_heads, numbered_at_feeds
from ingest.numerals import bare_page_number, bare_roman_number
from ingest.units import Unit
from ingest.wording import SHORT_FORM

MAX_LENGTH = 120
"""Running heads and feet are short."""

_CONTENTS_REACH = 100_000
"""Printed contents stand in this many characters at the beginning, if they tell a heading from a running head."""

_RULE = re.compile(r"[-_–—─]{3,}")
_DIGITS = re.compile(r"\d+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_STAMP = re.compile(
    r"(?:downloaded (?:from|by|on)\b|this content downloaded|available (?:online )?at\b|doi\s*:|https?://(?:dx\.)?doi\.org/"
    r"|©|\(c\)\s|copyright\b|.{0,40}\b(?:issn|all rights reserved)\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^\W\d_]+\.?|§+")
_STOP = re.compile(r"[.!?:;,][\"'”’»)\]]*$")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVXLC]+\.|[^\W\d_]+ (?:\d+|[IVXLC]+)\b\.?)(?:\s|$)")


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
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.index not in found and any(map(str.isalpha, line.words)):
            groups[_DIGITS.sub("#", line.words.casefold())].append(line)
    rising = {words: places for words, places in groups.items() if _is_numbered_head(source, units, places)}
    turns = _taking_turns(rising)
    often = {words: places for words, places in groups.items() if len(places) >= MIN_REPEATS or words in turns}
    numbered = rising.keys() & often
    found.update((line.index, line.number) for words in numbered for line in often[words] if line.number is not None)
    pages = Pages(source, units, found)
    heads = []
    for words, places in often.items():
        if words not in numbered and not _is_running(source, units, pages, places):
            continue
        heads.append(places[0].words)
        lost = [line for line in _without_title(source, places) if line.index not in found]
        if words in numbered:  # without its number the same line may be a heading, but at the edge of a page
            lost = [line for line in lost if _ADDRESS.fullmatch(line.words) or pages.is_edge(line.index)]
        found.update((line.index, None) for line in lost)
    found.update(misread_heads(source, units, pages, [line for line in lines if line.index not in found], heads))
    found.update(numbered_at_feeds(pages, lines, found))
    found.update(heads_before_rests(source, units, pages, [line for line in lines if line.index not in found], found))
    return found


def _is_rule(source: str, unit: Unit) -> bool:
    """Whether a unit is a line that is drawn across the page, as above footnotes."""
    return unit.alone and len(unit.lines) == 1 and _RULE.fullmatch(source, *unit.span) is not None


def _line(source: str, index: int, unit: Unit) -> Line | None:
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
    return Line(index, text, words, number)


def _bare_numbers(units: Sequence[Unit], lines: Sequence[Line]) -> Iterator[tuple[int, int | None]]:
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


def _taking_turns(rising: Mapping[str, Sequence[Line]]) -> set[str]:
    """The words of heads of left and right pages: page by page, with text between, one follows the other.

    In a text of four or five pages each comes back no more than once.
    """
    lines = sorted(
        (line.index, line.number, words)
        for words, places in rising.items()
        for line in places
        if line.number is not None
    )
    turns: Counter[frozenset[str]] = Counter()
    for (left, number, here), (right, following, there) in pairwise(lines):
        if number + 1 == following and here != there and left + 1 < right:
            turns[frozenset((here, there))] += 1
    return {words for pair, count in turns.items() if count >= MIN_REPEATS for words in pair}


def _is_numbered_head(source: str, units: Sequence[Unit], places: Sequence[Line]) -> bool:
    """Whether rising page numbers go with the words of some lines."""
    words = places[0].words
    numbers = [line.number for line in places if line.number is not None]
    if len(numbers) < 2 or numbers != sorted(set(numbers)) or _STOP.search(words):
        return False
    # "Article 5" is the heading of an article, until it breaks sentences in two.
    return not _LABEL.fullmatch(words) or sum(breaks_sentence(source, units, line.index) for line in places) > 1


def _is_running(source: str, units: Sequence[Unit], pages: Pages, places: Sequence[Line]) -> bool:
    """Whether lines without a page number of their own are a running head, a foot or a stamp."""
    numbers = {line.number for line in places}
    if None not in numbers and len(numbers) > 1:
        return False  # what changes with the number is a heading, a title, a list item
    words = places[0].text if None not in numbers else places[0].words
    if len({line.words for line in places}) == 1 and (_ADDRESS.fullmatch(words) or _STAMP.match(words)):
        return True
    if _STOP.search(words):
        return False
    if sum(breaks_sentence(source, units, line.index) for line in places) > 1:
        return True
    edges = [line.index for line in places if pages.is_edge(line.index)]
    steps = [pages.number(right) - pages.number(left) for left, right in pairwise(edges)]
    return len(edges) >= max(MIN_REPEATS, 0.8 * len(places)) and 0 < median(steps) <= 2


def _without_title(source: str, places: Sequence[Line]) -> Sequence[Line]:
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
