"""What OCR leaves of a marker that it could not read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.model import Span
from ingest.styles import EMPHASIS, is_name, is_power

_SQUARE = 2
_SUP = "⁰¹²³⁴-⁹"
_ALIKE = r"\dlI|!oOQDZzSBTYbGgqA&$*º°"
_GLUED = re.compile(rf"(?<=[\w\"”’»)%][.,;:!?)\"”’»])(?P<n>[{_ALIKE}]{{1,4}})(?=[\s)\]\"”’]|$)")
_DAMAGED = (
    (re.compile(r"[\[({|]\s?\^\s?(?P<n>[*\w|!$&]{1,4})[\])}|]?|\^\s?(?P<m>[*\w|!$&]{1,4})[\])|]"), 2.0),
    (re.compile(r"\$\s?(?:\^\s?\{?|\{)\s?(?P<n>[*\w|!]{1,4})\s?\}?\s?\$?"), 1.5),
    (re.compile(r"\\?(?:textsuperscript|footnotemark)\W{0,2}(?P<n>[*\w|!$&]{1,5}?)(?:[\]})]+|(?=\s))"), 2.0),
    (re.compile(rf"(?P<n>[{_SUP}] [{_SUP}]{{1,2}})"), 2.0),
    (
        re.compile(
            r"(?<=[^\W_]|[.,;:!?)\"”’»])\{(?P<n>[*\w|!$& ]{1,5})\}|(?<=[^\W_]|[.,;:!?)\"”’»])\{(?P<m>\d{1,4})(?=\s)"
        ),
        2.0,
    ),
    (re.compile(r"\^\{?\s?(?P<n>[*\w&|!$]{1,4})\s?\}?(?=\W|$)"), 2.0),
    (re.compile(rf"(?P<n>(?=[ºª°*'’”\"]*[{_SUP}])[{_SUP}ºª°*]{{1,4}})"), 2.0),
    (re.compile(r"<sup>\s*\[?(?P<n>[^<>\]\s]{1,4})\]?\s*</?sup>?|<sup>(?P<m>\d{1,4})\b", re.IGNORECASE), 2.0),
    (_GLUED, 1.5),
    (re.compile(r"(?<=[a-zß-öø-ÿ]{3})(?P<n>(?=[lI|!*]*\d)[\dlI|!*]{1,3})(?=[\s.,;:!?)\"”’]|$)"), 1.0),
)
"""Shapes that a damaged marker may have, with weights; which note it calls, its neighbours must tell."""

_LIST = r"\d{1,4}(?:\s?[,;–-]\s?\d{1,4})*"
_DAMAGED_BRACKET = re.compile(
    rf"(?<=[\w.,;:!?\"”’])\s?(?:\[\s?(?P<n>[*\w|!]{{1,4}})\s?[\])}}|](?![:(\w])"
    rf"|\[(?P<open>{_LIST})(?=[.,;:]?\s)|(?P<close>(?<=\s){_LIST})\](?=[\s.,;:]))"
)
"""A number in brackets that are hurt, or numbers with one bracket left."""


_SPECK = re.compile(r"(?<=[\w.,;:!?)\"”’»])[*°#](?=\s|$)")


def specks(source: str, span: Span) -> Iterator[Span]:
    """Yield what may be all that is left of a marker: where one is missing, its place."""
    marked = {match.end() for match in EMPHASIS.finditer(source, span.start, span.end)}
    for match in _SPECK.finditer(source, span.start, span.end):
        if match.end() not in marked and not is_name(source, match.start()):
            yield Span(*match.span())


_SIGN = re.compile(
    r"(?<=[\w.,;:!?)\"”’»])\s?(?P<n>[*†‡§‖¶#$°×+']{1,2})(?=[\s.,;:)]|$)|(?<=[.,;:!?)\"”’»])(?P<m>[xftTSqlI])(?=\s|$)"
)


def damaged_signs(source: str, span: Span) -> Iterator[tuple[str, Span, float]]:
    """Yield what may be left of a sign that calls a note: what can be read of it, its Span, a weight."""
    for match in _SIGN.finditer(source, span.start, span.end):
        token = match["n"] or match["m"]
        yield token, Span(match.end() - len(token), match.end()), 1.5


def damaged_marks(source: str, span: Span) -> Iterator[tuple[str, Span, float]]:
    """Yield what may be left of a marker in ``span``: what can be read of its number, its Span, a weight."""
    for shape, weight in _DAMAGED:
        for match in shape.finditer(source, span.start, span.end):
            token = match["n"] or match.groupdict().get("m")
            if (
                token and not is_power(source, match.start(), _SQUARE) and not (shape is _GLUED and token.isdecimal())
            ):  # those are marks, or no sign of a note
                yield token, Span(*match.span()), weight


def damaged_brackets(source: str, span: Span) -> Iterator[tuple[str, Span]]:
    """Yield what may be left of numbers in brackets: each number, and the Span of all of it."""
    for match in _DAMAGED_BRACKET.finditer(source, span.start, span.end):
        whole = match.group()
        at = Span(match.start() + len(whole) - len(whole.lstrip()), match.end())
        for token in [match["n"]] if match["n"] else re.findall(r"\d+", match["open"] or match["close"]):
            yield token, at
