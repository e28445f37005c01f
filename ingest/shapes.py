"""The shapes that printed note numbers take: another publisher's style is another row here."""

from __future__ import annotations

import re
from typing import NamedTuple

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class Shape(NamedTuple):
    """One way to print a number: ``pattern`` has a group ``n``; ``weight`` says how sure a sign it is."""

    name: str
    pattern: re.Pattern[str]
    weight: float

    def number(self, match: re.Match[str]) -> int:
        """Read the number that ``pattern`` has matched."""
        return int(match["n"].translate(_SUPERSCRIPTS))


NOTE_SHAPES = (
    Shape("markdown", re.compile(r"\[\^(?P<n>\d{1,4})\]:\s*"), 6.0),
    Shape("superscript", re.compile(r"(?P<n>[⁰¹²³⁴-⁹]{1,4})(?![⁰¹²³⁴-⁹])\s*"), 5.0),
    Shape("caret", re.compile(r"\^\{(?P<n>\d{1,4})\s*(?:\}\s*|(?=&\}quot;))"), 5.0),
)
"""How a note's own number stands at the head of its paragraph."""

MARKER_SHAPES = (
    Shape("markdown", re.compile(r"(?P<cut>(?P<mark>\[\^(?P<n>\d{1,4})\]))(?!:)"), 4.0),
    Shape("formula", re.compile(r"(?P<open>\$)[^$\n]{1,40}?(?P<cut>(?P<mark>\^\{(?P<n>\d{1,4})\})\$)"), 4.0),
    Shape("caret", re.compile(r"(?P<cut>(?<!\s)\s*+(?P<mark>\^\{(?P<n>\d{1,4})\}))(?!\$)"), 4.0),
    Shape("superscript", re.compile(r"(?P<cut>[ \t]?(?P<mark>(?P<n>[⁰¹²³⁴-⁹]{1,4})))(?![⁰¹²³⁴-⁹])"), 4.0),
    # Digits glued to what ends a clause, to what ends a sentence, and to a number with a stop: there (a date,
    # a decimal) only where another sentence begins.
    Shape("clause", re.compile(r"(?<=[\w\"”’)%][,;:)\"”’])(?P<cut>(?P<mark>(?P<n>\d{1,4})))(?=\s|$)"), 2.0),
    Shape(
        "sentence",
        re.compile(r"(?:(?<=[^\W\d][.!?])|(?<=[\"”’)][.!?]))(?<!\bNo\.)(?P<cut>(?P<mark>(?P<n>\d{1,4})))(?=\s|$)"),
        2.0,
    ),
    Shape("number", re.compile(r"(?<=\d\.)(?P<cut>(?P<mark>(?P<n>\d{1,4})))(?=\s+[A-Z\"“]|\s*$)"), 2.0),
    Shape(
        "spaced",
        re.compile(r"(?<=[.,;)\"”’])(?P<cut>[ \t](?P<mark>(?P<n>\d{1,4})))(?=[ \t]+[a-zA-Z\"“(]|\s*$)"),
        1.0,
    ),
)
"""How a marker stands in the body: ``mark`` is the marker; reading leaves out ``cut`` and ``open``."""

_MARKER_END = re.compile(r"(?:[⁰¹²³⁴-⁹]{1,4}|\^\{\d{1,4}\}\$?|\[\^?\w{1,4}\]|(?<=[.!?”\"])\d{1,4})$")


def without_marker(text: str) -> str:
    """Take off what looks like a marker at the end of ``text``, so that its last words can be judged.

    >>> without_marker("Rivers carry silt.¹"), without_marker("The year 2022")
    ('Rivers carry silt.', 'The year 2022')
    """
    return _MARKER_END.sub("", text).rstrip()
