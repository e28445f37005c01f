"""What kind of answer a question asks for, and where a text holds something of that kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

Range = tuple[int, int]


class Kind(StrEnum):
    """What an answer has to be; ``OTHER`` where the question does not say."""

    NUMBER = "number"
    MONEY = "sum of money"
    SHARE = "share"
    DATE = "date"
    PERSON = "person"
    NAME = "name"
    REASON = "reason"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of answer, and what it is to be a kind of: offsets of a word in the question, None where none is said.

    In "How many cars did the plant build?" that is "cars", in "Which general led them?" "general".
    """

    kind: Kind
    focus: Range | None = None


_LEAD = r"(?:the|a|an|of|its|their|his|her|any|all|different|total|new)"
_QUANTITY = re.compile(r"\b(?:how (?:many|much)|what number of|(?:total )?number of)\s+", re.I)
_MEASURE = re.compile(
    r"\bhow (?:long|large|big|high|tall|far|fast|wide|deep|old|often|heavy|big)\b|\b(?:number|how many)\b", re.I
)
_SHARE = re.compile(
    r"\b(?:percent(?:age)?|per cent|pct|share|portion|proportion|fraction|part of (?:all|the whole))\b|%", re.I
)
_MONEY = re.compile(
    r"\b(?:cost|costs|price|prices|priced|worth|earn|earned|earns|pay|paid|invest|invested|spend|spent|capital|money|"
    r"budget|revenue|fee|fees|fine|salary|salaries|dollars?|usd|euros?|eur|roubles?|rubles?|yuan|pounds?|rupees?|yen)\b"
    r"|[$€£¥₹]",
    re.I,
)
_HOW_MUCH = re.compile(
    r"\bhow (?:much|large|high|many)\b|\bwhat (?:does|did|do|is|was|were|are)\b|\bto what (?:sum|amount)\b", re.I
)
_DATE = re.compile(
    r"^\W*(?:and )?when\b|[,;:] when\b|\b(?:and|by|since|until) when\b|\bwhen\W*$"
    r"|\b(?:what|which|whose)\s+(?:\w+\s+)?(?:year|years|date|day|days|month|months|decade|century|time)\b"
    r"|\b(?:in|on|by|since|until|during)\s+(?:what|which)\s+(?:year|years|date|day|month|decade|century)\b"
    r"|\b(?:date|year)\s*\??$",
    re.I,
)
_PERSON = re.compile(r"\b(?:who|whom|whose)\b", re.I)
_WHICH = re.compile(r"\b(?:which|what|whose)\s+", re.I)
_REASON = re.compile(
    r"\bwhy\b|\b(?:what|which)\s+(?:is |was |were )?(?:the )?(?:reasons?|causes?)\b|\bhow come\b", re.I
)
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_SENTENCE = re.compile(r"[^.?!]*[?]")
_VERBS = frozenset(
    """
    is are was were be been do does did has have had can could will would may might must shall should happens happened
    makes made led leads took takes gave gives kind kinds type types sort sorts part name names of one ones two three
    four five six in on at to for from by with and or other else
    """.split()
)
_AUXILIARIES = frozenset(
    """
    is are was were be been do does did has have had can could will would may might must shall should
    """.split()
)
_PLURALS = frozenset(("people", "men", "women", "children", "percent", "km", "kg"))
_FILLING = frozenset(
    """
    the a an of its their his her any all different total new million millions billion billions thousand thousands
    hundred hundreds more other of
    """.split()
)


def wanted(question: str) -> Wanted:
    """What ``question`` asks for. Of several sentences the last one that ends in a question mark asks.

    >>> wanted("How many cars did the plant build?")
    Wanted(kind=<Kind.NUMBER: 'number'>, focus=(9, 13))
    """
    asking = list(_SENTENCE.finditer(question))
    start, end = asking[-1].span() if asking else (0, len(question))
    return _wanted(question, start, end)


def _wanted(question: str, start: int, end: int) -> Wanted:
    clause = question[start:end]
    if _REASON.search(clause):
        return Wanted(Kind.REASON)
    if quantity := _QUANTITY.search(clause):
        focus = _noun(question, start + quantity.end(), end)
        return Wanted(_amount(clause), focus)
    if _SHARE.search(clause):
        return Wanted(Kind.SHARE)
    if _MEASURE.search(clause) or (_MONEY.search(clause) and _HOW_MUCH.search(clause)):
        return Wanted(_amount(clause))
    if _DATE.search(clause):
        return Wanted(Kind.DATE)
    return _named(question, start, end)


def _named(question: str, start: int, end: int) -> Wanted:
    """A person, or something else that has a name."""
    if _PERSON.search(question, start, end):
        return Wanted(Kind.PERSON)
    if which := _WHICH.search(question, start, end):
        focus = _noun(question, which.end(), end)
        if focus and "which" in which.group().lower():
            return Wanted(Kind.NAME, focus)
    return Wanted(Kind.OTHER)


