"""Words of the language a text is written in, from the word lists of the spelling checker ``pyspellchecker``.

The lists are read only when a line that ends in a hyphen asks for them: importing this module reads nothing.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Protocol

COMMON = 300
"""A word that the list has counted this often is one for sure; the rarer ones hold names and odd spellings."""

_SAMPLE = 20_000
"""The language is told from this many characters at the beginning, in the middle and at the end."""

_LEAST_SHARE = 0.04
"""Of the words of a text at least this share are the function words of its language."""

_FUNCTION_WORDS = {
    "en": "the of and to is that was for with by from",
    "de": "der die das und ist von den mit nicht ein auf",
    "es": "el la de los que y en las del una por",
    "fr": "le la les des et est du une dans que pour",
    "it": "il di che la per è una del della con gli",
    "nl": "de het een van en is dat op te met voor",
    "pt": "o a os que e do da em um uma não",
    "ru": "и в не на что с по как для от из",
}
_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS = ("'s", "s", "es", "ed", "d", "ing", "ly")


class Words(Protocol):
    """Tells words from what is none; all arguments are in small letters."""

    def has(self, word: str) -> bool:
        """Whether ``word`` is a word, if a rare one."""
        ...

    def is_common(self, word: str) -> bool:
        """Whether ``word`` is one that is often used."""
        ...


class LanguageWords:
    """The words of one language, by its two-letter code; read when they are first asked for."""

    def __init__(self, language: str) -> None:
        self._language = language

    @cached_property
    def _counts(self) -> Mapping[str, int]:
        return _list_of(self._language)

    def has(self, word: str) -> bool:
        """Whether ``word``, or what is left of it without an ending, is in the list."""
        return word in self._counts or any(
            word.endswith(ending) and len(word) > len(ending) + 2 and word[: -len(ending)] in self._counts
            for ending in _ENDINGS
        )

    def is_common(self, word: str) -> bool:
        """Whether the list has counted ``word`` often."""
        return self._counts.get(word, 0) >= COMMON


@lru_cache(maxsize=2)
def _list_of(language: str) -> Mapping[str, int]:
    """Read the list of a language; reading it takes as long as all the rest of a short document, so it is kept."""
    listed = files("spellchecker") / "resources" / f"{language}.json.gz"
    # Not by way of the checker, which copies the list twice and takes as much memory again for that.
    counts: Mapping[str, int] = json.loads(gzip.decompress(listed.read_bytes()))
    return counts


def words_of(source: str) -> Words | None:
    """Give the words of the language of a text; None where it cannot be told or there is no list."""
    middle = len(source) // 2
    places = (0, max(0, middle - _SAMPLE // 2), max(0, len(source) - _SAMPLE))
    words = [word for place in places for word in _WORD.findall(source[place : place + _SAMPLE].casefold())]
    shares = {
        language: sum(word in functions for word in words) / max(1, len(words))
        for language, functions in ((key, frozenset(value.split())) for key, value in _FUNCTION_WORDS.items())
    }
    best = max(shares, key=lambda language: shares[language])
    return LanguageWords(best) if shares[best] >= _LEAST_SHARE else None
