"""What a paragraph and its place say of its being a note: the evidence that the alignment weighs."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, overload

from ingest.model import Span
from ingest.numbering import Head
from ingest.styles import without_marker
from ingest.units import Unit
from ingest.urls import ends_torn, is_url_piece
from ingest.wording import ADDRESS_FIRST, BARE_DOMAIN, CITES, looks_like_note

_OPENING = re.compile(r"[*_]{0,3}[\"“‘'«„(\[]?[^\W\d_a-zß-öø-ÿ]|[\"“«]")
_TRACE = re.compile(
    r"(?P<head>\^\{[^\w}&]*\d?(?:\}|\s*(?=&\}quot;))|\\footnotetext\W{0,2}[^\]\w]{0,3}\]?\{"
    r"|\\textsuperscript\{[^\w}]{0,3}\}\s*|<sup>[^\w<]{0,3}</sup>\s*)|\[&\]quot;"
)
"""What OCR leaves of a number it could not read, before the note's text or its opening quotation mark."""

_SPECK = re.compile(r"(?P<head>[”\"'’*`´|!^~.,:;]{1,2}\s+)(?=[A-Z\"“‘«(])")
"""What may be left of a number that OCR could not read, or the mark that stands there for another reason."""

_NOTES_HEADING = re.compile(
    r"(?:#{1,6}\s*|\*\*|[\divxIVX]+\.?\s+)?(?:end\s?notes?|foot\s?notes?|notes?(?: and references| to .{1,60})?"
    r"|(?:list of )?references?(?: and notes| cited)?|bibliography|works cited|literature(?: cited)?|sources"
    r"|anmerkungen|fußnoten|literatur(?:verzeichnis)?|notas|referencias|références|bibliographie"
    r"|примечания|сноски|литература|список литературы)\s*:?(?:\*\*)?(?:\s*#+)?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!…:;?。！？][\"'”’»)\]*_}]*$")
_TAIL = 120
"""No heading is longer."""

_SHORT = 100
"""A heading, or what is left of a paragraph that the page cuts, has fewer characters."""

_LONG = 600
"""A section of notes holds no paragraph without a number that is longer."""

_RULE = 5
"""A rule has at least so many strokes."""

_PATIENCE = 3
"""A section of notes is over after this many paragraphs without a number."""


_Owner = TypeVar("_Owner")
_Value = TypeVar("_Value")


class lazy(Generic[_Owner, _Value]):  # noqa: N801 -- used as a decorator
    """A property that is found out once: functools.cached_property without its lock, which costs more than it."""

    def __init__(self, find_out: Callable[[_Owner], _Value]) -> None:
        self._find_out = find_out
        self._name = find_out.__name__
        self.__doc__ = find_out.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> lazy[_Owner, _Value]: ...

    @overload
    def __get__(self, owner: _Owner, kind: type) -> _Value: ...

    def __get__(self, owner: _Owner | None, kind: type) -> lazy[_Owner, _Value] | _Value:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._find_out(owner)
        return value


