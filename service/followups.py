"""Questions that lean on what was said before, made whole without a language model.

What a follow-up leaves unsaid is taken from the last turns: of "and in 2020?" the year is put in the place of the
one before, to "who said that?" the words that name what was spoken of are added. A question that stands by itself is
left as it is. Nothing is kept between calls.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.pruning import is_stop_word
from service.asking import Turn

MAX_TURNS = 6
"""Turns that are looked at, the last ones."""

MAX_CHARS = 600
"""Characters that are looked at of each turn."""

MAX_CARRIED = 12
"""Words of the question before that are added."""

MAX_ANSWERED = 4
"""Names and numbers of the answer before that are added."""

_LEAD = re.compile(
    r"^\s*(?:(?:and|but|so|or|also|then|ok(?:ay)?|now|again|well)\b[\s,]*)*(?:(?:what|how)\s+(?:about|of)\b\s*)?",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|has|have|had)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|the (?:same|former|latter|others?))\b"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?!\s+(?:is|are|was|were|any)\b)"
    r"|\b(?:this|these|those)\b(?!\s+(?:year|month|week|century)\b)"
    r"|\bthat\b(?=\s*(?:[?.!,;]|$)|\s+(?:is|was|are|were|mean|happen\w*|come|came|true|so)\b)"
    r"|\b(?:is|was|are|were|of|in|on|for|to|by|from|with|about|at)\s+that\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_](?:[\w’'-]*\w)?")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_PLACED = re.compile(
    r"^(?P<how>in|on|at|from|to|by|for|with|of|between|under|during|after|before|since|until)\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:how\s+(?:many|much)\s+(?:[\w-]+\s+of\s+)?|(?:share|portion|part|number|price|value|amount|volume)\s+of\s+)"
    r"(?P<what>[\w’'-]+)",
    re.IGNORECASE,
)
_NAMES = re.compile(r"(?<=\w\s)[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*")
_ONES = re.compile(r"^(?:the|those of|that of)\s+(?P<what>[A-Z][\w’'-]*)(?:\s+ones?)?$")
"""Others of the same, told by a name: the Chinese ones."""

_DAY = re.compile(r"(?:the\s+)?\d")
_TWICE = re.compile(r"\b([^\W\d_]+) \1\b", re.IGNORECASE)
_QUANTITIES = frozenset({"many", "much", "often", "long", "far", "old", "large", "big"})
_MARK = re.compile(r"\s*\[\d+\]")


def whole_question(question: str, history: Sequence[Turn]) -> str:
    """``question`` with what it leaves unsaid, as the last turns of ``history`` (oldest first) tell it.

    >>> asked = Turn("user", "How many tonnes of beef did China buy from Russia in 2021?")
    >>> whole_question("And in 2020?", [asked])
    'How many tonnes of beef did China buy from Russia in 2020?'
    >>> whole_question("Who opened the Shanghai conference?", [asked])
    'Who opened the Shanghai conference?'
    """
    before = answered = ""
    for turn in history[-MAX_TURNS:]:
        said = _clean(turn.text)
        if turn.role == "user":
            before, answered = _joined(said, before, answered), ""
        else:
            answered = said
    return _joined(question, before, answered)


def _clean(text: str) -> str:
    """The beginning of a turn, without marks and what is no text, on one line."""
    return " ".join(_MARK.sub("", text[:MAX_CHARS]).encode("utf-8", "ignore").decode().split())


def _joined(question: str, before: str, answered: str) -> str:
    """``question`` made whole by the question ``before`` it, and what was ``answered`` to that."""
    if not before or not leans(question):
        return question
    rest = _LEAD.sub("", question).strip().rstrip("?!. ")
    if rest and not _ASKING.search(rest) and not _POINTER.search(rest):
        return _put_in(rest, before)
    return _added(question, before, answered)


def leans(question: str) -> bool:
    """Whether ``question`` says too little by itself: it goes on, it points at something, or it hardly names a thing.

    >>> leans("and in 2020?"), leans("Who said that?"), leans("Why?"), leans("When did Russia join the WTO?")
    (True, True, True, False)
    """
    lead = _LEAD.match(question)
    rest = question[lead.end() :] if lead else question
    names = _NAMES.findall(rest)
    pointer = _POINTER.search(rest)
    if pointer is not None:
        before = _NAMES.findall(rest[: pointer.start()])
        is_last = not _WORD.search(rest, pointer.end())
        if not before or (is_last and len(before) == 1):  # "What do Russians think of it?"
            return True
    if lead is not None and lead.group().strip() and rest:
        return not (_ASKING.search(rest) and (names or _YEAR.search(rest)))
    things = [word for word in _telling(rest) if not word.isdigit()]
    return not names and len(things) < 2 and _WORD.search(rest) is not None


def _put_in(rest: str, before: str) -> str:
    """The question ``before`` with ``rest``, a few words, in the place of what is of their kind; else behind it."""
    years = _YEAR.findall(rest)
    if years:
        is_one = len(set(_YEAR.findall(before))) == 1  # of two years nobody knows which is meant
        return _YEAR.sub(years[-1], before) if is_one else _behind(rest, before)
    rest = _ONES.sub(r"\g<what>", rest)
    span = _place(rest, before)
    if span is None:
        return _behind(rest, before)
    placed = _PLACED.match(rest)
    found = before[: span[0]] + (placed["what"] if placed else rest) + before[span[1] :]
    return _TWICE.sub(r"\1", found)  # "Chinese goods" in the place of the "European" of "European goods"


def _behind(rest: str, before: str) -> str:
    return f"{before.rstrip('?!. ')}{'' if _PLACED.match(rest) else ','} {rest}?"


def _place(rest: str, before: str) -> tuple[int, int] | None:
    """Which characters of ``before`` name what ``rest`` names another of; None where that cannot be told.

    What follows the same preposition; the only name; or what is counted.
    """
    if rest.casefold() in before.casefold():
        return None
    placed = _PLACED.match(rest)
    if placed is not None and _DAY.match(placed["what"]):
        return None  # a number is not of the kind of a name
    if placed is not None:
        how = rf"\b(?i:{placed['how']})\s+(?:the\s+)?"
        found = [*re.finditer(rf"{how}(?P<what>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)", before)]
        found = found or [*re.finditer(rf"{how}(?P<what>[^\W\d_]+)", before)]
        return found[-1].span("what") if found else None
    if rest[:1].isupper():
        names = list(_NAMES.finditer(before))
        return names[0].span() if len(names) == 1 else None
    counted = _COUNTED.search(before)
    return counted.span("what") if counted else None


def _added(question: str, before: str, answered: str) -> str:
    """``question`` with the words that name what the one ``before`` was about, and what was ``answered`` to it."""
    own = {word.casefold() for word in _WORD.findall(question)}
    has_year = _YEAR.search(question) is not None
    names = " ".join(_NAMES.findall(answered))
    words = [*_telling(before)[:MAX_CARRIED], *_telling(names)[:MAX_ANSWERED]]
    carried: dict[str, str] = {}
    for word in words:
        if word.casefold() not in own and not (has_year and _YEAR.fullmatch(word)):
            carried.setdefault(word.casefold(), word)
    return f"{question} ({' '.join(carried.values())})" if carried else question


def _telling(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if not is_stop_word(word) and word.casefold() not in _QUANTITIES]
