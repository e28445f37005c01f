"""Dates in a text, however they are written, so that a sentence's are held against those that it cites as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = "January February March April May June July August September October November December".split()
_NUMBER_OF = {
    **{name: number for number, name in enumerate(_MONTHS, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, 1)},
    "Sept": 9,
}
_MONTH = rf"(?:{'|'.join(sorted(_NUMBER_OF, key=len, reverse=True))})"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]|20)\d\d"
_DATE = re.compile(
    rf"\b(?P<day>{_DAY})(?: of)? (?P<month>{_MONTH})\b\.?(?:,? (?P<year>{_YEAR})\b)?"
    rf"|\b(?P<month2>{_MONTH})\b\.? "
    rf"(?:(?P<day2>{_DAY})\b(?!\s*%)(?:,? (?P<year2>{_YEAR})\b)?|(?:of )?(?P<year3>{_YEAR})\b)"
)
_TO = r"(?:\s?[–—-]\s?| to | and | until | through )"
_SPAN = re.compile(
    rf"\b(?P<day>{_DAY}){_TO}(?P<last>{_DAY}) (?P<month>{_MONTH})\b"
    rf"|\b(?P<month2>{_MONTH}) (?P<day2>{_DAY}){_TO}(?P<last2>{_DAY})\b"
)
"""The first and last day of something that took several."""

_ISO = re.compile(rf"\b(?P<year>{_YEAR})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])\b")
_PARTED = re.compile(rf"\b(?P<one>\d\d?)([./])(?P<two>\d\d?)\2(?P<year>{_YEAR})\b")
_MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Date:
    """A day or a month as it stands in a text; ``day`` and ``year`` are 0 where they are not said."""

    shown: str
    day: int
    month: int
    year: int

    def contradicts(self, other: Date) -> bool:
        """Whether the other is of the same month and says another day or year."""
        days = bool(self.day and other.day) and self.day != other.day
        years = bool(self.year and other.year) and self.year != other.year
        return self.month == other.month and (days or years)


def in_words(text: str) -> str:
    """A text with its dates of numbers alone in words, where it is clear which number is the month.

    >>> in_words("From 2016-03-25 to 31/12/2016, or 05.06.2016")
    'From 25 March 2016 to 31 December 2016, or 05.06.2016'
    """
    text = _ISO.sub(lambda found: _worded(int(found["day"]), int(found["month"]), found["year"]), text)
    return _PARTED.sub(_parted, text)


def dates_of(text: str) -> list[Date]:
    """The dates of a text.

    >>> [(date.day, date.month, date.year) for date in dates_of("On March 25 and 1 May 2016, in June 2016")]
    [(25, 3, 0), (1, 5, 2016), (0, 6, 2016)]
    >>> [date.shown for date in dates_of("on March 25–27, 2016")]
    ['March 25', 'March 27, 2016']
    """
    return list(_found(text))


def unmet_dates(sentence: str, evidence: str) -> list[str]:
    """Dates of a sentence that its evidence contradicts: it has the month, and always with another day or year."""
    held = dates_of(evidence)
    return [date.shown for date in dates_of(sentence) if _is_contradicted(date, held)]


def _is_contradicted(date: Date, held: list[Date]) -> bool:
    same = [other for other in held if other.month == date.month]
    return bool(same) and all(date.contradicts(other) for other in same)


def _found(text: str) -> Iterator[Date]:
    text = _SPAN.sub(_both, text)
    for found in _DATE.finditer(text):
        month = found["month"] or found["month2"]
        day = re.sub(r"\D", "", found["day"] or found["day2"] or "0")
        year = found["year"] or found["year2"] or found["year3"] or "0"
        yield Date(found.group(), int(day), _NUMBER_OF[month], int(year))


def _both(found: re.Match[str]) -> str:
    if found["month"]:
        return f"{found['day']} {found['month']} and {found['last']} {found['month']}"
    return f"{found['month2']} {found['day2']} and {found['month2']} {found['last2']}"


def _worded(day: int, month: int, year: str) -> str:
    return f"{day} {_MONTHS[month - 1]} {year}"


def _parted(found: re.Match[str]) -> str:
    one, two = int(found["one"]), int(found["two"])
    if one > _MOST_MONTHS >= two > 0:
        return _worded(one, two, found["year"])
    if two > _MOST_MONTHS >= one > 0:
        return _worded(two, one, found["year"])
    return found.group()
