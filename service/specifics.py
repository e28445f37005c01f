"""What a question names outright, its numbers and names, and whether the evidence speaks of them at all."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[\w,;:’'\")] )[“\"'‘(]?(?P<name>[^\W\d_][\w’'-]*)")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\b\.? ")  # says nothing, and its stop ends no sentence
_WORD = re.compile(r"[^\W_]+")
ENDINGS = {4: 0, 6: 1}
"""Letters at a name's end that may differ, by the name's length at the most; 3 for longer ones (Russia, Russian)."""


def specifics(question: str) -> list[str]:
    """Numbers, and words with a capital that begin no sentence; in order, in lower case.

    >>> specifics("How much did Rosneft pay in 2021?")
    ['rosneft', '2021']
    """
    question = _TITLE.sub("", question)
    found = [(match.start(), match.group().rstrip(".,")) for match in _NUMBER.finditer(question)]
    for match in _NAME.finditer(question):
        name = match["name"].removesuffix("'s").removesuffix("’s")
        if name[0].isupper() and len(name) > 1:
            found.append((match.start("name"), name.casefold()))
    return [text for _, text in sorted(found)]


def missing(question: str, evidence: str) -> list[str]:
    """Those specifics of ``question`` that ``evidence`` does not speak of, in their order.

    A number has to stand in the evidence as it is, thousands separators aside; of a name its stem has to.

    >>> missing("Did Rosneft buy Sibur in 1905?", "Sibur and Sinopec met in 2021.")
    ['rosneft', '1905']
    """
    numbers = {number.replace(",", "") for number in _NUMBER.findall(evidence)}
    words = {word.casefold() for word in _WORD.findall(evidence)}
    return [
        text
        for text in specifics(question)
        if (text.replace(",", "") not in numbers if text[0].isdigit() else not _is_named(text, words))
    ]


def _is_named(name: str, words: set[str]) -> bool:
    stems = [part[: len(part) - _ending(len(part))] for part in _WORD.findall(name)]
    return all(any(word.startswith(stem) for word in words) for stem in stems)


def _ending(length: int) -> int:
    return next((ending for limit, ending in ENDINGS.items() if length <= limit), 3)
