"""The table of footnote styles: how a note's own number is printed, and how the body calls it.

Another publisher's style is another row here. A pattern has a group ``n`` for what is called; a marker's
pattern has a group ``mark`` for the marker, and stands where the mark begins. Weights say how sure a sign it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.misreading import SUPERSCRIPTS
from ingest.model import Span

SURE = 4.0
"""Weight of a marker that means nothing else."""

GLUED = 2.0
"""Weight of plain digits where no number would stand by itself."""

PLAIN = 1.0
"""Digits, at the head of a note or behind a word, of no more weight than this need other evidence."""

FAINT = 0.5
"""Weight of what is most likely something else: a power of ten, a unit of area."""

_SUP = "⁰¹²³⁴-⁹"
SYMBOLS = "*†‡§‖¶"
"""Signs that call notes, in the order that printers give them."""

_QUOTES = '"”’»'


class Shape(NamedTuple):
    """One way to print a note's number or a marker, in one ``style``."""

    style: str
    pattern: re.Pattern[str]
    weight: float


NOTE_SHAPES = (
    Shape("markdown", re.compile(r"\[\^(?P<n>\d{1,4})\]:\s*"), 6.0),
    Shape("superscript", re.compile(rf"(?P<n>[{_SUP}]{{1,4}})(?![{_SUP}])\s*"), 5.0),
    Shape("caret", re.compile(r"\^\{(?P<n>\d{1,4})\s*(?:\}\s*|(?=&\}quot;))"), 5.0),
    Shape("caret", re.compile(r"\^(?P<n>\d{1,4})(?=\s|[A-Z\"“])\s*"), 4.0),
    Shape("latex", re.compile(r"\$\s?\^\{?(?P<n>\d{1,4})\}?\s?\$\s*"), 5.0),
    Shape("latex", re.compile(r"\\(?:textsuperscript\{|footnotemark\[)(?P<n>\d{1,4})[}\]]\s*"), 5.0),
    Shape("latex", re.compile(r"\\footnotetext\[(?P<n>\d{1,4})\]\{\s*"), 6.0),
    Shape("html", re.compile(r"<sup>\s*\[?(?P<n>\d{1,4})\]?\s*</sup>\s*", re.IGNORECASE), 5.0),
    Shape("bracket", re.compile(r"\[(?P<n>\d{1,4})\](?![(:])\s*(?=[^\s.,;:)])"), 2.0),
    Shape("plain", re.compile(r"\(?(?P<n>\d{1,4})(?:[.)]\s+(?=\S)|\s+(?=[^\W\d_]|[\"“”'‘«„(\[*_&$€£]|\d{4}\b))"), 0.5),
    Shape("plain", re.compile(r"(?P<n>\d{1,4})[.)]?(?=[A-Z\"“«])"), 0.25),
)
"""How a note's own number stands at the head of its paragraph; LABEL is for names such as ``[^silver]:``."""

LABEL = re.compile(r"\[\^(?P<n>[^\]\s]{1,40})\]:[ \t]*")
"""How a note that is called by name stands at the head of its paragraph."""

LABEL_MARKER = re.compile(r"\[\^(?P<n>[^\]\s]{1,40})\](?!:)")
"""How such a note is called."""

SYMBOL_NOTE = re.compile(rf"(?P<n>(?P<one>[{SYMBOLS}])(?P=one){{0,3}})(?![{SYMBOLS}])\s*(?=[^\W_]|[\"“‘«(])")
"""How the sign of a note that has no number stands at the head of its paragraph."""

