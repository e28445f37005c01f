"""Web addresses in notes, and what OCR and line ends do to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ingest.model import Span
from ingest.reading import Reading

_START = re.compile(r"(?:https?:?//|\bwww\.)(?=\S)", re.IGNORECASE)
_TOKEN = re.compile(r"\S+")
_GAP = re.compile(r"[^\S\r\n]*(?:\r\n|[\n\r])?[^\S\r\n]*(?=\S)")
_PIECE = re.compile(r"[\w./?=&%+~#:@!;,()\-–]+$")
_STRONG = re.compile(r"[=&%_?]|\.(?:[sx]?html?|php|pdf|aspx?|jsp|docx?)\b|\w/[\w-]+/|\w-\w+-\w")
_JOINS = "/_=-&?%~+#"
_TORN = {**dict.fromkeys("_=-&?%~+#", 1.0), ".": 0.5, "/": 0.25}
_CLOSING = ".,;:)]}\"'”’»"
_URL = re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)
_TAIL = 400
"""No address is longer than this."""


def find_urls(text: str) -> tuple[str, ...]:
    """List the web addresses in a note's text, in order, without the punctuation that follows them.

    >>> find_urls('"A Title," TASS. URL: https://tass.ru/a/1.')
    ('https://tass.ru/a/1',)
    """
    return tuple(match.group().rstrip(_CLOSING) for match in _url_matches(text))


def printed_urls(source: str, reading: Reading) -> tuple[str, ...]:
    """The addresses of a note's text as the source has them, blanks and line ends included, in order."""
    found: list[str] = []
    for match in _url_matches(reading.text):
        spans = reading.spans_of(match.start(), match.start() + len(match.group().rstrip(_CLOSING)))
        printed = source[spans[0].start : spans[0].end]
        for before, span in pairwise(spans):
            start = before.end if before.end <= span.start and source[before.end : span.start].isspace() else span.start
            printed += source[start : span.end]
        found.append(printed)
    return tuple(found)


def url_gaps(source: str, span: Span) -> Iterator[Span]:
    """Yield the white space inside the web addresses of ``span``: what a line end or OCR has put there."""
    for match in _START.finditer(source, *span):
        end = _token_end(source, match.end(), span.end)
        while end < span.end:
            gap = _GAP.match(source, end, span.end)
            if gap is None or gap.end() == end:
                break
            following = _token_end(source, gap.end(), span.end)
            if not _goes_on(source[match.start() : end], source[gap.end() : following]):
                break
            yield Span(end, gap.end())
            end = following


def url_goes_on(source: str, unit: Span, following: Span) -> bool:
    """Whether ``unit`` ends inside a web address that goes on where ``following`` starts."""
    tail = source[max(unit.start, unit.end - _TAIL) : unit.end].rsplit(None, 1)
    last = tail[-1] if tail else ""
    start = _START.search(last)
    if start is None:
        return False
    return _goes_on(last[start.start() :], source[following.start : _token_end(source, following.start, following.end)])


def is_url_piece(text: str) -> bool:
    """Whether a paragraph is nothing but a piece of a web address that begins elsewhere."""
    return (
        " " not in text
        and len(text) > 6
        and bool(_PIECE.match(text) and re.search(r"[=&%]|/\w|_\w|-\w", text))
        and (not _START.match(text) and not text[0].isupper())
    )


def ends_torn(text: str) -> float:
    """How much a note seems to end in a web address that goes on elsewhere: 1 surely, 0 not at all.

    >>> ends_torn("TASS. URL: https://tass.ru/a_"), ends_torn("URL: https://tass.ru/a."), ends_torn("TASS.")
    (1.0, 0.5, 0.0)
    """
    last = text[-_TAIL:].rsplit(None, 1)[-1] if text.strip() else ""
    return _TORN.get(last[-1], 0.0) if _START.search(last) else 0.0


def _goes_on(before: str, following: str) -> bool:
    bare = following.rstrip(_CLOSING)
    if not bare or not _PIECE.match(bare) or _START.match(bare) or bare[0].isupper() or bare[0] in "(":
        return False
    if before[-1] in _JOINS:
        return before[-1] in "_=&-" or _STRONG.search(bare) is not None or len(bare) > 20
    if before[-1] in ",;)":
        return False
    return re.search(r"\w[=&]\w|\w[_%]\w.*[-/._]|\.(?:[sx]?html?|php|aspx?|pdf)$", bare) is not None


def _token_end(source: str, start: int, limit: int) -> int:
    match = _TOKEN.match(source, start, limit)
    return match.end() if match else start


def _url_matches(text: str) -> Iterator[re.Match[str]]:
    return _URL.finditer(text)
