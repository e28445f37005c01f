"""Running heads that do not come back often enough to tell: misread ones, and those of a single page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.edges import MIN_REPEATS, Line, Pages, breaks_sentence
from ingest.units import Unit
from ingest.wording import looks_like_note

_WORDED = 1.0
_NOTES_REACH = 20
_MAX_TITLE = 80
_MAX_HEADS = 20
_MIN_MISREAD = 10
"""A shorter line is no running head if it differs from one."""
_ITEM = re.compile(r"[-*•–]\s|\(?\w{1,3}[.)]\s")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_STOP = re.compile(r"[.!?:;,][\"'”’»)\]]*$")


def misread_heads(
    source: str, units: Sequence[Unit], pages: Pages, lines: Sequence[Line], heads: Sequence[str]
) -> Iterator[tuple[int, int | None]]:
    """Yield the lines that are one of ``heads`` but for a letter or two, and stand where heads stand."""
    known = [head.casefold() for head in heads[:_MAX_HEADS] if len(head) >= _MIN_MISREAD]
    for line in lines:
        words = line.words.casefold()
        if not any(
            abs(len(words) - len(head)) <= 2 and words != head and _differs_little(words, head) for head in known
        ):
            continue
        if line.number is not None or pages.is_edge(line.index) or breaks_sentence(source, units, line.index):
            yield line.index, line.number


def numbered_at_feeds(
    pages: Pages, lines: Sequence[Line], found: dict[int, int | None]
) -> Iterator[tuple[int, int | None]]:
    """Yield the lines beside form feeds whose numbers count the pages, whatever their words are."""
    beside = [line for line in lines if line.number is not None and pages.is_beside_feed(line.index)]
    offsets = Counter(line.number - pages.number(line.index) for line in beside if line.number is not None)
    offsets.update(page - pages.number(index) for index, page in found.items() if page is not None)
    usual, count = max(offsets.items(), key=lambda item: item[1], default=(0, 0))
    for line in beside:
        agrees = line.number is not None and line.number - pages.number(line.index) == usual
        if count >= MIN_REPEATS and agrees and line.index not in found and not _STOP.search(line.words):
            yield line.index, line.number


def heads_before_rests(
    source: str, units: Sequence[Unit], pages: Pages, lines: Sequence[Line], found: dict[int, int | None]
) -> Iterator[tuple[int, int | None]]:
    """Yield the lines at the edges of pages behind which the text goes on in small letters: no heading stands there."""
    met: Counter[str] = Counter()
    for line in lines:
        met[line.words] += 1
        if not line.index or not _is_titled(line, met[line.words] > 1) or pages.is_note(line.index):
            continue
        if line.number is None and not pages.is_edge(line.index):
            continue
        if line.words[-1] in "-,;" or looks_like_note(line.words) >= _WORDED:
            continue  # a note that runs on to the next page
        behind = next((i for i in range(line.index + 1, min(line.index + 4, len(units))) if i not in found), None)
        if behind is None or not source[units[behind].span.start].islower() or units[behind].is_rows:
            continue
        before = line.index - 1
        while before > 0 and line.index - before < _NOTES_REACH and (before in found or pages.is_note(before)):
            before -= 1
        end = source[units[before].span.end - 1]
        if pages.is_beside_feed(line.index) or end.isalnum() or end in ",-":
            yield line.index, None


def _is_titled(line: Line, is_met: bool) -> bool:
    """Whether a line is worded as a running head: a web site, or a title with its main words in capitals.

    One with a number as items of lists have them is only if it was met before.
    """
    if len(line.text) > _MAX_TITLE or _STOP.search(line.text) or (_ITEM.match(line.text) and not is_met):
        return False
    if _ADDRESS.fullmatch(line.words):
        return line.words.count("/") in (0, 2, 3)
    main = [word for word in re.findall(r"[^\W\d_]+", line.words) if len(word) > 3]
    return bool(main) and sum(word[0].isupper() for word in main) >= 0.6 * len(main)


def _differs_little(one: str, two: str) -> bool:
    """Whether two lines differ by two characters at most, digits left aside: they differ for a reason."""
    if [*filter(str.isdecimal, one)] != [*filter(str.isdecimal, two)]:
        return False
    if len(one) == len(two):
        return sum(a != b for a, b in zip(one, two, strict=True)) <= 2
    ahead = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    after = zip(reversed(one), reversed(two), strict=False)
    behind = next((n for n, (a, b) in enumerate(after) if a != b), min(len(one), len(two)))
    return ahead + behind >= max(len(one), len(two)) - 2
