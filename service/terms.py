"""Questions of what something is, who somebody is, what an abbreviation stands for: the term that they ask after."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.pruning import is_stop_word

MAX_WORDS = 6
"""Words of a term at the most: what is longer is no name of a thing."""

_KIND = r"(?:(?:term|word|name|abbreviation|acronym|initials|letters|expression|phrase|concept)\s+(?:of\s+)?)?"
_LEAD = rf"(?:exactly\s+)?(?:meant\s+by\s+)?(?:an?\s+|the\s+)?{_KIND}"
_IS = r"(?:what|who)(?:[’']?s|\s+(?:is|are|was|were))"
_DO = r"what\s+(?:does|do|did)"
_TERM = r"(?P<term>.+?)"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_SPELT = _compiled(
    rf"{_DO}\s+(?:the\s+)?{_KIND}{_TERM}\s+(?:stand\s+for|abbreviate)",
    rf"{_IS}\s+{_LEAD}{_TERM}\s+(?:short|an\s+abbreviation)\s+(?:for|of)",
    rf"(?:{_IS}\s+)?(?:the\s+)?full\s+(?:name|form)\s+of\s+(?:the\s+)?{_TERM}",
)
_MEANT = _compiled(
    rf"{_DO}\s+(?:the\s+)?{_KIND}{_TERM}\s+(?:mean|refer\s+to|denote)",
    rf"{_DO}\s+[\w\s]{{2,30}}?\s+mean\s+by\s+(?:the\s+)?{_KIND}{_TERM}",
    rf"(?:please\s+)?(?:define|explain)\s+{_LEAD}{_TERM}",
    rf"(?:{_IS}\s+)?(?:the\s+)?(?:meaning|definition)\s+of\s+{_LEAD}{_TERM}",
    rf"{_IS}\s+{_LEAD}{_TERM}",
    r"(?P<term>(?-i:[A-Z]{2,}[A-Z\d&-]*))",
)
_NAME = re.compile(r"[^\W_](?:[\w&./’'-]|\s)*")
_QUOTES = "\"“”„'‘’«»*_` "


@dataclass(frozen=True, slots=True)
class Term:
    """What a question asks after: ``[start, end)`` of the question, its ``text``, and what is asked of it.

    ``spelt`` where it is only what an abbreviation stands for, ``person`` where it is who somebody is.
    """

    start: int
    end: int
    text: str
    spelt: bool = False
    person: bool = False

    @property
    def is_word(self) -> bool:
        """Whether the term is one word, which may be made of initials."""
        return " " not in self.text


def asked_term(question: str) -> Term | None:
    """The term whose meaning ``question`` asks for; None where it asks for something else.

    >>> asked_term("What does the abbreviation WHO stand for?").text, asked_term("Who is Ada Marsh?").person
    ('WHO', True)
    """
    body = question.rstrip(" \t\n?.!")
    for patterns, spelt in ((_SPELT, True), (_MEANT, False)):
        for pattern in patterns:
            if (found := pattern.fullmatch(body)) is not None:
                return _term(found, spelt)
    return None


def _term(found: re.Match[str], spelt: bool) -> Term | None:
    text = found["term"].strip(_QUOTES)
    words = text.split()
    if len(words) > MAX_WORDS or not _NAME.fullmatch(text) or all(map(_says_nothing, words)):
        return None
    start = found.start("term") + found["term"].index(text)
    return Term(start, start + len(text), text, spelt, found.group()[:3].lower() == "who")


def _says_nothing(word: str) -> bool:
    return is_stop_word(word) and not word.isupper()
