"""Lists in running text: the items that a sentence introduces, as far as they can be told by their marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from service.quotable import Quotable, beside
from service.surroundings import Surroundings
from service.wants import Wants

MAX_ITEMS = 8
"""Items quoted of one list."""

MAX_UNMARKED = 4
"""Paragraphs quoted of a list whose items have no marks: where it ends cannot be told."""

PASSAGES = 5
"""Passages on one side of a hit that its list may reach into."""

MAX_BETWEEN = 8
"""Sentences that may stand between the marks of two items."""

_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
_ORDINAL = re.compile(
    rf"(?:(?P<word>{'|'.join(_ORDINALS)}|finally|lastly)(?:ly)?\s*[,:—–]|The (?P<named>{'|'.join(_ORDINALS)})\b)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:[-•▪*–—]\s+)?\(?(?:(?P<number>\d{1,2})|(?P<letter>[a-h]))[.)](?=\s|$)")
_BULLET = re.compile(r"[-•▪◦*–—]\s")
_LAST = 99
_CLOSES = (".", "!", "?", ";", ",", "…", '"', "”", ")")
_INTRODUCES = (":", ":”", ':"')


def with_items(part: Quotable, asked: Wants, around: Surroundings) -> list[Quotable]:
    """``part`` with the items of the list it introduces or, where several things are asked for, is an item of.

    A sentence that ends in a colon says nothing without them; one before "First, …" is full only where several things
    are asked for. Only ``part`` where there is no list.
    """
    if asked.several and (_ordinal(part.text) or 0) > 1:
        introduction = _introduction(part, around)
        if introduction is None:
            return [part]
        part = introduction
    return [part, *_items(part, asked, around)]


def _items(part: Quotable, asked: Wants, around: Surroundings) -> Iterator[Quotable]:
    introduces = part.text.endswith(_INTRODUCES)
    if not introduces and not asked.several:
        return
    after = _after(part, around)
    first = next(after, None)
    if first is None:
        return
    after = chain([first], after)
    value = _value(first.text)
    if value == 1 or (introduces and value is not None):
        yield from _marked(after, asked.many or MAX_ITEMS)
    elif introduces:
        yield from _unmarked(after, min(asked.many or MAX_UNMARKED, MAX_UNMARKED))


def _after(part: Quotable, around: Surroundings) -> Iterator[Quotable]:
    """What can be quoted after ``part``, to the end of its section or as far as a list is looked for."""
    yield from (other for other in beside(part, part.hit) if other.start >= part.end)
    for hit in around.following(part.hit, PASSAGES):
        yield from beside(part, hit)


def _marked(parts: Iterable[Quotable], most: int) -> Iterator[Quotable]:
    """The sentences that begin with the next marks, up to ``most``; after a mark that stands alone, what it marks."""
    count = last = skipped = 0
    is_open = False  # whether the item so far is nothing but its mark
    for part in parts:
        value = _value(part.text)
        if value is not None and (value > last or value == 0):
            if count == most:
                return
            count, last, skipped = count + 1, value, 0
            is_open = not any(map(str.isalpha, part.text[1:]))
            yield part
        elif is_open:
            is_open = False
            yield part
        elif value is not None or (skipped := skipped + 1) > MAX_BETWEEN:
            return


def _unmarked(parts: Iterable[Quotable], most: int) -> Iterator[Quotable]:
    """The first sentence of each of the next ``most`` paragraphs."""
    last: tuple[str, int] | None = None
    for part in parts:
        if not part.text.endswith(_CLOSES):
            continue  # no sentence: a torn address, a title
        begins = last is None or last[0] != part.hit.passage.id or "\n" in part.hit.passage.text[last[1] : part.start]
        last = part.hit.passage.id, part.end
        if begins:
            if not most:
                return
            most -= 1
            yield part


def _introduction(item: Quotable, around: Surroundings) -> Quotable | None:
    """The sentence before the first item of the list of ``item``."""
    before = [part for part in beside(item, item.hit) if part.end <= item.start][::-1]
    earlier = (part for hit in around.preceding(item.hit, PASSAGES) for part in reversed(list(beside(item, hit))))
    wanted = _ordinal(item.text) or 0
    for part in chain(before, earlier):
        if wanted == 1:
            return part
        value = _ordinal(part.text)
        if value is not None and value >= wanted:
            return None  # of another list
        wanted = value or wanted
    return None


def _value(text: str) -> int | None:
    """The number that a sentence begins with as an item of a list; 0 for a bullet, None where it is no item.

    >>> _value("Second, it rains."), _value("- 3. Rain"), _value("b) rain"), _value("• rain"), _value("Rain")
    (2, 3, 2, 0, None)
    """
    numbered = _NUMBERED.match(text)
    if numbered is not None:
        return int(numbered["number"]) if numbered["number"] else ord(numbered["letter"]) - ord("a") + 1
    if _BULLET.match(text):
        return 0
    return _ordinal(text)


def _ordinal(text: str) -> int | None:
    found = _ORDINAL.match(text)
    if found is None:
        return None
    word = (found["word"] or found["named"]).casefold()
    return _ORDINALS.index(word) + 1 if word in _ORDINALS else _LAST
