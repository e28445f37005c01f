"""Who says what: the parties that statements are attributed to, and those whose views a question asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from index.pruning import is_stop_word

_GROUP = (
    "experts?|scholars?|specialists?|analysts?|observers?|commentators?|researchers?|authors?|officials?|side|sides"
    "|delegations?|government|critics|economists|scientists|politicians|diplomats|historians|press|media"
)
_PEOPLE = rf"{_GROUP}|[a-z]{{2,}}(?:ers|ors|ists|ians|men)"
_SAYING = (
    "says?|said|argue[sd]?|believe[sd]?|claim(?:s|ed)?|note[sd]?|thinks?|thought|consider(?:s|ed)?|suggest(?:s|ed)?"
    "|propose[sd]?|maintain(?:s|ed)?|insist(?:s|ed)?|hold(?:s)?|held|view(?:s|ed)?|sees?|saw|stress(?:es|ed)?"
    "|emphasi[sz]e[sd]?|warn(?:s|ed)?|conclude[sd]?|expect(?:s|ed)?|fear(?:s|ed)?|assess(?:es|ed)?|call(?:s|ed)?"
    "|recommend(?:s|ed)?|regard(?:s|ed)?|den(?:y|ies|ied)|admit(?:s|ted)?|agree[sd]?|doubt(?:s|ed)?|explain(?:s|ed)?"
)
_NAME = r"[A-Z][\w’'-]*"
_NAMES = rf"{_NAME}(?:\s+{_NAME})*"
_JOINED = rf"(?P<names>{_NAMES}(?:(?:,|\s+and|\s+or)\s+{_NAMES})*)"
_ATTRIBUTIONS = (
    re.compile(rf"\b[Aa]ccording to (?:[a-z]+ ){{0,3}}?{_JOINED}"),
    re.compile(rf"\b[Ii]n the (?:view|opinion|eyes|words|judgement) of (?:[a-z]+ ){{0,3}}?{_JOINED}"),
    re.compile(rf"{_JOINED}\s+(?:{_PEOPLE}),?\s+(?:[a-z]+\s+){{0,3}}?(?:{_SAYING})\b"),
    re.compile(rf"\b(?:{_PEOPLE})\s+(?:from|of|in)\s+(?:the\s+)?{_JOINED}\s+(?:[a-z]+\s+){{0,3}}?(?:{_SAYING})\b"),
    re.compile(rf"{_JOINED}\s+(?:[a-z]+ly\s+|also\s+|once\s+)?(?:{_SAYING})\b(?!\s+by\b)"),
    re.compile(rf"\bas\s+{_JOINED}\s+(?:[a-z]+\s+)?(?:{_SAYING})\b"),
)
_HEADING = re.compile(
    rf"\b{_JOINED}\s+(?:[Vv]iews?|[Pp]ositions?|[Pp]erspectives?|[Oo]pinions?|[Aa]pproach|[Aa]ssessments?)\b"
)
_OPENINGS = frozenset({"However", "Many", "Most", "Some", "Several", "Experts", "Observers", "Analysts", "Scholars"})
_PARTING = re.compile(r",\s*|\s+and\s+|\s+or\s+")

_ASKED = (
    re.compile(rf"(?P<names>\w+(?:\s+and\s+\w+)?)\s+(?:{_PEOPLE})\s+(?:\w+\s+){{0,2}}?(?:{_SAYING})\b", re.IGNORECASE),
    re.compile(
        rf"\b(?:{_PEOPLE})\s+(?:from|of|in)\s+(?:the\s+)?(?P<names>\w+(?:\s+and\s+\w+)?)\s+(?:{_SAYING})\b",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<names>\w+(?:\s+and\s+\w+)?)\s+(?:{_GROUP})\b", re.IGNORECASE),
    re.compile(rf"\b(?:{_GROUP})\s+(?:from|of|in)\s+(?:the\s+)?(?P<names>\w+(?:\s+and\s+\w+)?)", re.IGNORECASE),
    re.compile(
        rf"\b(?:do|does|did)\s+(?:the\s+)?(?P<names>\w+(?:\s+and\s+\w+)?)\s+(?:[a-z]+\s+)?(?:{_SAYING})\b",
        re.IGNORECASE,
    ),
)
_BOTH = re.compile(
    r"\b(?:both|two|each|either|different|opposing|the)\s+(?:sides?|part(?:y|ies)|camps?)\b|\bwho\s+says\s+what\b",
    re.IGNORECASE,
)
_SHARED = 4
"""Letters that the names of a party share at the least: China, Chinese."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The parties whose views are asked for, in small letters; ``all`` where it is all there are."""

    names: tuple[str, ...] = ()
    all: bool = False

    @property
    def several(self) -> bool:
        """Whether the views of more than one are asked for."""
        return self.all or len(self.names) > 1


def asked_sides(question: str, known: Iterable[str]) -> Sides:
    """The parties whose views ``question`` asks for, among those ``known`` to say something.

    >>> asked_sides("How do Russian and Chinese experts see it?", ["Chinese", "Russian", "UN"]).names
    ('russian', 'chinese')
    """
    words = [
        word for pattern in _ASKED for found in pattern.finditer(question) for word in _PARTING.split(found["names"])
    ]
    parties = list(known)
    names = [word.casefold() for word in words if any(same_party(word, party) for party in parties)]
    return Sides(tuple(dict.fromkeys(names)), _BOTH.search(question) is not None)


def asks_for_views(question: str) -> bool:
    """Whether ``question`` may ask what somebody says, whoever it is."""
    return _BOTH.search(question) is not None or any(pattern.search(question) for pattern in _ASKED)


def speakers(sentence: str, section: Sequence[str] = ()) -> tuple[str, ...]:
    """The parties that ``sentence`` is attributed to, or else its section by its heading. Empty where it is nobody.

    >>> speakers("According to some Chinese experts, trade grows."), speakers("Ada Marsh argued that silt is rich.")
    (('Chinese',), ('Ada Marsh',))
    """
    found = [name for pattern in _ATTRIBUTIONS for match in pattern.finditer(sentence) for name in _parted(match)]
    if not found and section:
        found = [name for match in _HEADING.finditer(section[-1]) for name in _parted(match)]
    return tuple(dict.fromkeys(found))


def _parted(match: re.Match[str]) -> list[str]:
    """The names that are joined in a match, without words that only begin a sentence."""
    names = []
    for joined in _PARTING.split(match["names"]):
        words = [word for word in joined.split() if not is_stop_word(word) and word not in _OPENINGS]
        if words:
            names.append(" ".join(words).removesuffix("’s").removesuffix("'s"))
    return names


def same_party(one: str, other: str) -> bool:
    """Whether two names are of one party: all but a few letters at the end are the same, of any of their words.

    >>> same_party("China", "Chinese"), same_party("Russia", "russian"), same_party("Austria", "Australia")
    (True, True, False)
    """
    return any(_alike(a, b) for a in one.casefold().split() for b in other.casefold().split())


def _alike(one: str, other: str) -> bool:
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return one == other or shared >= max(_SHARED, min(len(one), len(other)) - 1)


def speaks_for(party: str, who: Sequence[str]) -> bool:
    """Whether a statement attributed to ``who`` is of ``party`` alone."""
    return bool(who) and all(same_party(party, name) for name in who)