@dataclass(frozen=True)
class Clues:
    """The evidence on one unit. What takes time to find out is found out when it is asked for.

    ``before`` is the end of the unit before (furniture included), ``after`` the start of the one behind it.
    ``interrupts``: the unit stands where a sentence of the unit before breaks off. ``section`` counts the parts
    that have a heading such as Notes, 0 where it is in none. ``at_bottom``: between it and the end of the page
    come only units with a number. ``next_number`` stands at the head of the next unit.
    ``has_feeds``: form feeds part the pages of the source. ``in_list``: a colon stands before it, a bracket opens
    it, or the item before is in a list.
    """

    source: str
    index: int
    unit: Unit
    head: Head | None
    before: int
    after: int
    after_furniture: bool
    before_furniture: bool
    interrupts: bool
    section: int
    at_bottom: bool
    in_list: bool
    next_number: int | None
    has_feeds: bool

    @lazy
    def span(self) -> Span:
        """Where the unit stands."""
        return self.unit.span

    @property
    def in_section(self) -> bool:
        """Whether it stands under a heading such as Notes."""
        return self.section > 0

    @lazy
    def text(self) -> str:
        """What the unit says, its printed number left out."""
        return self.source[self.head.span.end if self.head else self.span.start : self.span.end]

    @lazy
    def trace(self) -> re.Match[str] | None:
        """What is left of a number that cannot be read at all."""
        return None if self.head else _TRACE.match(self.source, self.span.start, self.span.end)

    @lazy
    def speck(self) -> re.Match[str] | None:
        """What may be left of a number, if it is no mark of its own."""
        return None if self.head or self.trace else _SPECK.match(self.source, self.span.start, self.span.end)

    @lazy
    def looks(self) -> float:
        """How much the unit is worded as a note."""
        return looks_like_note(self.text)

    @lazy
    def cites(self) -> bool:
        """Whether a web address stands in it."""
        return CITES.search(self.text) is not None and BARE_DOMAIN.fullmatch(self.text) is None

    @lazy
    def address_first(self) -> bool:
        """Whether it begins with a web address."""
        return ADDRESS_FIRST.match(self.text) is not None

    @lazy
    def may_open(self) -> bool:
        """Whether a note may begin so."""
        return (
            self.trace is not None
            or self.speck is not None
            or (_OPENING.match(self.text) is not None and not self.address_first)
        )

    @property
    def goes_on(self) -> bool:
        """Whether it begins inside a sentence."""
        return self.source[self.span.start].islower()

    @lazy
    def is_short(self) -> bool:
        """Whether it can be a heading: short, and no sentence."""
        if len(self.unit.lines) > 1 or self.span.end - self.span.start > _SHORT:
            return False
        return _SENTENCE_END.search(without_marker(self.source[self.span.start : self.span.end])) is None

    @lazy
    def breaks_off(self) -> bool:
        """Whether it ends inside a sentence."""
        return not self.unit.is_rows and breaks_off(self.source, self.span)

    @lazy
    def after_rule(self) -> bool:
        """Whether a rule, a line of strokes, stands right before it: notes stand below one."""
        return _is_rule(self.source[max(0, self.before - _TAIL) : self.before].rpartition("\n")[2])

    @property
    def ends_in_colon(self) -> bool:
        """Whether it announces what follows."""
        return self.source[self.span.end - 1] == ":"

    @lazy
    def is_open(self) -> bool:
        """Whether it ends inside a sentence, or inside a web address."""
        if self.unit.is_rows or not _lacks_end(self.source, self.span):
            return False
        return not CITES.search(self.text[-_TAIL:]) or ends_torn(self.text) == 1.0

    @lazy
    def is_url_piece(self) -> bool:
        """Whether it is nothing but a piece of a web address."""
        return is_url_piece(self.text)

    @lazy
    def on_new_page(self) -> bool:
        """Whether a form feed stands before it."""
        return "\f" in self.source[self.before : self.span.start]

    @lazy
    def at_page_end(self) -> bool:
        """Whether a form feed or furniture stands behind it."""
        return self.before_furniture or "\f" in self.source[self.span.end : self.after]

    @lazy
    def inside_line(self) -> bool:
        """Whether it begins inside a line, where only OCR or copying puts a note: behind another one."""
        before = self.source[self.before : self.span.start]
        return self.unit.tentative and not before.strip(" \t") and not (self.head and self.head.style == "markdown")

    @lazy
    def indented(self) -> bool:
        """Whether its first line is."""
        start = line = self.span.start
        while line > 0 and self.source[line - 1].isspace() and self.source[line - 1] not in "\n\r\f":
            line -= 1
        if line > 0 and not self.source[line - 1].isspace():
            return False
        blanks = self.source[line:start]
        return blanks.isspace() and ("\t" in blanks or len(blanks) >= 2)


