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

DAMAGED_SHAPES = (
    re.compile(r"\^\{(?P<n>[*\w]{1,4})\s*(?:\}(?P<more>\w{1,3}(?=\s))?\s*|(?=&\}quot;))"),
    re.compile(r"(?P<n>[⁰¹²³⁴-⁹ºª°]{1,4})\s*"),
    re.compile(r"(?P<n>\w{1,3})\s+(?=[\"“A-Z])"),
)
"""What may be a number that OCR has damaged: it is one only where it can be read as the number that is due."""

_LOOKALIKES = {
    "0": "oOQDº°C",
    "1": "lIi|t",
    "2": "Zz",
    "3": "E",
    "4": "A",
    "5": "Ss",
    "6": "bG",
    "7": "TY",
    "8": "B",
    "9": "gqP",
}
_ANY = "*"
"""What OCR puts for a raised character that it cannot tell."""


def misreading(token: str, number: int) -> float | None:
    """How far ``token`` is from ``number`` as OCR errs: 0 where it is the number, None where it cannot be.

    A digit for another digit is forgiven only beside one that is right.

    >>> misreading("To", 70), misreading("*6", 86), misreading("⁹⁰", 99), misreading("To", 71)
    (1.0, 0.5, 1.5, None)
    """
    if not token.strip(_ANY):
        return None  # nothing is left that could be told from another number
    costs = {0: 0.0}  # cost by how many digits of the number have been met
    digits = str(number)
    for character in token.translate(_SUPERSCRIPTS):
        following: dict[int, float] = {}
        for met, cost in costs.items():
            if character == _ANY:  # one digit, or a speck on the paper
                following[met] = min(following.get(met, 9.0), cost + 1.0)
            if met < len(digits) and (step := _confusion(character, digits[met])) is not None:
                following[met + 1] = min(following.get(met + 1, 9.0), cost + step)
        costs = following
    forgiven = costs.get(len(digits))
    return forgiven if forgiven is not None and forgiven < min(3.0, 1.5 * len(digits)) else None


def _confusion(character: str, digit: str) -> float | None:
    if character == digit:
        return 0.0
    if character == _ANY or character in _LOOKALIKES[digit]:
        return 0.5
    return 1.5 if character.isdecimal() else None


_POWER = r"(?:(?<=\bm)|(?<=\b[kcmd]m)|(?<=\bft))[²³](?![⁰¹²³⁴-⁹])"
"""A power of a unit, 40 m³, is no marker."""

MARKER_SHAPES = (
    Shape("markdown", re.compile(r"(?P<cut>(?P<mark>\[\^(?P<n>\d{1,4})\]))(?!:)"), 4.0),
    Shape("formula", re.compile(r"(?P<open>\$)[^$\n]{1,40}?(?P<cut>(?P<mark>\^\{(?P<n>\d{1,4})\})\$)"), 4.0),
    Shape("caret", re.compile(r"(?P<cut>(?<!\s)\s*+(?P<mark>\^\{(?P<n>\d{1,4})\}))(?!\$)"), 4.0),
    Shape(
        "superscript", re.compile(rf"(?P<cut>[ \t]?(?P<mark>(?P<n>(?!{_POWER})[⁰¹²³⁴-⁹]{{1,4}})))(?![⁰¹²³⁴-⁹])"), 4.0
    ),
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
