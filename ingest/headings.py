"""Headings and their levels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from ingest.contents import Contents, Entry, plain
from ingest.levels import Outline, Rank, Style, read_label, style_of
from ingest.model import Span
from ingest.styles import without_marker
from ingest.tables import is_caption, is_source
from ingest.units import Unit

MAX_LENGTH = 120
"""A heading is one line of at most this many characters, unless the printed contents list it."""

_MAX_LISTED = 300
_MAX_LINES = 3
_MAX_PASSED = 5

_NUMBERED_HEADING = re.compile(
    r"\d{1,2}(?:\.\d{1,2}){0,4}\.?\s+[^\W\d_][^.;]*[^.;:,\s]$|\d{1,2}\.\d[\d.]*\s+[A-Z].*[^.;:,\s]$"
)
_STOPPED_HEADING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+|[-–—.: ]*)[A-Z][^.;:!?]{2,60}\.")
_ADDRESS = re.compile(r"(?:URL\s*:|https?://|www\.)|\S@\S", re.IGNORECASE)
_IMPRINT = re.compile(
    r"isbn|issn|doi\b|tel(?:ephone)?[.:]|fax\b|e-?mail\b|©|copyright"
    r"|(?:photo(?:graph)?|image|picture|illustration)s?\s*(?::|by\b)"
    r"|(?:[^\W\d_]+ ){0,3}credits?\s*:|printed (?:by|in)\b|published by|layout\b"
    r"|(?:sources?|notes?|keywords?)\s*:",
    re.IGNORECASE,
)
_SLASHES = re.compile(r" / .* / ")
_MARKDOWN = re.compile(r"(?P<level>#{1,6})\s+(?P<title>.*?)\s*#*$")
_SETEXT = re.compile(r"\s*(?![-*+>|=])(?P<title>\S.*?)\s*[\r\n]+[ \t]*(?P<rule>=+|-{2,})\s*")
_CALL = re.compile(r"\[\^[^\]\s]{1,40}\]")
_STRESS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]+?)(?<=\S)\1(?![\w*])")
_BOLD = re.compile(r"(?P<mark>\*\*|__)(?=\S)(?P<title>[^*_\n]+?)(?<=\S):?(?P=mark):?")
_SENTENCE_END = re.compile(r"[.!…:;。！][\"'”’»)\]*_]*$")
_NAMES = 8
"""A line of more capitalised words than this, with none in lower case between them, is a list of names."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: the path of titles down to its own, and where the printed contents list it (or None)."""

    path: tuple[str, ...]
    entry: Entry | None

    @property
    def level(self) -> int:
        """1 for the outermost headings."""
        return len(self.path)


def find_headings(source: str, units: Sequence[Unit], body: Sequence[int], contents: Contents) -> dict[int, Heading]:
    """Find headings among the units named by ``body``, by index.

    A heading that the printed ``contents`` list stands on the level they give it, one that they do not list
    under the last one they do. Where none are printed, headings nest by their numbering and lettering.
    """
    finder = _Finder(source, units, contents)
    found: dict[int, Heading] = {}
    last = -1  # the place in body of the last heading
    for place, (index, following) in enumerate(zip_longest(body, body[1:])):
        if (title := finder.title(index, following)) is None:
            continue
        previous = body[last] if last == place - 1 >= 0 else None
        heading, completes = finder.place(title, previous is not None and len(found[previous].path) > 0)
        if completes and previous is not None:  # "CHAPTER I" and the line with its title are one heading
            found[previous] = Heading(heading.path, found[previous].entry)
        found[index] = heading
        last = place
    return found


def heading_signs(source: str, span: Span) -> Iterator[Span]:
    """The signs that make a paragraph a heading in Markdown: number signs around its title, a rule below it."""
    text = source[slice(*span)]
    match = _MARKDOWN.fullmatch(text) or _SETEXT.fullmatch(text)
    if match and match["title"]:
        low, high = (span.start + place for place in match.span("title"))
        yield from (Span(*ends) for ends in ((span.start, low), (high, span.end)) if ends[0] < ends[1])