DAMAGED_NOTES = (
    re.compile(r"\\?(?:textsuperscript|footnote(?:text|mark))\W{0,2}(?P<n>[*\w|!$& ]{1,5}?)(?:[\]})]+\{?|\{)\s*(?=\S)"),
    re.compile(r"<?\s?sup>?\s*\[?(?P<n>[^<>\]\s]{1,4})\]?\s*<?\s?/?\s?sup>?\s*", re.IGNORECASE),
    re.compile(r"\$?\s?\^?\{(?P<n>[*\w|!$& ]{1,5})\}?\s?\$?\s*"),
    re.compile(r"[\[({]?\s?\^?[\[({]?(?P<n>[*\w|!$&]{1,4})[\])}]{0,2}:\s*"),
    re.compile(rf"(?P<n>[{_SUP}ºª°] [{_SUP}ºª°]{{1,2}})\s+"),
    re.compile(r"\^\{(?P<n>[*\w]{1,4})\s*(?:\}(?P<more>\w{1,3}(?=\s))?\s*|(?=&\}quot;))"),
    re.compile(rf"(?P<n>[{_SUP}ºª°]{{1,4}})\s*"),
    re.compile(r"[\[{(<]?\^?[\[{(<]?(?P<n>[*|!$&\w]{1,4})[\]})>]?[.,:]?\s+(?=[\"“'‘«(A-Z])"),
    re.compile(r"(?P<n>[*lI|!\d]{1,4})(?=[A-Z\"“«])"),
)
"""What may be a number that OCR has damaged: it is one only where it can be read as the number that is due."""

_POWER = re.compile(r"(?:(?:^|[^\w.])(?:[kcdmnµ]?m|ft|in|yd|s|[a-zA-Z])|(?:^|[^\d.,])(?P<ten>10))\$?$")
"""What stands before a power: a unit or a variable (40 m³, x²), or ten (10⁶)."""

_CAPITAL = re.compile(r"(?:^|\W)[A-Z]$")
_POWERS = (2, 3)
_POWER_REACH = 5

MARKER_SHAPES = {
    "superscript": (
        Shape(
            "superscript",
            re.compile(
                rf"(?!(?<=[\s(])[{_SUP}]+[^\W\d_{_SUP}])(?P<mark>(?P<n>[{_SUP}]{{1,4}}))(?![{_SUP}⁺⁻])"  # not ¹⁴C, Ca²⁺
            ),
            SURE,
        ),
    ),
    "caret": (
        Shape("formula", re.compile(r"(?P<mark>\^\{(?P<n>\d{1,4})\})(?=\$)"), SURE),
        Shape("caret", re.compile(r"(?P<mark>\^\{(?P<n>\d{1,4})\})"), SURE),
        Shape("caret", re.compile(r"(?P<mark>\^(?P<n>\d{1,4}))(?![\d\w^])"), 3.0),
    ),
    "latex": (
        Shape("latex", re.compile(r"(?P<mark>\$\s?\^\{?(?P<n>\d{1,4})\}?\s?\$)"), SURE),
        Shape("latex", re.compile(r"(?P<mark>\\textsuperscript\{(?P<n>\d{1,4})\})"), SURE),
        Shape("latex", re.compile(r"(?P<mark>\\footnotemark\[(?P<n>\d{1,4})\])"), SURE),
    ),
    "markdown": (Shape("markdown", re.compile(r"(?P<mark>\[\^(?P<n>\d{1,4})\])(?!:)"), SURE),),
    "html": (Shape("html", re.compile(r"(?P<mark><sup>\s*\[?(?P<n>\d{1,4})\]?\s*</sup>)", re.IGNORECASE), SURE),),
    # Digits glued to what ends a clause, to what ends a sentence, and to a number with a stop: there (a date,
    # a decimal) only where another sentence begins.
    "digits": (
        Shape(
            "plain", re.compile(rf"(?<=[\w{_QUOTES})%.,;!?][,;:){_QUOTES}])(?P<mark>(?P<n>\d{{1,4}}))(?=\s|$)"), GLUED
        ),
        Shape(
            "plain",
            re.compile(
                rf"(?:(?<=[^\W\d][.!?])|(?<=[{_QUOTES})][.!?]))(?<!\bNo\.)(?P<mark>(?P<n>\d{{1,4}}))"
                rf"(?=\s|[)\]{_QUOTES}]|$)"
            ),
            GLUED,
        ),
        Shape("plain", re.compile(r"(?<=\d\.)(?P<mark>(?P<n>\d{1,4}))(?=\s+[A-Z\"“]|[^\S\n]*(?:\n|\Z))"), GLUED),
        Shape("plain", re.compile(r"(?<=[a-zß-öø-ÿ]{4})(?P<mark>(?P<n>\d{1,3}))(?=[\s.,;:!?)\"”’]|$)"), 1.0),
        Shape(
            "plain",
            re.compile(rf"(?<=[.,;){_QUOTES}][ \t])(?P<mark>(?P<n>\d{{1,4}}))(?=[ \t]+[a-zA-Z\"“(]|[^\S\n]*(?:\n|\Z))"),
            1.0,
        ),
    ),
}
"""How a marker stands in the body, by what it begins with; the first pattern that fits is taken."""

