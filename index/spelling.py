"""Words of a question that no text holds, put right where one slip of the keys explains them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from string import ascii_lowercase
from typing import Protocol

from index.stems import english, word_stems

_FREE_WORD = re.compile(r"(?<!\w)(?<!\w['’/@.&-])[A-Za-z]{5,30}(?![\w/@&-]|['’.]\w)")
"""A word of letters that is no part of a greater one. Of shorter words one letter is too much to be guessed:
"ocur" is as near to "our". What is longer was not typed."""

MOST = 8
"""Words of a question that are looked at, of those that no text holds; with more it is in another language."""

Frequencies = Callable[[Sequence[str]], list[int]]
"""In how many passages each of some words stands, endings aside."""


class Dictionary(Protocol):
    """Words of the language, in small letters."""

    def has(self, word: str) -> bool:
        """Whether ``word`` is a word, if a rare one."""
        ...

    def is_common(self, word: str) -> bool:
        """Whether ``word`` is one that is often used."""
        ...


def corrected(question: str, frequencies: Frequencies, dictionary: Dictionary) -> str:
    """``question`` with each word that no passage holds as the word it was meant to be, where there is one.

    Left as they are: words that some passage holds or the ``dictionary`` has, short ones, numbers, parts of compounds
    and addresses, names with capitals inside, and those that no single slip of the keys (Damerau, 1964) makes of a
    word that is held.
    """
    asked = [word for word in _FREE_WORD.finditer(question) if word.group().islower() or word.group().istitle()]
    held = frequencies([word.group() for word in asked])
    unknown = [word for word, count in zip(asked, held, strict=True) if not count][:MOST]
    for word in reversed(unknown):
        if not dictionary.has(word.group().casefold()):
            meant = _meant(word.group(), frequencies, dictionary)
            question = question[: word.start()] + meant + question[word.end() :]
    return question


def _meant(word: str, frequencies: Frequencies, dictionary: Dictionary) -> str:
    """The likeliest word that is held and one slip away; ``word`` itself where there is none."""
    typed = word.casefold()
    near = slips(typed)
    held = [(count, other) for count, other in zip(frequencies(near), near, strict=True) if count]
    # The index holds stems. What is no word of the language has to be held as it is: "adness" is no form of "ad".
    stems = word_stems(english(), [other for _, other in held])
    found = [pair for pair, stem in zip(held, stems, strict=True) if pair[1] == stem or dictionary.has(pair[1])]
    if not found:
        return word
    # Forms of one word are held alike: of "harbour" and "harbours" for "harbourr" the first is the likelier.
    likely = _likeliest(typed)

    def rank(pair: tuple[int, str]) -> tuple[bool, int, bool, int, str]:
        count, other = pair
        return dictionary.is_common(other), count, other in likely, len(other), other

    best = max(found, key=rank)[1]
    return best.capitalize() if word[0].isupper() else best


def _likeliest(typed: str) -> set[str]:
    """``typed`` with two letters swapped back, or without one of a letter typed twice."""
    places = range(len(typed) - 1)
    swapped = {typed[:i] + typed[i + 1] + typed[i] + typed[i + 2 :] for i in places}
    return swapped | {typed[:i] + typed[i + 1 :] for i in places if typed[i] == typed[i + 1]}


def slips(word: str) -> list[str]:
    """All that ``word`` is made into by one letter dropped, added, or put for another, or two swapped; in order."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    made = {a + b[1:] for a, b in cuts if b}
    made |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    made |= {a + letter + b[1:] for a, b in cuts if b for letter in ascii_lowercase}
    made |= {a + letter + b for a, b in cuts for letter in ascii_lowercase}
    return sorted(made - {word})