class _Finder:
    """Tells headings from other units and finds the place of each among the headings before it."""

    def __init__(self, source: str, units: Sequence[Unit], contents: Contents) -> None:
        self._source = source
        self._units = units
        self._contents = contents
        self._outline = Outline()
        self._markdown: list[int] = []
        self._met: Counter[str] = Counter()

    def title(self, index: int, following: int | None) -> str | None:
        """Give the title in a unit, without its markup, or None if it is no heading."""
        unit = self._units[index]
        if unit.is_rows or len(unit.lines) > _MAX_LINES or unit.span.end - unit.span.start > _MAX_LISTED:
            return None
        raw = unit.text(self._source)
        if len(unit.lines) == 1 and _MARKDOWN.match(raw):
            return raw
        if len(unit.lines) == 2 and _SETEXT.fullmatch(raw):
            return raw
        if not unit.alone or following is None:
            return None
        after = self._units[following]
        if (after.is_rows and not after.is_code) or self._source[after.span.start].islower():
            return None
        if self._goes_on(following):
            return None
        bold = _BOLD.fullmatch(raw)
        text = " ".join((bold["title"] if bold else raw).split())
        return text if self._is_worded(text, len(unit.lines), self._leads(following)) else None

    def _goes_on(self, following: int) -> bool:
        """Whether text goes on in small letters behind the caption or table that stands next."""
        passed = following
        while passed < len(self._units) and passed < following + _MAX_PASSED:
            unit = self._units[passed]
            text = self._source[unit.span.start : min(unit.span.end, unit.span.start + MAX_LENGTH)]
            if not (unit.is_rows or is_caption(text) or is_source(text)):
                return passed > following and text[0].islower()
            passed += 1
        return False

    def _leads(self, following: int) -> bool:
        """Whether a unit is a paragraph of some length: what stands above it may head it, even with a stop."""
        unit = self._units[following]
        return unit.span.end - unit.span.start > MAX_LENGTH and not self._source[unit.span.start].isdecimal()

    def _is_worded(self, text: str, lines: int, is_led: bool) -> bool:
        if self._contents.lists(text):
            return True
        if is_led and _STOPPED_HEADING.fullmatch(label[2] if (label := read_label(text)) else text):
            return label is not None or text[0].isdecimal()
        if len(text) > MAX_LENGTH or _IMPRINT.match(text) or _SLASHES.search(text):
            return False
        if label := read_label(text):
            return not label[2][:1].islower() and not (len(label[2]) > 1 and _SENTENCE_END.search(label[2]))
        if _NUMBERED_HEADING.match(text) and not is_caption(text):
            return True
        return (lines == 1 or text.isupper()) and _is_titled(text)

    def place(self, raw: str, after_heading: bool) -> tuple[Heading, bool]:
        """Find the place of a heading. Returns it, and whether it completes the bare label just before it."""
        if markdown := _MARKDOWN.match(raw):
            return self._at_markdown(markdown["title"], len(markdown["level"])), False
        if setext := _SETEXT.fullmatch(raw):
            return self._at_markdown(setext["title"], 1 if setext["rule"][0] == "=" else 2), False
        style = style_of(raw)
        if entry := self._entry(raw):
            self._outline.open_at(raw, style, entry.level)
        elif after_heading and style.rank > Rank.NUMBERED and self._completes_label():
            self._outline.rename(f"{self._outline.path[-1].rstrip(' .:')}. {raw}")
            return Heading(self._outline.path, None), True
        else:
            self._outline.open(raw, style)
        return Heading(self._outline.path, entry), False

    def _at_markdown(self, title: str, level: int) -> Heading:
        """Place a heading whose markup gives its level; levels that are left out leave no gap in the path."""
        title = _STRESS.sub(r"\2", _CALL.sub("", title)).strip() or title
        while self._markdown and self._markdown[-1] >= level:
            self._markdown.pop()
        self._markdown.append(level)
        self._outline.open_at(title, Style(Rank.PLAIN, "markdown"), len(self._markdown))
        return Heading(self._outline.path, self._entry(title))

    def _entry(self, title: str) -> Entry | None:
        """Where the contents list a title; one that they list several times is met in their order."""
        key = plain(title)
        entries = self._contents.entries.get(key)
        if not entries:
            return None
        self._met[key] += 1
        return entries[min(self._met[key], len(entries)) - 1]

    def _completes_label(self) -> bool:
        label = read_label(self._outline.path[-1])
        return label is not None and not label[2].strip()


def _is_titled(text: str) -> bool:
    """Whether a line without a number is worded as a heading: short, or with its main words in capitals."""
    if is_caption(text) or _ADDRESS.search(text) or not text[0].isupper() or text[-1] in ",-–—":
        return False
    if _SENTENCE_END.search(without_marker(text)) or _is_about_people(text):
        return False
    main = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3]
    capitals = sum(word[0].isupper() for word in main)
    letters = sum(map(str.isalpha, text))
    return letters > 0.6 * len(text) and (len(text.split()) <= 6 or capitals >= 0.6 * len(main))


def _is_about_people(text: str) -> bool:
    """Whether a line lists names, or says after a dash who somebody is."""
    words = text.split()
    names = len(words) > _NAMES and not text.isupper() and all(word[0].isupper() for word in words)
    return names or "—" in text
