"""One generation of the truth, to read from for as long as it is needed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.contract import DocumentInfo, Filters
from index.embedder import Vectors
from index.rows import path_key, path_of, to_footnote, to_info, to_passage
from index.sqlite import connect, explained
from ingest.errors import IndexNotReady, NotFound
from ingest.model import Footnote, Passage

Rows = NDArray[np.int64]
"""int64 (n,), rows of passages, rising."""

AT_ONCE = 500
"""Parameters of one statement; SQLite takes a limited number."""

NAMED = 10
"""Documents whose ids are named where another was asked for."""

SOME_IDS = "SELECT id FROM documents ORDER BY id LIMIT 11"
"""Enough ids to name them all, or to see that they are more than NAMED."""


@dataclass(frozen=True, slots=True)
class IndexedRow:
    """What the search by words needs of a passage."""

    row: int
    text: str
    document_id: str
    kind: str
    section: tuple[str, ...]
    pages: tuple[int, int]


@dataclass(frozen=True, slots=True)
class StoredVector:
    """What a passage has of vectors: what they were made of, under which key, its vector, whether it has tokens'."""

    document_id: str
    passage_id: str
    text: str
    key: str | None
    vector: bytes | None
    has_tokens: int


class Snapshot:
    """A read transaction that stays open: it sees what the file held when it began, whatever is written since.

    It ends when nobody holds the snapshot any more. Safe from several threads, which take turns. ``check`` may refuse
    the file. Raises IndexNotReady.
    """

    def __init__(self, path: Path, check: Callable[[sqlite3.Connection], None]) -> None:
        self._path = path
        self._lock = Lock()
        with explained(path):
            self._connection = connect(path)
            try:
                self._connection.execute("BEGIN DEFERRED")
                check(self._connection)  # its first read fixes what is seen
                self.generation = generation_of(self._connection)
                self.mark = mark_of(self._connection)
            except BaseException:
                self._connection.close()
                raise

    def __del__(self) -> None:
        if hasattr(self, "_connection"):
            self._connection.close()

    def descends_from(self, generation: int, mark: str) -> bool:
        """Whether it was reached from that generation by changes that can be caught up with row by row."""
        query = "SELECT 1 FROM changes WHERE generation = ? AND mark = ?"
        return bool(self._all(query, (generation, mark)))

    def _all(self, query: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[Any]:
        with explained(self._path), self._lock:
            try:
                return self._connection.execute(query, parameters).fetchall()
            except UnicodeEncodeError:  # half a surrogate pair: no text that is stored can hold it
                return []

    def _among(self, query: str, values: Sequence[object]) -> Iterator[Any]:
        """Rows of ``query`` for some ``values``, which stand where it says ``(?)``."""
        for start in range(0, len(values), AT_ONCE):
            part = values[start : start + AT_ONCE]
            yield from self._all(query.replace("(?)", f"({', '.join('?' * len(part))})"), part)

    # --- rows ------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> Rows:
        """Rows of all passages."""
        return _to_rows(self._all("SELECT row FROM passages ORDER BY row"))

    def allowed(self, filters: Filters) -> Rows:
        """Rows of the passages that ``filters`` allow."""
        first, last = filters.pages or (None, None)
        prefix = path_key(filters.section_prefix)
        asked: dict[str, object] = {
            "documents": json.dumps(sorted(filters.document_ids)) if filters.document_ids else None,
            "kinds": json.dumps(sorted(filters.kinds)) if filters.kinds else None,
            "prefix": prefix,
            "length": len(prefix),
            "first": first,
            "last": last,
        }
        query = (
            "SELECT row FROM passages WHERE "
            "(:documents IS NULL OR document_id IN (SELECT value FROM json_each(:documents))) "
            "AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds))) "
            "AND substr(section, 1, :length) = :prefix "
            "AND (:first IS NULL OR (first_page <= :last AND last_page >= :first)) ORDER BY row"
        )
        return _to_rows(self._all(query, asked))

    @cached_property
    def sections(self) -> dict[str, list[tuple[str, ...]]]:
        """By document the sections that its passages stand in: headings, from the outermost inwards."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for document_id, section in self._all("SELECT DISTINCT document_id, section FROM passages ORDER BY 1, 2"):
            found.setdefault(document_id, []).append(path_of(section))
        return found

    def vectors(self, after: int = 0) -> Vectors:
        """Sentence vectors of the rows above ``after``: float32 (n, dim), in their order."""
        query = "SELECT v.vector FROM passages p LEFT JOIN vectors v ON v.id = p.vector WHERE p.row > ? ORDER BY p.row"
        with explained(self._path), self._lock:
            count = self._connection.execute("SELECT count(*) FROM passages WHERE row > ?", (after,)).fetchone()[0]
            found: Vectors = np.zeros((0, 0), dtype=np.float32)
            for place, (vector,) in enumerate(self._connection.execute(query, (after,))):
                if not place:
                    found = np.empty((count, len(vector or b"") // 4), dtype="<f4")
                if vector is None or len(vector) != 4 * found.shape[1]:
                    raise IndexNotReady("a passage has lost its vector; run: ibid doctor --repair")
                found[place] = np.frombuffer(vector, dtype="<f4")
        return found

    def indexed(self, after: int = 0) -> Iterator[IndexedRow]:
        """What the search by words needs of the rows above ``after``, in their order."""
        query = (
            "SELECT row, indexed, document_id, kind, section, first_page, last_page FROM passages "
            "WHERE row > ? ORDER BY row LIMIT 1000"
        )
        while found := self._all(query, (after,)):
            for row, text, document_id, kind, section, first, last in found:
                yield IndexedRow(row, text, document_id, kind, path_of(section), (first, last))
            after = found[-1][0]

    # --- passages --------------------------------------------------------------------------------------

    def ids(self, rows: Sequence[int]) -> dict[int, str]:
        """Id of the passage in each of ``rows``."""
        return dict(self._among("SELECT row, id FROM passages WHERE row IN (?)", rows))

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """Passages by id; ids that are not there are left out."""
        found = self._among("SELECT id, passage FROM passages WHERE id IN (?)", ids)
        return {passage_id: to_passage(passage) for passage_id, passage in found}

    def packed_tokens(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Packed token vectors of passages by id; ids that are not there are left out."""
        query = "SELECT p.id, t.tokens FROM passages p JOIN tokens t ON t.id = p.vector WHERE p.id IN (?)"
        return dict(self._among(query, ids))

    def linked(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Passages that footnotes tie to each of ``ids``: its notes', or those that call the note it is of.

        In the order of the source; ids without any are left out.
        """
        query = (
            "SELECT a.id, b.id FROM passages a JOIN calls x ON x.row = a.row "
            "JOIN calls y ON y.document_id = x.document_id AND y.key = x.key JOIN passages b ON b.row = y.row "
            "WHERE a.id IN (?) AND (a.kind = 'footnote') <> (b.kind = 'footnote') ORDER BY b.position"
        )
        found: dict[str, list[str]] = {}
        for passage_id, other in self._among(query, ids):
            linked = found.setdefault(passage_id, [])
            if other not in linked:
                linked.append(other)
        return found

    def neighbours(self, passage: Passage) -> tuple[str | None, str | None]:
        """Ids of the passages before and after ``passage`` in its document."""
        query = "SELECT position, id FROM passages WHERE document_id = ? AND position IN (?, ?)"
        beside = dict(self._all(query, (passage.document_id, passage.position - 1, passage.position + 1)))
        return beside.get(passage.position - 1), beside.get(passage.position + 1)

    def passages_of(self, document_id: str) -> list[Passage]:
        """A document's passages, in the order they are read; none of an unknown document."""
        query = "SELECT passage FROM passages WHERE document_id = ? ORDER BY position"
        return [to_passage(passage) for (passage,) in self._all(query, (document_id,))]

    # --- what is checked -------------------------------------------------------------------------------

    def stored_vectors(self) -> Iterator[StoredVector]:
        """The vector of each passage as it is stored, in the order of the rows."""
        query = (
            "SELECT p.row, p.document_id, p.id, p.indexed, v.key, v.vector, t.id IS NOT NULL FROM passages p "
            "LEFT JOIN vectors v ON v.id = p.vector LEFT JOIN tokens t ON t.id = v.id "
            "WHERE p.row > ? ORDER BY p.row LIMIT 1000"
        )
        after = 0
        while found := self._all(query, (after,)):
            for _, *fields in found:
                yield StoredVector(*fields)
            after = found[-1][0]

    def columns(self, document_id: str) -> list[tuple[str, str, str, int, int, frozenset[int]]]:
        """What is searched by of each passage of a document: id, kind, section as a key, pages, notes it calls."""
        query = (
            "SELECT id, kind, section, first_page, last_page, (SELECT json_group_array(key) FROM calls c "
            "WHERE c.document_id = p.document_id AND c.row = p.row) FROM passages p "
            "WHERE document_id = ? ORDER BY position"
        )
        return [(*fields, frozenset(json.loads(keys))) for *fields, keys in self._all(query, (document_id,))]

    def unused_vectors(self) -> int:
        """Number of vectors that no passage has: of a run that was cut off before it stored its document."""
        query = "SELECT count(*) FROM vectors WHERE id NOT IN (SELECT vector FROM passages)"
        return int(self._all(query)[0][0])

    # --- documents -------------------------------------------------------------------------------------

    def counts(self) -> tuple[int, int]:
        """Number of documents, and of passages."""
        query = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)"
        documents, passages = self._all(query)[0]
        return documents, passages

    def documents(self) -> list[DocumentInfo]:
        """All documents, by id."""
        return [to_info(info) for (info,) in self._all("SELECT info FROM documents ORDER BY id")]

    def document(self, document_id: str) -> DocumentInfo:
        """What is known of a document. Raises NotFound."""
        return to_info(self._of(document_id, "info"))

    def text(self, document_id: str) -> str:
        """A document's exact text. Raises NotFound."""
        return self._of(document_id, "text")

    def _of(self, document_id: str, column: str) -> str:
        found = self._all(f"SELECT {column} FROM documents WHERE id = ?", (document_id,))  # noqa: S608 (a column)
        if not found:
            raise no_document(document_id, self._all(SOME_IDS))
        return str(found[0][0])

    def footnotes(self, document_id: str, keys: Sequence[int] | None = None) -> list[Footnote]:
        """A document's footnotes, by key; only those with ``keys`` where they are given. Raises NotFound."""
        query = "SELECT footnote FROM footnotes WHERE document_id = ?"
        values: list[object] = [document_id]
        if keys is not None:
            query += " AND key IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(keys)))
        found = self._all(query + " ORDER BY key", values)
        if not found:
            self._of(document_id, "id")
        return [to_footnote(footnote) for (footnote,) in found]


def generation_of(connection: sqlite3.Connection) -> int:
    """The generation that a store's file is at."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(row[0])


def mark_of(connection: sqlite3.Connection) -> str:
    """The mark of the last change of a store's file."""
    row = connection.execute("SELECT mark FROM changes ORDER BY generation DESC LIMIT 1").fetchone()
    return str(row[0])


def no_document(document_id: str, some: Iterable[tuple[str]]) -> NotFound:
    """Make the error for a document that is not there; ``some`` is what SOME_IDS gives."""
    ids = [held for (held,) in some]
    there = f"the index has {', '.join(ids)}" if ids else "the index is empty, ingest one"
    if len(ids) > NAMED:
        there = "GET /v1/documents or `ibid doctor` lists them"
    return NotFound(f"there is no document {document_id!r}; {there}")


def _to_rows(found: list[tuple[int]]) -> Rows:
    return np.fromiter((row for (row,) in found), dtype=np.int64, count=len(found))