def _amount(clause: str) -> Kind:
    if _SHARE.search(clause):
        return Kind.SHARE
    return Kind.MONEY if _MONEY.search(clause) else Kind.NUMBER


def _noun(question: str, start: int, end: int) -> Range | None:
    """The noun of the phrase that begins at ``start``, as far as it can be told without a grammar.

    It is the first plural; else what stands right before an auxiliary verb; else the first word in small letters.
    Four words are looked at, up to a sign.
    """
    words: list[tuple[str, Range]] = []
    stopped = ""
    for match in _WORD.finditer(question, start, end):
        word = match.group().lower()
        gap = question[words[-1][1][1] if words else start : match.start()]
        if word in _VERBS or gap.strip() or len(words) == 4:
            stopped = word
            break
        if word not in _FILLING:
            words.append((match.group(), match.span()))
    plurals = [place for word, place in words if _is_plural(word)]
    if plurals:
        return plurals[0]
    if stopped in _AUXILIARIES and words:
        return words[-1][1]
    small = [place for word, place in words if word[0].islower()]
    return small[0] if small else None


def _is_plural(word: str) -> bool:
    return word.lower() in _PLURALS or (
        len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s", "-s"))
    )


_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_COUNT = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    r"eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|dozens?|"
    r"once|twice|daily|weekly|monthly|yearly|annually)"
)
_DIGITS = r"\d+(?:[.,]\d+)*"
_NUMBERS = re.compile(rf"{_DIGITS}|\b{_COUNT}\b", re.I)
_YEAR = re.compile(
    r"(?:1[5-9]|20)\d\d(?!\d)(?!\s?(?:km|kilomet|met|people|jobs|tonnes?|tons|men|dollars|euros|yuan)|[.,]\d)"
)
_CURRENCY = r"(?:dollars?|usd|euros?|eur|roubles?|rubles?|yuan|rmb|pounds?|rupees?|yen|cents?|marks?|francs?)"
_SUMS = re.compile(
    rf"[$€£¥₹]\s?{_DIGITS}|{_DIGITS}\s?(?:(?:thousand|million|billion|trillion|mln|bln|m|bn)\s)?(?:\w+\s)?{_CURRENCY}\b",
    re.I,
)
_SHARES = re.compile(
    rf"(?:{_DIGITS}|\b{_COUNT})\s?(?:%|percent|per cent|percentage)"
    r"|\b(?:half|third|thirds|quarter|quarters|fifth|majority)\b",
    re.I,
)
_DATES = re.compile(
    rf"\b{_MONTH}\b(?:\s\d{{1,2}}\b)?|\b\d{{3,4}}\b(?!\.\d)|\b\d{{1,2}}(?:st|nd|rd|th)\scentury|\b\d{{1,2}}\.\d{{1,2}}\.\d{{4}}",
    re.I,
)
_NAMES = re.compile(
    r"\b[^\W\d_a-z][\w’'-]*(?:(?:\s(?:of|the|and|for|de|von|van|der|al|bin)){0,2}\s[^\W\d_a-z][\w’'-]*)*"
)
_PEOPLE = re.compile(r"\b[^\W\d_a-z](?:[\w’'-]+|\.)(?:\s[^\W\d_a-z](?:[\w’'-]*|\.)){1,3}")
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|as a result|result(?:s|ed)? (?:of|from|in)|caus(?:e|es|ed|ing)|"
    r"reasons?|therefore|thus|hence|so that|in order to|led to|leads to|why|given (?:that|the)|prompt(?:ed|s|ing)|"
    r"so as to|consequen(?:ce|tly)|explain(?:s|ed)?|means? that|for (?:fear|lack|want) of|"
    r"to (?:avoid|prevent|protect|ensure))\b",
    re.I,
)
_TABLE = {
    Kind.MONEY: _SUMS,
    Kind.SHARE: _SHARES,
    Kind.DATE: _DATES,
    Kind.PERSON: _PEOPLE,
    Kind.NAME: _NAMES,
    Kind.REASON: _BECAUSE,
}


def candidates(kind: Kind, text: str, question: str) -> list[Range]:
    """Offsets of what in ``text`` could be an answer of this kind, leaving out what ``question`` says itself.

    >>> candidates(Kind.NUMBER, "In 2021 it built 40 cars.", "How many cars did it build in 2021?")
    [(17, 19)]
    """
    if kind is Kind.OTHER:
        return []
    asked = question.casefold()
    if kind is Kind.NUMBER:
        found = [m.span() for m in _NUMBERS.finditer(text) if not _YEAR.match(text, m.start())]
    else:
        found = [m.span() for m in _TABLE[kind].finditer(text)]
    if kind is Kind.REASON:
        return found
    return [(a, b) for a, b in found if not _said(text[a:b].casefold(), asked)]


def _said(text: str, asked: str) -> bool:
    return all(re.search(rf"\b{re.escape(part)}", asked) for part in _WORD.findall(text))
