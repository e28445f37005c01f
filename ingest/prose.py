"""What is read of a stretch of source: markers, markup and the hyphens of broken words left out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from ingest.model import Span
from ingest.reading import cut
from ingest.urls import url_goes_on
from ingest.words import Words, words_of

_MARKUP = re.compile(
    r"(?P<escape>\\)(?=[$%&#_*|])"  # \$140 is read $140
    r"|(?P<open>\^\{)(?:st|nd|rd|th)(?P<close>\})"  # 22^{nd} is read 22nd
    r"|(?P<before>\[?)&(?P<after>[\]}])(?=quot;)"  # [&]quot; and &}quot; are read as the entity they broke
    r"|(?<![\w*])(?P<star>\*{1,3})(?=[^\s*])[^*\n]{1,200}?(?<=\S)(?P<end>(?P=star))(?![\w*])"  # *title*
)
_SIGN = re.compile(r"[\\^\[&*]")
_HOLES = ("escape", "open", "close", "before", "after", "star", "end")
_WORD = re.compile(r"[^\W\d_]+")
_WHOLE_WORD = re.compile(r"(?<![\w\n-])[^\W\d_]++(?:-[^\W\d_]++)?(?!-?\s*\n|-|\w)")
_ADDRESS = re.compile(r"(?:://|www\.|[./=&_])\S*$")
_LINE_HYPHEN = re.compile(r"-[ \t]*\r?\n[ \t]*(?=[^\W\d_])")
_WORD_REACH = 40
"""No word is longer than this on one side of a break."""

_COMPOUNDING = frozenset(
    """
    all anti co cross ex far half high ill inter law long low made mid multi non off old one post pre pro re self
    semi short so sub super two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy
    eighty ninety first second third fold free in like off on out time to under up vice well wide year
    """.split()
)
"""Words that often stand beside a hyphen of their own: what tells them where no list of words is at hand."""


class Prose:
    """Knows what reading leaves out of a source.

    ``holes`` are the Spans that are left out whatever stands there: what calls footnotes, the white space in
    torn web addresses.
    """

    def __init__(self, source: str, holes: Iterable[Span]) -> None:
        self._source = source
        self._holes = sorted([*holes, *_markup(source)])
        self._starts = [hole.start for hole in self._holes]

    def spans(self, span: Span) -> list[Span]:
        """Give the parts of ``span`` that are read, in order."""
        low = max(0, bisect_left(self._starts, span.start) - 1)
        high = bisect_left(self._starts, span.end)
        holes = self._holes[low:high]
        if self._source.find("-", span.start + 1, span.end) >= 0:
            holes = sorted([*holes, *self._line_hyphens(span)])
        return cut(span, holes)

    def chain(self, units: Sequence[Span], end: int) -> list[Span]:
        """Give the parts that are read of a paragraph that page breaks have cut in ``units``.

        One character of white space goes with each unit, to part it from the text that goes on with it, and
        all white space up to ``end`` with the last. Where a break goes through a word, its hyphen goes.
        """
        found: list[Span] = []
        for unit, following in pairwise(units):
            hyphenated = self._source[unit.end - 1] == "-" and self._source[unit.end - 2].isalpha()
            # A word goes on without a blank, with its hyphen or without.
            more = 1 if not hyphenated else -1 if self._mends(unit.end - 1, following) else 0
            if url_goes_on(self._source, unit, following):
                more = 0
            found += self.spans(Span(unit.start, unit.end + more))
        return found + self.spans(Span(units[-1].start, end))

    def _line_hyphens(self, span: Span) -> Iterator[Span]:
        """What goes where a line ends in a hyphen: the line end, and the hyphen if it only breaks a word."""
        for match in _LINE_HYPHEN.finditer(self._source, span.start + 1, span.end):
            if not self._source[match.start() - 1].isalpha():
                continue
            kept = 0 if self._mends(match.start(), Span(match.end(), span.end)) else 1
            yield Span(match.start() + kept, match.end())

    def _mends(self, hyphen: int, following: Span) -> bool:
        """Whether the hyphen at ``hyphen`` only breaks a word that goes on at the start of ``following``.

        It does if the whole is a word of the document or of its language. In doubt the hyphen stays, as it is
        printed: where the document has it inside a line too, in addresses, before capitals, and where two words
        make a rare compound.
        """
        before = self._source[max(0, hyphen - _WORD_REACH) : hyphen]
        left = re.search(r"[^\W\d_]+$", before)
        right = _WORD.match(self._source, following.start, min(following.end, following.start + _WORD_REACH))
        if not left or not right or not right[0][0].islower() or _ADDRESS.search(before):
            return False
        return self._is_one_word(left[0].casefold(), right[0].casefold())

    def _is_one_word(self, left: str, right: str) -> bool:
        words = self._vocabulary
        if words[left + right] or words[f"{left}-{right}"]:
            return words[left + right] > words[f"{left}-{right}"]
        language = self._language
        if language is None:  # the second half tells: it is no word, and makes no compounds
            return len(left) > 1 and left not in _COMPOUNDING and not words[right] and right not in _COMPOUNDING
        if not language.has(left + right):
            return False
        halves = len(left) > 1 and language.has(left) and language.has(right)
        return language.is_common(left + right) or not halves

    @cached_property
    def _language(self) -> Words | None:
        return words_of(self._source)

    @cached_property
    def _vocabulary(self) -> Counter[str]:
        """Count the words of the document, and its compounds; those at either end of a line are left out."""
        folded: Counter[str] = Counter()
        for word, times in Counter(map(re.Match.group, _WHOLE_WORD.finditer(self._source))).items():
            folded[word.casefold()] += times
        return folded


def _markup(source: str) -> Iterator[Span]:
    """Escapes, the braces of raised ordinals, emphasis marks."""
    place = 0
    for sign in _SIGN.finditer(source):  # far faster than to look for the whole pattern everywhere
        if sign.start() < place or (match := _MARKUP.match(source, sign.start())) is None:
            continue
        place = match.end()
        for name in _HOLES:
            if match[name]:
                yield Span(*match.span(name))
