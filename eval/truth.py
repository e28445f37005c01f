"""Ground truth about one document: its notes, the joins across its pages, its furniture, its tables.

A folder holds it as JSON lists, in any files whose names begin with ``footnotes_``, ``joins_``,
``furniture_`` and ``tables_``; ``eval/README.md`` describes their entries. Places are character offsets
(code points) into the document's text, ranges are half-open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import IbidError
from ingest.model import Span

AGREES = 0.9
"""Share of the truth's texts that must stand at their places for a document to be the one it is about."""

_HEAD = 24
"""So many letters and digits at the start of a note's text are looked for at its place."""

Entry = TypeVar("Entry")


class TruthError(IbidError):
    """Ground truth is not well formed, or not about the document."""

    status = 422
    title = "The ground truth cannot be used"


@dataclass(frozen=True, slots=True)
class NoteTruth:
    """A note: its number, its Spans (printed number included), its text without it, its addresses.

    ``marker`` is None where the source has lost it: it must have stood in ``region``, and the sentence that
    called it is one of ``candidates``.
    """

    number: int
    spans: tuple[Span, ...]
    text: str
    urls: tuple[str, ...]
    marker: Span | None
    region: Span | None
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinTruth:
    """A sentence that a page break cuts between ``left`` and ``right``; ``word`` is the word it cuts, if any."""

    left: int
    right: int
    tail: str
    head: str
    word: str | None


@dataclass(frozen=True, slots=True)
class FurnitureTruth:
    """Page furniture: its place and its text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class TableTruth:
    """A table: title, names of its columns, cells by row; a figure has no rows."""

    span: Span
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """All that is known of a document, each kind in the order of its files; a kind may be empty."""

    notes: tuple[NoteTruth, ...]
    joins: tuple[JoinTruth, ...]
    furniture: tuple[FurnitureTruth, ...]
    tables: tuple[TableTruth, ...]

    @property
    def region(self) -> Span:
        """The part of the document that the truth covers, from its first place (or 0, with note 1) to its last.

        What follows the last place is not covered: whether the truth ends there or the document cannot be told.
        """
        places = [span for note in self.notes for span in (*note.spans, note.marker, note.region) if span]
        places += [Span(join.left, join.right) for join in self.joins]
        places += [item.span for item in self.furniture]
        places += [table.span for table in self.tables]
        from_start = any(note.number == 1 for note in self.notes)
        return Span(0 if from_start else min(span.start for span in places), max(span.end for span in places))

    def agreement(self, text: str) -> float:
        """Share of the truth's texts that stand in ``text`` where they should."""
        met = [
            _letters(note.text)[:_HEAD] in _letters("".join(text[a:b] for a, b in note.spans)) for note in self.notes
        ]
        met += [text[: j.left].endswith(j.tail) and text.startswith(j.head, j.right) for j in self.joins]
        met += [text[slice(*item.span)] == item.text for item in self.furniture]
        met += [_letters(table.title) in _letters(text[slice(*table.span)]) for table in self.tables]
        return sum(met) / len(met)


def load_truth(folder: Path) -> Truth:
    """Read all ground truth in ``folder``, files by name.

    Raises TruthError, with the file and the entry, for anything that is not as it should be.
    """
    if not folder.is_dir():
        raise TruthError(f"{folder} is no folder; give one with ground truth, such as footnotes_1.json")
    truth = Truth(
        tuple(_read(folder, "footnotes_", _note)),
        tuple(_read(folder, "joins_", _join)),
        tuple(_read(folder, "furniture_", _furniture)),
        tuple(_read(folder, "tables_", _table)),
    )
    if not (truth.notes or truth.joins or truth.furniture or truth.tables):
        raise TruthError(
            f"{folder} holds no ground truth; give a folder with footnotes_*.json, joins_*.json, furniture_*.json "
            "or tables_*.json"
        )
    numbers = [note.number for note in truth.notes]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise TruthError(f"{folder} has note {twice[0]} twice; keep one of the two entries")
    return truth


def _read(folder: Path, prefix: str, parse: Callable[[dict[str, Any]], Entry]) -> Iterator[Entry]:
    for path in sorted(folder.glob(f"{prefix}*.json")):
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:  # neither UTF-8 nor JSON are ValueErrors
            raise TruthError(f"{path.name} cannot be read ({error}); give a list of entries as JSON") from error
        if not isinstance(rows, list):
            raise TruthError(f"{path.name} holds no list; give a list of entries as JSON")
        for number, row in enumerate(rows, 1):
            try:
                yield parse(row)
            except KeyError as error:
                raise TruthError(f"{path.name}, entry {number} has no {error}; see eval/README.md") from error
            except (ValueError, TypeError, AttributeError) as error:
                raise TruthError(f"{path.name}, entry {number} is wrong ({error}); see eval/README.md") from error


def _note(row: dict[str, Any]) -> NoteTruth:
    spans = tuple(map(_span, row["note_spans"]))
    if not spans:
        raise ValueError("a note has no place")
    return NoteTruth(
        number=index(row["n"]),
        spans=spans,
        text=_text(row["note_text"]),
        urls=tuple(map(_text, row["url"])),
        marker=_span(row["marker_span"]) if row["marker_span"] is not None else None,
        region=_span(row["lost_region"]) if row.get("lost_region") is not None else None,
        candidates=tuple(map(_text, row.get("anchor_candidates", ()))),
    )


def _join(row: dict[str, Any]) -> JoinTruth:
    left, right = _span((row["left_end"], row["right_start"]))
    word = None if row["joined_word"] is None else _text(row["joined_word"])
    return JoinTruth(left, right, _text(row["left_tail"]), _text(row["right_head"]), word)


def _furniture(row: dict[str, Any]) -> FurnitureTruth:
    return FurnitureTruth(_span(row["span"]), _text(row["text"]))


def _table(row: dict[str, Any]) -> TableTruth:
    columns = tuple(map(_text, row["columns"]))
    rows = tuple(tuple(map(_text, cells)) for cells in row.get("rows", ()))
    if any(len(cells) != len(columns) for cells in rows):
        raise ValueError("a row has more or fewer cells than there are columns")
    return TableTruth(_span(row["span"]), _text(row["title"]), columns, rows)


def _span(value: Any) -> Span:  # noqa: ANN401 (JSON may hold anything)
    start, end = value
    return Span.of(index(start), index(end))


def _text(value: Any) -> str:  # noqa: ANN401 (JSON may hold anything)
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.replace("&quot;", "").replace("&amp;", ""))).casefold()
