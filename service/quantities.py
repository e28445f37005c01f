"""Numbers in a text, however they are written, so that a sentence can be held against what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.numerals import roman_value

_SCALES = {
    **dict.fromkeys(("thousand",), 1e3),
    **dict.fromkeys(("million", "mln", "mn"), 1e6),
    **dict.fromkeys(("billion", "bln", "bn"), 1e9),
    **dict.fromkeys(("trillion", "trln", "tn"), 1e12),
}
_TIMES = {
    **dict.fromkeys(("decades", "decade"), 10.0),
    **dict.fromkeys(("centuries", "century"), 100.0),
    "dozen": 12.0,
}
"""What else multiplies the number before it: three decades are 30 years."""

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_ONES += ["seventeen", "eighteen", "nineteen"]
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_WORDS = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{word: value for value, word in enumerate(_ORDINALS, 1)},
    **{f"{word}th": value for value, word in enumerate(_ONES) if value > 12},
    **{f"{word[:-1]}ieth": 10 * value for value, word in enumerate(_TENS, 2)},
    **dict.fromkeys(("both", "twice", "twofold", "bilateral", "mutual"), 2),
    **dict.fromkeys(("trilateral", "threefold", "thrice"), 3),
    "dozen": 12,
    "hundred": 100,
}
_COUNTING = frozenset(word for word in _WORDS if word in _ORDINALS or word.endswith("th"))
_VAGUE = frozenset(("zero", "one", "first", "second", "both", "twice", "twofold", "bilateral", "mutual", "hundred"))
"""Words that are used without counting anything; a sentence is not held to them."""

_PAIR = frozenset(
    ("countries", "sides", "states", "nations", "parties", "powers", "neighbours", "governments", "leaders", "texts")
)
_DIGITS = r"(?<![\d.,])(?:\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?!\d)(?:\.\d+)?|\d+,\d{1,2}(?![\d,])|\d+(?:\.\d+)?)"
_SPELT = "|".join(sorted(_WORDS, key=len, reverse=True))
_TENS_AND_ONE = rf"(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_ONES[1:10])})"
_SCALE = "|".join([*_SCALES, *_TIMES])
_NUMBER = re.compile(
    rf"(?P<digits>{_DIGITS})(?:[\s-]?(?P<scale>{_SCALE})\b)?"
    rf"|\b(?P<word>{_TENS_AND_ONE}|{_SPELT})\b(?:[\s-](?P<worded>{_SCALE})\b)?",
    re.IGNORECASE,
)
_COUNT = rf"(?:{'|'.join(_ONES[1:13])}|\d+)"
_FRACTION = re.compile(
    rf"\b(?P<top>an?|{_COUNT})[- ](?P<bottom>{'|'.join(_ORDINALS[2:])}|quarter(?=s? of\b))s?\b"
    rf"|\b(?P<some>{_COUNT}) (?:in|out of)(?: every)? (?P<all>{_COUNT}|hundred)\b",
    re.IGNORECASE,
)
_SHARE = 1.0
"""By how much a share in percent may differ from a fraction: a third, 33 or 34 percent."""

_SHORTENED = re.compile(r"(?<![\w’'])[’'](?P<year>[012]\d)\b(?![’'])")
"""A year of this century without it: in '21."""

