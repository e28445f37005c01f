"""Values as rows: JSON that reads back as the very same value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from index.contract import DocumentInfo
from ingest.errors import IndexNotReady
from ingest.model import Footnote, Found, Passage, PassageKind, Span

Value = TypeVar("Value", Passage, Footnote, DocumentInfo)


def to_json(value: Passage | Footnote | DocumentInfo) -> str:
    """Write a value down."""
    return json.dumps(asdict(value))


def to_passage(stored: str) -> Passage:
    """Read a passage back. Raises IndexNotReady where it is damaged."""
    return _made("passage", stored, _passage)


def to_footnote(stored: str) -> Footnote:
    """Read a footnote back. Raises IndexNotReady where it is damaged."""
    return _made("footnote", stored, _footnote)


def to_info(stored: str) -> DocumentInfo:
    """Read what is known of a document back. Raises IndexNotReady where it is damaged."""
    return _made("document", stored, _info)


def _made(what: str, stored: str, make: Callable[[dict[str, Any]], Value]) -> Value:
    try:
        return make(json.loads(stored))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexNotReady(f"the index holds a {what} that cannot be read; run: ibid doctor --repair") from error


def _passage(row: dict[str, Any]) -> Passage:
    return Passage(
        **{
            **row,
            "kind": PassageKind(row["kind"]),
            "spans": _spans(row["spans"]),
            "section": tuple(row["section"]),
            "pages": tuple(row["pages"]),
            "footnotes": tuple(row["footnotes"]),
        }
    )


def _footnote(row: dict[str, Any]) -> Footnote:
    return Footnote(
        **{
            **row,
            "spans": _spans(row["spans"]),
            "printed": _span(row["printed"]),
            "markers": _spans(row["markers"]),
            "urls": tuple(row["urls"]),
            "printed_urls": tuple(row["printed_urls"]),
            "caller": _spans(row["caller"]),
            "region": _span(row["region"]),
            "found": Found(row["found"]),
        }
    )


def _info(row: dict[str, Any]) -> DocumentInfo:
    return DocumentInfo(**{**row, "authors": tuple(row["authors"]), "questions": tuple(row.get("questions", ()))})


def path_key(section: Sequence[str]) -> str:
    """Write a section path so that the path above it is the beginning of what it becomes.

    >>> path_key(["North", "Coast"]), path_key(["North"])
    ('"North""Coast"', '"North"')
    """
    return "".join(map(json.dumps, section))


def path_of(key: str) -> tuple[str, ...]:
    """Read a section path that ``path_key`` wrote."""
    decoder, at, path = json.JSONDecoder(), 0, list[str]()
    while at < len(key):
        part, at = decoder.raw_decode(key, at)
        path.append(part)
    return tuple(path)


def _span(pair: Sequence[int] | None) -> Span | None:
    return Span(*pair) if pair else None


def _spans(pairs: Iterable[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