_PLACE = re.compile(
    rf"[{_SUP}^$\\<\[\d](?:(?<=\D)"
    rf"|(?:(?<=[,;:!?){_QUOTES}]\d)|(?<=\D\.\d))\d{{0,3}}(?=[\s)\]{_QUOTES}]|\Z)"
    r"|(?<=\d\.\d)\d{0,3}(?=\s+[A-Z\"“]|[^\S\n]*(?:\n|\Z))"
    rf"|(?<=[a-zß-öø-ÿ]\d)\d{{0,3}}(?=[\s.,;:!?)\"”’]|\Z)|(?<=[.,;){_QUOTES}][ \t]\d)\d{{0,3}}(?=\s|\Z))"
)
"""Where a marker may stand at all: at a sign, or at digits where one of their shapes may be."""

BRACKET_MARKER = re.compile(
    r"\[(?P<list>\d{1,4}(?:\s?[,;–—-]\s?\d{1,4})*)(?P<place>,\s?(?:pp?\.|at|§|ch\.|no\.|fig\.)[^\]\n]{1,30})?\](?![:(\w])"
)
"""Numbers in brackets, perhaps with a place in the work: ``[12]``, ``[3, 5]``, ``[3–5]``, ``[7, p. 12]``."""

SYMBOL_MARKER = re.compile(
    rf"(?<=[^\s(\[{{{SYMBOLS}])(?P<mark>(?P<n>(?P<one>[{SYMBOLS}])(?P=one){{0,3}}))(?![\w{SYMBOLS}])"
)
"""A sign behind a word or a stop; one of a pair that stands around emphasised words is none."""

EMPHASIS = re.compile(r"(?<![\w*])(?P<star>\*{1,3})(?=[^\s*])[^*\n]{1,200}?(?<=\S)(?P<end>(?P=star))(?![\w*])")
"""Words between asterisks, ``*title*``."""

_TRIGGER = re.compile(
    rf"(?P<superscript>[{_SUP}]+)|(?P<caret>\^)|(?P<latex>\$(?=\s?\^)|\\(?=textsuper|footnotemark))"
    r"|(?P<html><(?=[sS][uU][pP]>))|(?P<digits>\d+)|(?P<bracket>\[(?=\d))|(?P<markdown>\[(?=\^\d))"
)
_MARKER_END = re.compile(
    rf"(?:[{_SUP}]{{1,4}}|\$?\^\{{\d{{1,4}}\}}\$?|\[\^?\w{{1,4}}\]|<sup>\d{{1,4}}</sup>|\\\w+[\[{{]\d{{1,4}}[\]}}]"
    rf"|(?<=[.!?{_QUOTES}]) ?\d{{1,4}}|(?<=[.!?{_QUOTES}])[{SYMBOLS}]{{1,4}})$"
)


class Mark(NamedTuple):
    """What may call note ``number``: ``span`` is the marker, ``cuts`` what reading text leaves out with it."""

    number: int
    weight: float
    span: Span
    cuts: tuple[Span, ...]
    style: str


