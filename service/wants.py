"""What kind of answer a question asks for, told by its words alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.sides import asks_for_views

_COUNTS = {
    word: count for count, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine"], 2)
}
_COUNTED = re.compile(
    rf"\b(?:which|what|name|list|give|the)\b(?:\s+\w+){{0,2}}?\s+(?P<count>[2-9]|{'|'.join(_COUNTS)})"
    r"\s+(?:\w+\s+)?\w+s\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"\b(?:which|what)\s+(?:[\w'’-]+\s+){0,5}?(?:are|were|have)\b|^\W*(?:list|name|enumerate)\b"
    r"|\bwhat\s+\w+s\s+(?:do|did)\b",
    re.IGNORECASE,
)
_ORIGIN = "sources?|references?|foot ?notes?|notes?|citations?|outlets?|newspapers?|web ?sites?|publications?"
_STATEMENT = "figures?|numbers?|claims?|statements?|quotes?|quotations?|data|information|estimates?|news|facts?"
_SOURCE = re.compile(
    rf"\b(?:which|what)\s+(?:[\w'’-]+\s+)?(?:{_ORIGIN})\b(?!\s+of\b)"
    rf"|\b(?:the|a)\s+(?:{_ORIGIN})\s+of\s+(?:the\s+)?(?:\w+\s+)?[\d$€£¥]"
    r"|\bcites?\b|\bnews\s+agency\b"
    rf"|\b(?:the|any|a)\s+(?:{_ORIGIN})\s+(?:for|given|behind|cited)\b"
    rf"|\b(?:{_ORIGIN})\s+of\s+(?:the|this|that|these|those)\s+(?:{_STATEMENT})\b"
    r"|\bwhere\s+(?:do|does|did|is|are|was|were)\b.{0,60}\b(?:(?:come|came|stem|taken)\s+from|quoted)\b"
    r"|\b(?:is|are|was|were|gets?)\s+(?:\w+\s+)?(?:cited|referenced|footnoted|sourced)\b"
    r"|\baccording\s+to\s+(?:which|what|whom)\b"
    r"|\b(?:who|where)\b.{0,80}\b(?:reported|published)\b"
    r"|\bweb\s?add?ress|\burl\b",
    re.IGNORECASE,
)

_COMPARES = re.compile(
    r"\b(?:compared?|comparison|than|versus|vs|differ\w*|(?:larg|bigg|small|high|low|great|fast|slow|few)er|more|less)\b",
    re.IGNORECASE,
)

OF_SOURCES = frozenset(
    """
    source sources reference references footnote footnotes note notes citation citations cited cite cites quoted outlet
    outlets newspaper website publication published reported figure figures number numbers claim claims statement
    statements data information estimate news fact come comes came from taken stem stems sourced url web address
    """.split()
)
"""Words that ask where a statement is taken from, in a question that asks for just that."""


@dataclass(frozen=True, slots=True)
class Wants:
    """What a question asks for.

    ``several`` things, and how ``many`` where it says so; the ``source`` of something; the ``views`` of somebody;
    how things compare (``compares``).
    """

    several: bool = False
    many: int | None = None
    source: bool = False
    views: bool = False
    compares: bool = False


def wants(question: str) -> Wants:
    """Tell what a question asks for. Nothing is asked for where nothing is sure.

    >>> wants("Which three obstacles do they name?")
    Wants(several=True, many=3, source=False, views=False, compares=False)
    """
    counted = _COUNTED.search(question)
    many = None
    if counted is not None:
        word = counted["count"].casefold()
        many = _COUNTS.get(word) or int(word)
    return Wants(
        several=counted is not None or _PLURAL.search(question) is not None,
        many=many,
        source=_SOURCE.search(question) is not None,
        views=asks_for_views(question),
        compares=_COMPARES.search(question) is not None,
    )
