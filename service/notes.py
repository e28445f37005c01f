"""A document's footnotes as they are listed: each with the sentence and the passages that call it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.model import Footnote, Passage, PassageKind
from ingest.reading import read_spans

_FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class ListedNote:
    """A footnote, the reading text of the sentence that calls it, and the ids of the passages that do.

    ``caller`` is empty where the sentence is not known. A note's own passages are not among ``passages``.
    """

    note: Footnote
    caller: str
    passages: tuple[str, ...]


def list_notes(source: str, notes: Iterable[Footnote], passages: Sequence[Passage]) -> list[ListedNote]:
    """The notes of a document with the exact text ``source``, in the order given."""
    calls: dict[int, list[str]] = {}
    for passage in passages:
        if passage.kind is not PassageKind.FOOTNOTE:
            for key in passage.footnotes:
                calls.setdefault(key, []).append(passage.id)
    return [ListedNote(note, read_spans(source, note.caller), tuple(calls.get(note.key, ()))) for note in notes]


def to_csv(columns: Iterable[str], rows: Iterable[Mapping[str, object]]) -> str:
    r"""Rows as CSV (RFC 4180), under a header of their columns.

    Lists are parted by blanks, a range is written ``start-end``. A text that a spreadsheet would run as a
    formula gets an apostrophe before it.

    >>> to_csv(["label", "text", "spans", "region"], [{"label": "*", "text": "=1+1", "spans": [(0, 5), (9, 12)]}])
    "label,text,spans,region\r\n*,'=1+1,0-5 9-12,\r\n"
    """
    names = list(columns)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    text = _flat(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _flat(value: object) -> str:
    if isinstance(value, tuple | list):
        is_range = len(value) == 2 and all(isinstance(part, int) for part in value)
        return ("-" if is_range else " ").join(map(_flat, value))
    return "" if value is None else str(value)