def gather(
    source: str, units: Sequence[Unit], apart: Container[int], read_head: Callable[[str, Span], Head | None]
) -> Iterator[Clues]:
    """Yield the evidence on every unit but those in ``apart`` (furniture, other notes), in order."""
    section = _Section(source)
    before: Clues | None = None
    has_feeds = "\f" in source
    heads = [None if i in apart or u.is_rows else read_head(source, u.span) for i, u in enumerate(units)]
    bottoms = _bottoms(source, units, apart, heads)
    for index, unit in enumerate(units):
        if index in apart or _is_rule(source[unit.span.start : min(unit.span.end, unit.span.start + _TAIL)]):
            continue
        head = heads[index]
        following = heads[index + 1] if index + 1 < len(units) else None
        clues = Clues(
            source=source,
            index=index,
            unit=unit,
            head=head,
            before=units[index - 1].span.end if index else 0,
            after=units[index + 1].span.start if index + 1 < len(units) else len(source),
            after_furniture=index - 1 in apart,
            before_furniture=index + 1 in apart and not _rules(source, units[index + 1]),
            interrupts=before is not None and not unit.is_rows and not unit.tentative and before.breaks_off,
            section=section.of(unit, head),
            at_bottom=bottoms[index],
            next_number=following.number if following else None,
            has_feeds=has_feeds,
            in_list=before is not None and _is_listed(source, unit, head, before),
        )
        yield clues
        before = clues


def _rules(source: str, unit: Unit) -> bool:
    return unit.span.end - unit.span.start < _TAIL and _is_rule(source[unit.span.start : unit.span.end])


def _is_rule(line: str) -> bool:
    strokes = line.strip()
    return len(strokes) >= _RULE and not strokes.strip("_-–—=* ")


def _is_listed(source: str, unit: Unit, head: Head | None, before: Clues) -> bool:
    """Whether a unit is an item of a list: a bracket opens its number, a colon or such an item stands before it."""
    bracketed = source[unit.span.start] == "("
    if bracketed or before.ends_in_colon or not before.in_list or before.head is None or head is None:
        return bracketed or before.ends_in_colon
    return head.number == before.head.number + 1 and source[before.span.start] != "("


def _bottoms(source: str, units: Sequence[Unit], apart: Container[int], heads: Sequence[Head | None]) -> list[bool]:
    """Which units stand at the bottom of a page: up to its end come only numbers, and what goes on with them."""
    found = [False] * len(units)
    following = True
    for index in reversed(range(len(units))):
        unit = units[index]
        after = units[index + 1].span.start if index + 1 < len(units) else len(source)
        ends = (index + 1 in apart and not _rules(source, units[index + 1])) or "\f" in source[unit.span.end : after]
        found[index] = index not in apart and (ends or following)
        following = found[index] and (heads[index] is not None or unit.tentative)
    return found


class _Section:
    """Follows whether units stand under a heading such as Notes: until paragraphs have no number any more."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._misses = _PATIENCE
        self._count = 0

    def of(self, unit: Unit, head: Head | None) -> int:
        """The number of the section that a unit stands in, 0 for none. Units are asked for in order."""
        length = unit.span.end - unit.span.start
        if length < _SHORT and _NOTES_HEADING.fullmatch(self._source, unit.span.start, unit.span.end):
            self._misses = 0
            self._count += 1
        elif self._misses < _PATIENCE:
            self._misses = 0 if head else _PATIENCE if length > _LONG else self._misses + 1
        return self._count if self._misses < _PATIENCE else 0


def breaks_off(source: str, span: Span) -> bool:
    """Whether a paragraph ends inside a sentence, markers at its end left aside; a heading does not."""
    return (span.end - span.start >= _TAIL or source[span.start].islower()) and _lacks_end(source, span)


def _lacks_end(source: str, span: Span) -> bool:
    tail = without_marker(source[max(span.start, span.end - _TAIL) : span.end])
    return any(map(str.isalpha, tail)) and not _SENTENCE_END.search(tail)