_SHORT_YEAR = re.compile(r"\b(?P<century>\d\d)(?P<first>\d\d)(?P<dash>\s*[–—/-]\s*)(?P<last>\d\d)\b(?![–—/.-]?\d)")
_ROUGHLY = re.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|over|than|under|below|above|up to|close to|circa)"
    r"\s+(?:\W|us|usd)*\Z",
    re.IGNORECASE,
)
_ROUGH = 0.05
_FREE_SCALE = re.compile(rf"(?<![\d\w][\s-])\b({'|'.join(_SCALES)})\b", re.IGNORECASE)
_CAPITALS = re.compile(r"\b[IVX]{2,}\b")
_WORD_AFTER = re.compile(r"\W*(\w+)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in a text, and its value; ``is_rough`` where the text says "about"."""

    shown: str
    plain: float
    value: float
    is_rough: bool
    is_claim: bool

    @property
    def is_scaled(self) -> bool:
        """Whether it stands before thousand, million or the like."""
        return self.value != self.plain

    @property
    def is_year(self) -> bool:
        """Whether it may be a year."""
        return not self.is_scaled and 1000 <= self.value <= 2100 and self.value == int(self.value)


def numbers_of(text: str) -> list[Number]:
    """The numbers of a text, in digits and in words.

    >>> [(number.shown, number.value) for number in numbers_of("In 2014-15 some 1,200 of twenty-five million left")]
    [('2014', 2014.0), ('2015', 2015.0), ('1,200', 1200.0), ('twenty-five million', 25000000.0)]
    """
    text = _SHORTENED.sub(r"20\g<year>", text)
    text = _SHORT_YEAR.sub(r"\g<century>\g<first>\g<dash>\g<century>\g<last>", text)
    return list(_found(text))


def unmet_numbers(sentence: str, evidence: str) -> list[str]:
    """Numbers of a sentence that its evidence does not have, as they stand in the sentence.

    One that the sentence calls about right may be 5 % off, if it is no year. Where the evidence has "million" by
    itself, as over the column of a table, any plain number of it may mean so many. A fraction and a share in percent
    may stand for each other.
    """
    held = numbers_of(evidence)
    counted = {(number.value, number.is_year) for number in held}
    scales = {_SCALES[word.lower()] for word in _FREE_SCALE.findall(evidence)}
    counted |= {(number.plain * scale, False) for number in held if not number.is_scaled for scale in scales}
    counted |= {(round(share), False) for _, share in fractions_of(evidence)}
    counted |= {(float(value), False) for word in _CAPITALS.findall(evidence) if (value := roman_value(word))}
    plain = {number.plain for number in held} | {value for value, _ in counted}
    unmet = []
    for shown, share in fractions_of(sentence):
        if any(abs(share - value) <= _SHARE for value in plain):
            sentence = sentence.replace(shown, " ")
        elif "quarter" in shown and "quarter" not in evidence:  # the others are made of numbers
            unmet.append(shown)
    wanted = [number for number in numbers_of(sentence) if number.is_claim]
    return unmet + [number.shown for number in wanted if not _is_met(number, counted, plain)]


def fractions_of(text: str) -> list[tuple[str, float]]:
    """The fractions of a text as they stand there, each with its share in percent.

    >>> fractions_of("A fifth of them, or seven in ten")
    [('A fifth', 20.0), ('seven in ten', 70.0)]
    """
    shares = []
    for found in _FRACTION.finditer(text):
        top, bottom = _counted(found["top"] or found["some"]), _counted(found["bottom"] or found["all"])
        if 0 < top < bottom:
            shares.append((found.group(), 100 * top / bottom))
    return shares


def _counted(word: str) -> float:
    if word.isdecimal():
        return float(word)
    return {"a": 1.0, "an": 1.0, "quarter": 4.0}.get(word.lower()) or float(_WORDS[word.lower()])


def _found(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        word = (match["word"] or "").lower()
        plain = _spelt(word) if word else float(_point(match["digits"]))
        after = (match["scale"] or match["worded"] or "").lower()
        scale = _SCALES.get(after) or (1.0 if word in _COUNTING else _TIMES.get(after, 1.0))
        is_claim = _is_claim(word, text, match.end())
        yield Number(match.group(), plain, plain * scale, _is_rough(text, match.start()), is_claim)


def _is_claim(word: str, text: str, end: int) -> bool:
    if word == "two":
        following = _WORD_AFTER.match(text, end)
        return following is None or following[1].lower() not in _PAIR
    return word not in _VAGUE


def _is_rough(text: str, start: int) -> bool:
    return _ROUGHLY.search(text[max(0, start - 40) : start]) is not None


def _point(digits: str) -> str:
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        return digits.replace(",", ".")
    return re.sub(r"[,\s]", "", digits)


def _spelt(word: str) -> float:
    return float(sum(_WORDS[part] for part in re.split(r"[-\s]", word)))


def _is_met(wanted: Number, counted: set[tuple[float, bool]], plain: set[float]) -> bool:
    if not wanted.is_scaled and wanted.plain in plain:
        return True
    off = _ROUGH if wanted.is_rough and not wanted.is_year else 1e-9
    return any(
        abs(wanted.value - value) <= off * value and (wanted.value == value or not is_year)
        for value, is_year in counted
    )