def find_marks(source: str) -> Iterator[Mark]:
    """Find all that may be the marker of a numbered note, in order, each place as the surest shape it has."""
    end = tried = 0
    for place in _PLACE.finditer(source):  # far faster than to look for the whole pattern everywhere
        if place.start() < tried or (trigger := _TRIGGER.match(source, place.start())) is None:
            continue
        tried = trigger.end()
        begins = trigger.lastgroup or ""
        if trigger.start() < end:
            continue
        if begins == "bracket":
            for mark in _bracket_marks(source, trigger.start()):
                yield mark
                end = mark.cuts[0].end
            continue
        for shape in MARKER_SHAPES[begins]:
            if match := shape.pattern.match(source, trigger.start()):
                span = Span(*match.span("mark"))
                number = read_number(match["n"])
                weight = FAINT if is_power(source, span.start, number) else shape.weight
                yield Mark(number, weight, span, _cuts(source, span, shape.style), shape.style)
                end = span.end
                break


def is_power(source: str, start: int, number: int) -> bool:
    """Whether a raised number at ``start`` is a power of what stands before it."""
    match = _POWER.search(source, max(0, start - _POWER_REACH), start)
    return match is not None and (match["ten"] is not None or number in _POWERS)


def is_name(source: str, start: int) -> bool:
    """Whether a sign at ``start`` stands behind a single capital, and names something: the A* algorithm."""
    return _CAPITAL.search(source, max(0, start - 2), start) is not None


def read_number(printed: str) -> int:
    """Read digits, raised or not."""
    return int(printed.translate(SUPERSCRIPTS))


def without_marker(text: str) -> str:
    """Take off what looks like a marker at the end of ``text``, so that its last words can be judged.

    >>> without_marker("Rivers carry silt.¹"), without_marker("The year 2022")
    ('Rivers carry silt.', 'The year 2022')
    """
    return _MARKER_END.sub("", text).rstrip()


def _bracket_marks(source: str, start: int) -> Iterator[Mark]:
    match = BRACKET_MARKER.match(source, start)
    if match is None:
        return
    whole = Span(*match.span())
    cut = (_with_blanks(source, whole),)
    numbers = list(re.finditer(r"\d+", match["list"]))
    offset = match.start("list")
    for place, number in enumerate(numbers):
        own = Span(offset + number.start(), offset + number.end())
        span = whole if len(numbers) == 1 else own
        yield Mark(int(number.group()), SURE, span, cut, "bracket")
        if place + 1 < len(numbers) and re.search("[–—-]", match["list"][number.end() : numbers[place + 1].start()]):
            between = Span(own.start, offset + numbers[place + 1].end())
            for skipped in range(
                int(number.group()) + 1, min(int(numbers[place + 1].group()), int(number.group()) + 50)
            ):
                yield Mark(skipped, SURE, between, cut, "bracket")


def _cuts(source: str, mark: Span, style: str) -> tuple[Span, ...]:
    if style == "markdown":
        return (mark,)
    if style != "formula":
        return (_with_blanks(source, mark),)
    line = source.rfind("\n", 0, mark.start) + 1
    opening = source.rfind("$", max(line, mark.start - 40), mark.start)
    after = Span(mark.start, mark.end + 1)  # the dollar sign behind it
    return (after,) if opening < 0 else (Span(opening, opening + 1), after)


def _with_blanks(source: str, mark: Span) -> Span:
    """A marker with the white space before it, unless that begins a paragraph."""
    start = mark.start
    while start > 0 and source[start - 1].isspace():
        start -= 1
    return mark if start == 0 or source.count("\n", start, mark.start) > 1 else Span(start, mark.end)


def emphasis_ends(source: str) -> frozenset[int]:
    """Where emphasis that asterisks mark ends: those asterisks are no markers."""
    return frozenset(match.end() for match in EMPHASIS.finditer(source))
