"""Sentences that say what a term is, who somebody is, what an abbreviation stands for; told by their form alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.terms import Term

STATED, APPOSED, EXPANDED, ALIASED, TOLD = 3.0, 2.5, 2.0, 1.5, 1.0
"""What a sentence is worth that says what the term is; that says so beside its mention; that has the words it is short
for; that gives it as another name; that tells what it came from or does."""

_SIGN = r"[\"“”„'‘’«»*_`]{0,3}"
_ARTICLE = r"(?:(?:the|an?|this|its|their|his|her|our)\s+)?"
_OPENS = r"that|but|while|whereas|because|where|term|word|called|deputy"
_SUBJECT = rf"(?:^|[,;:.?!(\[—–-]\s*|\b(?:{_OPENS})\s+)(?:or\s+)?{_ARTICLE}"
_NOTED = r"(?:\s*\([^()]{1,80}\)|,\s+or\s+[^,.;]{1,60}(?=,))?"
_NOW = r"(?:\s+(?:also|now|here|basically|essentially|in\s+this\s+\w+))?\s+"
_WHAT = r"(?:an?|the|one\s+of|any|what|when|where|those)\b"
_POST = (
    r"(?:president|minister|secretary|director|chair\w*|head|professor|prof\.|general|governor|ambassador|leader|chief"
    r"|king|queen|premier|chancellor|senator|judge|commissioner|expert|scholar|deputy|founder|author|engineer"
    r"|economist|historian|dean|rector|spokes\w+)"
)


@dataclass(frozen=True, slots=True)
class _Form:
    """What stands right before and right after a mention in a sentence that defines it, and what that is worth."""

    worth: float
    before: re.Pattern[str]
    after: re.Pattern[str]
    of_people: bool = False


def _form(worth: float, after: str, before: str = "", of_people: bool = False) -> _Form:
    return _Form(worth, re.compile(rf"(?:{before})$", re.IGNORECASE), re.compile(after, re.IGNORECASE), of_people)


_FORMS = (
    _form(STATED, rf"{_NOTED},?{_NOW}(?:is|are|was|were)\s+(?:(?:defined|understood)\s+as\s+)?{_WHAT}", _SUBJECT),
    _form(STATED, rf"{_NOTED},?\s+are\s+(?:[a-z]+\s+)?[a-z]+s\s+(?:that|which|in|of|for|where|with|whose)\b", _SUBJECT),
    _form(STATED, rf"{_NOTED},?{_NOW}(?:means?|stands?\s+for|refers?\s+to|denotes?|(?:is|are)\s+short\s+for)\b"),
    _form(STATED, r"\s+(?:\w+\s+){1,3}?(?:mean|means|meant|understand|understood)\b", rf"\bby\s+{_ARTICLE}"),
    _form(STATED, r",?\s+(?:i\.\s?e\.|that\s+is,|namely|which\s+(?:means|stands\s+for))"),
    _form(APPOSED, rf"{_NOTED},\s+(?:an?|one\s+of|the(?=\s(?-i:[a-z])))\s(?!\w+\s*,)"),
    _form(APPOSED, rf"{_NOTED},\s+(?:(?-i:[A-Z])\w+[’']s|its|their|now|then|formerly)\s"),
    _form(APPOSED, rf"{_NOTED}\s*[—–:]\s*(?:an?|the|one\s+of)\s"),
    _form(APPOSED, r"\s*\((?:an?|the|one\s+of)\s"),
    _form(APPOSED, "", rf"\b(?:called|known\s+as|termed|dubbed|hereinafter|hereafter)\s+{_ARTICLE}"),
    _form(APPOSED, rf"{_NOTED}(?:,\s+|\s*[—–]\s*)(?:[^.;]{{0,40}}?\s)?{_POST}\b", of_people=True),
    _form(APPOSED, "", rf"\b{_POST}(?:\s+(?-i:[A-Z])[\w-]+){{0,3}}\s+", of_people=True),
    _form(APPOSED, "", rf"\b{_POST}\s+(?:of|for|at)\s+[^,.;]{{2,80}},\s+", of_people=True),
    _form(ALIASED, r"(?<=[)\]])", rf"\b(?-i:[A-Z])[\w’'-]+{_SIGN}\s*[(\[](?:\w+\s+)?{_ARTICLE}"),
    _form(
        TOLD,
        rf"{_NOTED}(?:\s+\w+)?,?\s+(?:which|who)\s+(?:(?:is|was)\s+(?:an?|the)|aims?|seeks?|provides?|unites?|runs?)\b",
    ),
    _form(TOLD, rf"{_NOTED}\s+(?:was|were)\s+(?:founded|established|set\s+up|created|launched|introduced)\b", _SUBJECT),
    _form(TOLD, rf"{_NOTED}\s+(?:consists?\s+of|comprises?|includes?|unites?|aims?\s+(?:to|at))\b", _SUBJECT),
)
_SHORT_AFTER = re.compile(r"(?:[(\[]\s*(?:\w+\s+){0,3}?|,?\s+or\s+)$", re.IGNORECASE)
_CLOSED = re.compile(r"(?<=[)\]])|[,.;]")
_LONG_AFTER = re.compile(r"\s*(?:\(|,\s+or\s+)([^(),.;]{3,80})")
_WORD = re.compile(r"[^\W_]+")
_PLURAL = re.compile(r"(?<=[^\W_]{2})(?:(?<=ss|sh|ch)es|(?<=x)es|(?<!s)s)$")


def defines(term: Term, text: str) -> float:
    """How plainly ``text`` says what ``term`` is, 0 where it does not.

    >>> rain = Term(8, 12, "rain")
    >>> defines(rain, "Rain is the water that falls."), defines(rain, "Rain is bad."), defines(rain, "The rain fell.")
    (3.0, 0.0, 0.0)
    """
    mentions = list(_mentions(term.text, text))
    worth = max((_worth(term, text, start, end) for start, end in mentions), default=0.0)
    if not term.is_word or not any(_is_expanded(term.text, text, start, end) for start, end in mentions):
        return worth / 2 if term.spelt and worth < STATED else worth
    return STATED + 1 if term.spelt else max(worth, EXPANDED) + 0.25 * (worth > ALIASED)


def _worth(term: Term, text: str, start: int, end: int) -> float:
    """The worth of the best form that a mention stands in."""
    before = text[max(0, start - 120) : start]
    return max(
        (
            form.worth
            for form in _FORMS
            if (term.person or not form.of_people) and form.after.match(text, end) and form.before.search(before)
        ),
        default=0.0,
    )


def _mentions(term: str, text: str) -> Iterator[tuple[int, int]]:
    """Where ``term`` stands, of one or many, with the signs around it and a bracket that closes behind it."""
    *words, last = term.split()
    spelt = r"[\s-]+".join([*map(re.escape, words), rf"{re.escape(_PLURAL.sub('', last))}(?:s|es)?"])
    is_exact = not words and any(map(str.isupper, term[1:]))
    pattern = rf"(?<!\w){_SIGN}(?<!\w){spelt}(?!\w){_SIGN}[)\]]?"
    yield from (found.span() for found in re.finditer(pattern, text, re.NOFLAG if is_exact else re.IGNORECASE))


def _is_expanded(term: str, text: str, start: int, end: int) -> bool:
    """Whether the words that ``term`` stands for are beside its mention in ``[start, end)``."""
    short = term.removesuffix("s")
    after = _LONG_AFTER.match(text, end)
    opening = _SHORT_AFTER.search(text, max(0, start - 120), start)
    is_after = opening is not None and _CLOSED.match(text, end) is not None
    return (is_after and opening is not None and _abbreviates(short, text[: opening.start()])) or (
        after is not None and _abbreviates(short, after[1])
    )


def _abbreviates(short: str, text: str) -> bool:
    """Whether ``short`` stands for the last words of ``text``, as Schwartz and Hearst (2003) tell it.

    Its letters are met from the end, the first at the beginning of a word, among so many words and five more.

    >>> _abbreviates("UWU", "within the Upland Water Union"), _abbreviates("UWU", "the Lower Weir Board")
    (True, False)
    """
    letters = [letter for letter in short.casefold() if letter.isalnum()]
    words = [word.casefold() for word in _WORD.findall(text)]
    long = " " + " ".join(words[-min(len(letters) + 5, 2 * len(letters)) :])
    at = len(long)
    for number, letter in reversed(list(enumerate(letters))):
        at = long.rfind(letter if number else f" {letter}", 0, at)
        if at < 0:
            return False
    return len(long) > len(letters) + 1
